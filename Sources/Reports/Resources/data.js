// The report's data and what every part of the page needs: numbers, colours, elements.

const report = JSON.parse(document.getElementById("report-data").textContent);
const images = JSON.parse(document.getElementById("report-images").textContent);

const byId = (id) => document.getElementById(id);

/** An element; `class`, `text` and event handlers by name, everything else as attributes. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") made.textContent = value;
    else if (key === "class") made.className = value;
    else if (typeof value === "function") made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Okabe and Ito's colours, told apart with every common kind of colour blindness, the same as in
// the program's charts; lighter ones of the same hues on a dark ground.
const palettes = {
  light: ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#000000"],
  dark: ["#4da3e0", "#ff8438", "#2cc294", "#f2b134", "#e49cc3", "#9fd6f7", "#f2f2f2"],
};
const dashes = [null, [8, 4], [2, 3], [10, 3, 2, 3]];
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

const colorOf = (index) => {
  const palette = darkScheme.matches ? palettes.dark : palettes.light;
  return palette[index % palette.length];
};
const dashOf = (index) => dashes[Math.floor(index / palettes.light.length) % dashes.length];

/** A CSS variable of the page, for what is drawn on a canvas. */
const themed = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** JSON has no NaN and no infinities: they come as strings. */
const numbers = (values) => values.map((value) => (typeof value === "string" ? Number(value) : value));

/** The curves of a comparison, which stand for the runs' own; null where these are shown. */
const folded = report.comparison ?? null;

/** The place of a run's colour: its own, or its group's. */
const colorPlace = (index) =>
  (folded ? folded.groups.findIndex((group) => group.runs.includes(index)) : index);

const runs = report.runs.map((run, place) => {
  const index = colorPlace(place);
  const axis = {
    step: run.curves.axis.step,
    epoch: numbers(run.curves.axis.epoch),
    time: numbers(run.curves.axis.seconds),
  };
  const series = new Map();
  for (const one of run.curves.series) {
    const pick = (all) => (one.rows ? one.rows.map((row) => all[row]) : all);
    series.set(one.name, {
      step: pick(axis.step), epoch: pick(axis.epoch), time: pick(axis.time),
      values: numbers(one.values),
    });
  }
  return { ...run, index, axis, series };
});

/** What has curves of its own: a run, or a group of runs that are shown as one. */
const lines = folded === null ? runs : folded.groups.map((group, index) => {
  const members = group.runs.map((place) => runs[place]);
  const series = new Map();
  for (const one of group.curves) {
    const pick = (name) => (one[name] ? numbers(one[name]) : null);
    series.set(one.name, {
      [folded.quantity]: one.x, values: numbers(one.values), lower: pick("lower"),
      upper: pick("upper"), raw: pick("raw"),
    });
  }
  return {
    id: group.name, name: group.name, index, members, series,
    health: members.flatMap((run) => run.health),
    readings: Object.assign({}, ...members.map((run) => run.readings)),
  };
});

/** The place of the last number that is not above `x`, in ascending numbers; -1 for none. */
function lastAtMost(ascending, x) {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A metric's value to six digits. */
function valueText(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return value.toExponential(5).replace(/\.?0+e/, "e").replace("e+", "e");
  }
  return String(Number(value.toPrecision(6)));
}

/** A tick's number, as short as it can be. */
function tickText(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  }
  return String(Number(value.toPrecision(5)));
}

/** Seconds for people. */
function durationText(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)} h`;
}

/** The range of a band at a place for people; nothing where there is none. */
function rangeText(curve, index) {
  const [low, high] = [curve.lower?.[index], curve.upper?.[index]];
  const short = (value) => tickText(Number(value.toPrecision(3)));
  return low < high ? `${short(low)} … ${short(high)}` : "";
}

/** A place on the x axis for people. */
function placeText(axis, x) {
  return axis === "time" ? durationText(x) : String(Number(x.toPrecision(7)));
}

/** A time, in UTC. */
function timeText(iso) {
  if (!iso) return "";
  return `${new Date(iso).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A piece of a run's line, dashes included. */
function lineSample(run, width) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "line");
  const attributes = (shape, values) => {
    for (const [key, value] of Object.entries(values)) shape.setAttribute(key, value);
  };
  attributes(picture, { width, height: 8, "aria-hidden": "true", class: "line-sample" });
  attributes(line, {
    x1: 0, x2: width, y1: 4, y2: 4, stroke: "var(--run)", "stroke-width": 3.5,
    "stroke-dasharray": (dashOf(run.index) ?? []).map((length) => length / 2).join(" "),
  });
  picture.append(line);
  return picture;
}

/** The mark of a run beside its name. */
const runMark = (run) => {
  const sample = lineSample(run, 15);
  sample.dataset.run = run.index;
  return sample;
};

/** Gives all that belongs to a run its colour. */
function paintRuns(within = document) {
  for (const marked of within.querySelectorAll("[data-run]")) {
    marked.style.setProperty("--run", colorOf(Number(marked.dataset.run)));
  }
}
