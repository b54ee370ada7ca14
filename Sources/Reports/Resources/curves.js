// All charts together: groups by prefix, zoom, cursor and hover, which they share.

/** The exponential moving average without the bias of its start; values that are not finite stay
 * as they are and are left out of it. */
function smoothed(values, weight) {
  if (!(weight > 0)) return values;
  let [sum, total] = [0, 0];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    sum = weight * sum + value;
    total = weight * total + 1;
    return sum / total;
  });
}

/** Where a run was on the current axis after so many steps; NaN for groups on another axis. */
function placeOnAxis(run, step) {
  if (state.axis === "step") return step;
  if (folded) return NaN;
  const [at, to] = [run.axis.step, run.axis[state.axis]];
  if (at.length === 0) return NaN;
  const index = lastAtMost(at, step);
  if (index < 0) return (to[0] * step) / at[0];
  if (index === at.length - 1) return to[index];
  const share = (step - at[index]) / (at[index + 1] - at[index]);
  return to[index] + share * (to[index + 1] - to[index]);
}

const charts = {
  all: [],
  /** The x under the pointer, on the current axis. */
  hover: null,
  /** What of the axis all charts show. */
  window: [0, 1],
  pending: 0,

  /** Makes a chart for each metric, in groups. */
  build() {
    const names = [...new Set(lines.flatMap((line) => [...line.series.keys()]))];
    const groups = new Map();
    for (const name of names) {
      const slash = name.indexOf("/");
      const group = slash > 0 ? name.slice(0, slash) : "";
      groups.set(group, [...(groups.get(group) ?? []), name]);
    }
    // A group of one would be a heading over a single chart.
    for (const [group, members] of [...groups]) {
      if (members.length > 1 || group === "" || group.startsWith("loss")) continue;
      groups.delete(group);
      groups.set("", [...(groups.get("") ?? []), ...members]);
    }
    // Losses first: they are what one looks for; what has no group comes last.
    const rank = (group) => (group === "" ? 2 : group.startsWith("loss") ? 0 : 1);
    const ordered = [...groups].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
    const makeSoon = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) entry.target.chart.show();
    }, { rootMargin: "300px" });
    for (const [group, members] of ordered) {
      const label = group || (groups.size > 1 ? "other" : "metrics");
      const grid = element("div", { class: "charts" });
      for (const name of members.sort()) {
        const chart = new Chart(name);
        this.all.push(chart);
        grid.append(chart.figure);
        makeSoon.observe(chart.figure);
      }
      byId("curves").append(
        element("details", { class: "group", id: `group-${label}`, open: true },
          element("summary", { text: label }), grid));
    }
    byId("no-curves").hidden = names.length > 0;
    byId("no-curves").textContent = "No metrics were recorded.";
    document.querySelector(".hint").hidden = names.length === 0;
    if (folded) {
      byId("meaning").hidden = false;
      byId("meaning").textContent = [`x axis: ${quantity}`, ...folded.meaning].join(" · ");
    }
    this.filter();
  },

  /** The whole of the current axis, over all runs that are shown. */
  range() {
    let [low, high] = [Infinity, -Infinity];
    for (const line of shownLines()) {
      for (const curve of line.series.values()) {
        for (const x of curve[state.axis]) {
          if (x < low) low = x;
          if (x > high) high = x;
        }
      }
    }
    if (low > high) return [0, 1];
    const pad = high > low ? (high - low) * 0.015 : Math.max(0.5, Math.abs(low) * 0.1);
    return [low - pad, high + pad];
  },

  /** Shows a part of the axis in all charts, or all of it. */
  zoom(range) {
    state.zoom = range;
    this.update();
  },

  /** Takes over what the mouse made of one chart's axis. */
  follow(source, window) {
    if (window[0] === this.window[0] && window[1] === this.window[1]) return;
    state.zoom = this.window = window;
    byId("unzoom").disabled = false;
    for (const chart of this.all) {
      if (chart !== source) chart.graph?.updateOptions({ dateWindow: window });
    }
    // Another part of a long curve has other points to show.
    if (this.all.some((chart) => chart.isThinned)) this.updateSoon();
    writeState();
  },

  update() {
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    this.hover = null;
    this.window = state.zoom ?? this.range();
    byId("unzoom").disabled = state.zoom === null;
    for (const chart of this.all) chart.update(this.window);
    writeState();
  },

  updateSoon() {
    if (!this.pending) this.pending = requestAnimationFrame(() => this.update());
  },

  /** Shows the metrics whose names hold every word of the filter. */
  filter() {
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const chart of this.all) {
      const fits = words.every((word) => chart.name.toLowerCase().includes(word));
      chart.figure.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector(".chart:not([hidden])");
    }
    if (this.all.length) {
      byId("no-curves").hidden = shown > 0;
      byId("no-curves").textContent = "No metric has such a name.";
    }
    writeState();
  },

  setHover(x) {
    this.hover = x;
    if (this.pendingHover) return;
    this.pendingHover = requestAnimationFrame(() => {
      this.pendingHover = 0;
      this.moveCursor();
    });
  },

  /** Puts the cursor, and the hover line, where they belong in every chart. */
  moveCursor() {
    for (const chart of this.all) chart.mark();
  },
};
