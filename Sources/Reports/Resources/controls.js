// What the reader chose: step, axis, smoothing, scale, zoom, runs. It is kept in the address, so
// that a page that loads itself again, or is sent to somebody, shows the same.

/** What the slider runs along: steps, or what the curves of a comparison are laid along. */
const quantity = folded?.quantity ?? "step";

/** All steps at which there are samples; without samples, all places of the curves. */
const steps = (() => {
  const found = new Set();
  for (const run of runs) for (const sample of run.samples) found.add(sample.step);
  if (found.size === 0) {
    for (const line of lines) {
      for (const curve of line.series.values()) for (const x of curve[quantity]) found.add(x);
    }
  }
  return [...found].sort((a, b) => a - b);
})();

const state = {
  /** The place in `steps`; the last stays the last when more come. */
  place: steps.length - 1,
  axis: quantity,
  smoothing: 0,
  log: folded?.isLogarithmic ?? false,
  filter: "",
  /** What of the x axis is shown; null for all. */
  zoom: null,
  /** Ids of runs, or names of groups, that are switched off. */
  off: new Set(),
};

const currentStep = () => steps[state.place] ?? 0;
const shownLines = () => lines.filter((line) => !state.off.has(line.id));

function readState() {
  const kept = new URLSearchParams(location.hash.slice(1));
  const step = Number(kept.get("step"));
  if (kept.has("step") && Number.isFinite(step)) state.place = Math.max(0, lastAtMost(steps, step));
  if (!folded) {
    if (["epoch", "time"].includes(kept.get("x"))) state.axis = kept.get("x");
    const smoothing = Number(kept.get("smooth"));
    if (smoothing > 0 && smoothing < 1) state.smoothing = smoothing;
  }
  if (kept.has("log")) state.log = kept.get("log") === "1";
  state.filter = kept.get("metrics") ?? "";
  const zoom = (kept.get("zoom") ?? "").split(",").map(Number);
  if (zoom.length === 2 && zoom.every(Number.isFinite) && zoom[0] < zoom[1]) state.zoom = zoom;
  for (const id of kept.getAll("off")) if (lines.some((line) => line.id === id)) state.off.add(id);
}

let writing = 0;

function writeState() {
  clearTimeout(writing);
  // Browsers refuse an address that changes with every move of a slider.
  writing = setTimeout(writeStateNow, 250);
}

function writeStateNow() {
  clearTimeout(writing);
  const kept = new URLSearchParams();
  if (state.place < steps.length - 1) kept.set("step", currentStep());
  if (state.axis !== quantity) kept.set("x", state.axis);
  if (state.smoothing > 0) kept.set("smooth", state.smoothing);
  if (state.log !== (folded?.isLogarithmic ?? false)) kept.set("log", state.log ? "1" : "0");
  if (state.filter) kept.set("metrics", state.filter);
  if (state.zoom) kept.set("zoom", state.zoom.join(","));
  for (const id of state.off) kept.append("off", id);
  const text = kept.toString();
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

/** What is open and how far the page is scrolled, for the time of a reload only. */
const session = {
  key: `tandem-report ${location.pathname}`,
  save() {
    const open = [...document.querySelectorAll("details[id]")]
      .map((details) => [details.id, details.open]);
    const kept = {
      open, top: scrollY, samples: byId("samples").scrollTop, live: byId("reload").checked,
    };
    try {
      sessionStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // A browser may refuse to store anything for files; then the page starts at its top.
    }
  },
  restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
      sessionStorage.removeItem(this.key);
      if (!kept) return;
      for (const [id, isOpen] of kept.open) if (byId(id)) byId(id).open = isOpen;
      byId("reload").checked = kept.live;
      byId("samples").scrollTop = kept.samples;
      scrollTo(0, kept.top);
    } catch {
      // As above.
    }
  },
};

const player = {
  timer: 0,
  start() {
    if (state.place >= steps.length - 1) setPlace(0);
    this.timer = setInterval(() => {
      setPlace(state.place + 1);
      if (state.place >= steps.length - 1) this.stop();
    }, 450);
    this.show();
  },
  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.show();
  },
  toggle() {
    if (this.timer) this.stop();
    else if (steps.length > 1) this.start();
  },
  show() {
    const button = byId("play");
    button.textContent = this.timer ? "❚❚" : "▶\uFE0E";
    button.setAttribute("aria-pressed", String(this.timer !== 0));
    button.setAttribute("aria-label", this.timer ? "Pause" : "Play");
  },
};

/** Moves to a place among the steps: curves' cursor, sheets and texts follow. */
function setPlace(place) {
  state.place = Math.min(Math.max(place, 0), Math.max(0, steps.length - 1));
  const slider = byId("step");
  slider.value = state.place;
  const label = `${quantity} ${placeText(quantity, currentStep())}`;
  slider.setAttribute("aria-valuetext", label);
  byId("step-label").textContent = steps.length ? label : "no steps";
  byId("previous").disabled = state.place <= 0;
  byId("next").disabled = state.place >= steps.length - 1;
  showSamples();
  charts.moveCursor();
  writeState();
}

function setUpControls() {
  const slider = byId("step");
  slider.max = Math.max(0, steps.length - 1);
  slider.disabled = steps.length < 2;
  byId("play").disabled = steps.length < 2;
  slider.addEventListener("input", () => setPlace(Number(slider.value)));
  byId("previous").addEventListener("click", () => setPlace(state.place - 1));
  byId("next").addEventListener("click", () => setPlace(state.place + 1));
  byId("play").addEventListener("click", () => player.toggle());
  player.show();

  const [axis, smoothing, log, filter] = ["axis", "smoothing", "log", "filter"].map(byId);
  // Groups were folded along one quantity, and their runs smoothed before.
  for (const control of [axis, smoothing]) control.closest("label").hidden = folded !== null;
  axis.value = state.axis;
  smoothing.value = state.smoothing;
  log.checked = state.log;
  filter.value = state.filter;
  byId("smoothing-label").textContent = state.smoothing;
  axis.addEventListener("change", () => {
    state.axis = axis.value;
    state.zoom = null;
    charts.update();
  });
  smoothing.addEventListener("input", () => {
    state.smoothing = Number(smoothing.value);
    byId("smoothing-label").textContent = state.smoothing;
    charts.updateSoon();
  });
  log.addEventListener("change", () => {
    state.log = log.checked;
    charts.update();
  });
  filter.addEventListener("input", () => {
    state.filter = filter.value;
    charts.filter();
  });
  byId("unzoom").addEventListener("click", () => charts.zoom(null));
  document.addEventListener("keydown", pressed);
}

/** Arrow keys, Home and End move the step wherever they mean nothing else. */
function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest?.("input[type=search], input[type=range], select, textarea")) return;
  const places = {
    ArrowLeft: state.place - 1, ArrowRight: state.place + 1, Home: 0, End: steps.length - 1,
  };
  if (!(event.key in places) || steps.length < 2) return;
  event.preventDefault();
  setPlace(places[event.key]);
}
