// One metric: its curves by dygraphs, the cursor over them and the values below.

/** The most rows that a chart draws. */
const mostRows = 4000;

class Chart {
  constructor(name) {
    this.name = name;
    const reading = lines.map((line) => line.readings[name]).find((text) => text);
    this.isVisible = false;
    this.graph = null;
    this.canvas = element("div", { class: "dygraph" });
    this.plot = element("div", { class: "plot" }, this.canvas);
    this.list = element("ul", { class: "values" });
    this.remark = element("p", { class: "remark", hidden: true });
    this.figure = element("figure", { class: "chart", "data-metric": name, "aria-label": name },
      element("h3", { text: name }), reading ? element("p", { class: "reading", text: reading }) : null,
      this.plot, this.list, this.remark);
    this.figure.chart = this;
    this.marks = [];
  }

  /** Draws the chart when it first comes into sight. */
  show() {
    this.isVisible = true;
    if (!this.graph) this.update(charts.window);
  }

  members() { return shownLines().filter((line) => line.series.has(this.name)); }

  update(window) {
    if (!this.isVisible) return;
    this.listValues();
    const options = { ...this.content(), dateWindow: window, valueRange: null };
    if (this.graph) {
      this.graph.updateOptions(options);
    } else {
      const { file, ...others } = options;
      this.graph = new Dygraph(this.canvas, file, { ...this.look(), ...others });
    }
    this.mark();
  }

  /** What never changes of a chart. */
  look() {
    // Without what it does on touch: a finger scrolls the page, and a tap shows the values.
    const { touchstart, touchmove, touchend, ...mouse } = Dygraph.defaultInteractionModel;
    return {
      legend: "never", connectSeparatedPoints: true, pointSize: 2.2, highlightCircleSize: 3,
      yRangePad: 8, rightGap: 6, animatedZooms: false, customBars: folded !== null,
      interactionModel: { ...mouse, dblclick: () => charts.zoom(null) },
      highlightCallback: (event, x) => charts.setHover(x),
      unhighlightCallback: () => charts.setHover(null),
      drawCallback: (graph, isInitial) => {
        if (isInitial) return;
        charts.follow(this, graph.xAxisRange());
        this.mark();
      },
      underlayCallback: (context, area, graph) => this.drawMarks(context, area, graph),
    };
  }

  /** Points, colours and axes as they are chosen now. */
  content() {
    const isSmooth = state.smoothing > 0;
    const columns = [];
    const series = {};
    const members = this.members();
    // Every x is a row for all columns: points beyond what a plot can show would cost their square.
    const limit = Math.max(150, Math.floor(mostRows / Math.max(1, members.length)));
    let hidden = 0;
    // On a log scale a band's lower edge of 0 or less lies at the foot of the curves.
    const floor = state.log ? leastAboveZero(members.map((run) => run.series.get(this.name))) : 0;
    this.isThinned = false;
    for (const run of members) {
      const curve = run.series.get(this.name);
      const color = colorOf(run.index);
      const label = String(run.index);
      const strokePattern = dashOf(run.index);
      const x = curve[state.axis];
      const kept = shownPlaces(x, curve.values, charts.window, limit);
      this.isThinned ||= kept.length < x.length;
      const pick = (all) => kept.map((place) => all[place]);
      const raw = curve.raw ?? (isSmooth ? curve.values : null);
      const values = isSmooth ? smoothed(curve.values, state.smoothing) : curve.values;
      if (raw) {
        const faint = darkScheme.matches ? "55" : "44";
        columns.push({ label: `${label} raw`, x: pick(x), values: pick(raw) });
        series[`${label} raw`] = { color: color + faint, strokePattern, strokeWidth: 1 };
      }
      const column = { label, x: pick(x), values: pick(values) };
      if (curve.lower) {
        const lower = curve.lower.map((value) => (state.log && value <= 0 ? floor : value));
        Object.assign(column, { lower: pick(lower), upper: pick(curve.upper) });
      }
      columns.push(column);
      // The library keeps what it was told before: every option is said each time.
      series[label] = { color, strokePattern, strokeWidth: raw ? 1.9 : 1.6 };
      if (state.log) hidden += curve.values.filter((value) => value <= 0).length;
    }
    this.remark.hidden = hidden === 0;
    this.remark.textContent =
      `${hidden} value${hidden === 1 ? "" : "s"} of 0 or less not drawn on a log scale`;
    const grid = { gridLineColor: themed("--faint"), axisLineColor: themed("--line") };
    return {
      file: table(columns), labels: ["x", ...columns.map((column) => column.label)], series,
      logscale: state.log,
      axes: {
        x: {
          ...grid, pixelsPerLabel: state.axis === "time" ? 60 : 42,
          axisLabelFormatter: (x) => (state.axis === "time" ? durationText(x) : tickText(x)),
        },
        y: { ...grid, axisLabelWidth: 52, pixelsPerLabel: 26, axisLabelFormatter: tickText },
      },
    };
  }

  /** Health events, and values that are not finite, in the colours of their runs. */
  drawMarks(context, area, graph) {
    for (const run of this.members()) {
      context.fillStyle = context.strokeStyle = colorOf(run.index);
      context.setLineDash([2, 3]);
      for (const alert of run.health) {
        const x = graph.toDomXCoord(placeOnAxis(run, alert.step));
        if (!(x >= area.x && x <= area.x + area.w)) continue;
        context.beginPath();
        context.moveTo(x, area.y);
        context.lineTo(x, area.y + area.h);
        context.stroke();
        triangle(context, x, area.y);
      }
      context.setLineDash([]);
      const curve = run.series.get(this.name);
      curve.values.forEach((value, index) => {
        if (Number.isFinite(value)) return;
        const x = graph.toDomXCoord(curve[state.axis][index]);
        if (!(x >= area.x && x <= area.x + area.w)) return;
        const y = area.y + area.h - 5;
        context.beginPath();
        for (const slope of [-1, 1]) {
          context.moveTo(x - 3, y - 3 * slope);
          context.lineTo(x + 3, y + 3 * slope);
        }
        context.stroke();
      });
    }
  }

