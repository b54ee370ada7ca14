// One metric: its curves by dygraphs, the cursor over them and the values below.

class Chart {
  constructor(name) {
    this.name = name;
    this.isVisible = false;
    this.graph = null;
    this.canvas = element("div", { class: "dygraph" });
    this.plot = element("div", { class: "plot" }, this.canvas);
    this.list = element("ul", { class: "values" });
    this.remark = element("p", { class: "remark", hidden: true });
    this.figure = element("figure", { class: "chart", "data-metric": name, "aria-label": name },
      element("h3", { text: name }), this.plot, this.list, this.remark);
    this.figure.chart = this;
    this.marks = [];
  }

  /** Draws the chart when it first comes into sight. */
  show() {
    this.isVisible = true;
    if (!this.graph) this.update(charts.window);
  }

  members() { return shownRuns().filter((run) => run.series.has(this.name)); }

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
      yRangePad: 8, rightGap: 6, animatedZooms: false,
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
    let hidden = 0;
    for (const run of this.members()) {
      const curve = run.series.get(this.name);
      const color = colorOf(run.index);
      const label = String(run.index);
      const strokePattern = dashOf(run.index);
      columns.push({ label, x: curve[state.axis], values: curve.values });
      // The library keeps what it was told before: every option is said each time.
      series[label] = { color, strokePattern, strokeWidth: 1.6 };
      if (isSmooth) {
        const faint = darkScheme.matches ? "55" : "44";
        series[label] = { color: color + faint, strokePattern, strokeWidth: 1 };
        const values = smoothed(curve.values, state.smoothing);
        columns.push({ label: `${label} smooth`, x: curve[state.axis], values });
        series[`${label} smooth`] = { color, strokePattern, strokeWidth: 1.9 };
      }
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
          ...grid, pixelsPerLabel: 55,
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
          class: "value-name", title: run.name, text: runs.length > 1 ? run.name : "",
        }), at, value);
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
      const x = placeOnAxis(run, currentStep());
      const at = Math.round(this.graph.toDomXCoord(x));
      places.set(at, places.has(at) || state.axis === "step" ? null : run);
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
    const axis = isHover ? state.axis : "step";
    // A row of a table holds numbers to the last bit; only pixels are rounded.
    const x = isHover ? charts.hover : currentStep();
    for (const { run, value, at } of this.readings ?? []) {
      const curve = run.series.get(this.name);
      const index = lastAtMost(curve[axis], x);
      const isThere = index >= 0;
      const isElsewhere = isThere && curve[axis][index] !== x;
      value.value = isThere ? String(curve.values[index]) : "";
      value.textContent = isThere ? valueText(curve.values[index]) : "–";
      at.textContent = isElsewhere ? `at ${placeText(axis, curve[axis][index])}` : "";
    }
  }
}

/** Columns of points joined into dygraphs' rows: one for each x, null where a column has none,
 * NaN where its value is not finite. */
function table(columns) {
  const places = new Set();
  for (const column of columns) for (const x of column.x) if (Number.isFinite(x)) places.add(x);
  const rows = [...places].sort((a, b) => a - b).map((x) => [x, ...columns.map(() => null)]);
  const rowOf = new Map(rows.map((row) => [row[0], row]));
  columns.forEach((column, place) => {
    column.x.forEach((x, index) => {
      const row = rowOf.get(x);
      if (row) row[place + 1] = Number.isFinite(column.values[index]) ? column.values[index] : NaN;
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
