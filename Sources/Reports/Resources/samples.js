// Sample sheets and texts: of each tag the latest at the step, for all runs side by side.

const frames = [];

function buildSamples() {
  const tags = [...new Set(runs.flatMap((run) => run.samples.map((sample) => sample.tag)))];
  for (const tag of tags) {
    const grid = element("div", { class: "tag-runs" });
    for (const run of runs) {
      const samples = run.samples.filter((sample) => sample.tag === tag);
      if (samples.length === 0) continue;
      const frame = new Frame(run, tag, samples);
      frames.push(frame);
      grid.append(frame.figure);
    }
    byId("samples").append(
      element("div", { class: "tag", "data-tag": tag }, element("h3", { text: tag }), grid));
  }
  byId("samples").hidden = tags.length === 0;
  byId("panes").classList.toggle("both", tags.length > 0);
}

/** The place of one run's samples of one tag. */
class Frame {
  constructor(run, tag, samples) {
    this.run = run;
    this.tag = tag;
    this.samples = samples;
    this.steps = samples.map((sample) => sample.step);
    this.label = element("span", { class: "sample-step" });
    this.body = element("div");
    this.figure = element("figure", {
      class: dashOf(run.index) ? "sample dashed" : "sample", "data-run": run.index, "data-tag": tag,
    },
      element("figcaption", {}, element("span", { class: "sample-name", text: run.name }),
        this.label),
      this.body);
  }

  /** Shows the latest sample that is not after `step`. */
  show(step) {
    const sample = this.samples[lastAtMost(this.steps, step)];
    if (sample === this.sample && this.body.firstChild) return;
    this.sample = sample;
    this.label.textContent = sample ? `step ${sample.step}` : "";
    if (!sample) {
      this.body.replaceChildren(element("p", { class: "empty", text: "no sample yet" }));
    } else if (sample.image === undefined) {
      this.showText(sample);
    } else {
      this.showSheet(sample);
    }
  }

  showText(sample) {
    let text = this.body.querySelector("pre");
    if (!text) {
      text = element("pre", { tabindex: "0", "aria-label": `${this.tag} of ${this.run.name}` });
      this.body.replaceChildren(text);
    }
    text.textContent = sample.text.replace(/^\n+|\s+$/g, "");
  }

  showSheet(sample) {
    let picture = this.body.querySelector("img");
    if (!picture) {
      picture = element("img");
      this.body.replaceChildren(
        element("button", {
          type: "button", title: "Show at full size", click: () => sheetDialog.open(this),
        }, picture));
    }
    show(picture, sample, this.run);
    picture.classList.toggle("enlarged", sample.width < 320);
  }
}

function show(picture, sample, run) {
  picture.width = sample.width;
  picture.height = sample.height;
  picture.alt = `${sample.tag} of ${run.name} at step ${sample.step}`;
  picture.src = `data:image/png;base64,${images[sample.image]}`;
}

/** A sheet at its full size; it follows the step. */
const sheetDialog = {
  frame: null,
  open(frame) {
    this.frame = frame;
    this.update();
    byId("full").showModal();
  },
  update() {
    const { run, sample } = this.frame ?? {};
    if (!sample || sample.image === undefined) return;
    const dialog = byId("full");
    const picture = dialog.querySelector("img");
    show(picture, sample, run);
    // Small pictures by a whole factor, so that their pixels stay squares.
    const factor = Math.max(1, Math.floor(512 / Math.max(sample.width, sample.height)));
    picture.width = sample.width * factor;
    picture.height = sample.height * factor;
    picture.classList.toggle("enlarged", factor > 1);
    const size = sample.shrunkFrom ? `, shrunk from ${sample.shrunkFrom}` : "";
    dialog.querySelector("figcaption").textContent =
      `${run.name}, ${sample.tag}, step ${sample.step}: ${sample.width}x${sample.height}${size}, `
      + `${run.path}/samples/${sample.file}`;
  },
};

function showSamples() {
  for (const frame of frames) {
    frame.figure.hidden = state.off.has(frame.run.id);
    frame.show(currentStep());
  }
  if (byId("full").open) sheetDialog.update();
}