  /** A line for each run below the curves. */
  listValues() {
    const members = this.members();
    this.readings = members.map((run) => {
      const value = element("data");
      const at = element("span", { class: "at" });
      const item = element("li", { "data-run": run.index }, runMark(run),
        element("span", {
          class: "value-name", title: run.name, text: lines.length > 1 ? run.name : "",
        }), element("span", { class: "value-now" }, at, " ", value));
      return { run, value, at, item };
    });
    this.list.replaceChildren(...this.readings.map((reading) => reading.item));
    paintRuns(this.list);
  }

  /** Puts the lines of step and pointer into the plot and their values below it. */
  mark() {
    if (!this.graph) return;
    const places = new Map();
    for (const run of this.members()) {
      const x = folded ? currentStep() : placeOnAxis(run, currentStep());
      const at = Math.round(this.graph.toDomXCoord(x));
      places.set(at, places.has(at) || state.axis === quantity ? null : run);
    }
    const area = this.graph.getArea();
    const wanted = [...places].map(([x, run]) => ({ x, run, kind: "mark cursor" }));
    if (charts.hover !== null) {
      wanted.push({ x: this.graph.toDomXCoord(charts.hover), run: null, kind: "mark hover" });
    }
    const inside = wanted.filter(({ x }) => x >= area.x - 1 && x <= area.x + area.w + 1);
    while (this.marks.length > inside.length) this.marks.pop().remove();
    inside.forEach(({ x, run, kind }, index) => {
      const line = (this.marks[index] ??= this.plot.appendChild(element("div")));
      line.className = kind;
      line.style.left = `${x}px`;
      line.style.height = `${area.h}px`;
      line.style.borderColor = run ? colorOf(run.index) : "";
    });
    this.read();
  }

  /** Shows the values at the pointer, else at the step. */
  read() {
    const isHover = charts.hover !== null;
    const axis = isHover ? state.axis : quantity;
    // A row of a table holds numbers to the last bit; only pixels are rounded.
    const x = isHover ? charts.hover : currentStep();
    for (const { run, value, at } of this.readings ?? []) {
      const curve = run.series.get(this.name);
      const index = lastAtMost(curve[axis], x);
      const isThere = index >= 0;
      const isElsewhere = isThere && curve[axis][index] !== x;
      value.value = isThere ? String(curve.values[index]) : "";
      value.textContent = isThere ? valueText(curve.values[index]) : "–";
      at.textContent = [
        isThere ? rangeText(curve, index) : "",
        isElsewhere ? `at ${placeText(axis, curve[axis][index])}` : "",
      ].filter(Boolean).join(" ");
    }
  }
}

/** Places of the points to draw: all of them, or where these are many, of each stretch of what is
 * shown the least and the greatest value and the first that is not finite. */
function shownPlaces(x, values, [low, high], limit) {
  if (x.length <= limit) return [...x.keys()];
  const first = Math.max(0, lastAtMost(x, low));
  const last = Math.min(x.length - 1, lastAtMost(x, high) + 1);
  const length = Math.max(1, Math.ceil((last - first + 1) / (limit / 2)));
  const kept = new Set([first, last]);
  for (let start = first; start <= last; start += length) {
    const end = Math.min(start + length - 1, last);
    let [least, greatest, broken] = [-1, -1, -1];
    for (let place = start; place <= end; place += 1) {
      const value = values[place];
      if (!Number.isFinite(value)) {
        if (broken < 0) broken = place;
        continue;
      }
      if (least < 0 || value < values[least]) least = place;
      if (greatest < 0 || value > values[greatest]) greatest = place;
    }
    for (const place of [least, greatest, broken]) if (place >= 0) kept.add(place);
  }
  return [...kept].sort((a, b) => a - b);
}

/** The least of the values above 0 of some curves. */
function leastAboveZero(curves) {
  let least = Infinity;
  for (const { values } of curves) {
    for (const value of values) if (value > 0 && value < least) least = value;
  }
  return least;
}

/** Columns of points joined into dygraphs' rows: one for each x, null where a column has none,
 * NaN where its value is not finite. With bands a value is its lower edge, itself and the upper. */
function table(columns) {
  const places = new Set();
  for (const column of columns) for (const x of column.x) if (Number.isFinite(x)) places.add(x);
  const rows = [...places].sort((a, b) => a - b).map((x) => [x, ...columns.map(() => null)]);
  const rowOf = new Map(rows.map((row) => [row[0], row]));
  columns.forEach((column, place) => {
    column.x.forEach((x, index) => {
      const row = rowOf.get(x);
      if (!row) return;
      const value = Number.isFinite(column.values[index]) ? column.values[index] : NaN;
      const [lower, upper] = [column.lower?.[index] ?? value, column.upper?.[index] ?? value];
      row[place + 1] = folded ? [lower, value, upper] : value;
    });
  });
  // The library wants a row at least.
  return rows.length ? rows : [[0, ...columns.map(() => null)]];
}

function triangle(context, x, y) {
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  context.lineTo(x, y + 6);
  context.fill();
}
