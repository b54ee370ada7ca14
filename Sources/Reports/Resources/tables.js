// The runs as cards, and what is known of them as tables, most of them on demand.

const statusSigns = {
  done: "✓ done", running: "● running", failed: "✕ failed", stopped: "■ stopped",
  interrupted: "❚❚ interrupted", lost: "? lost", damaged: "! damaged",
};

/** What a card says of a run below its name. */
function runDetails(run) {
  const progress = run.step === undefined ? null
    : run.totalSteps ? `${run.step}/${run.totalSteps} steps` : `${run.step} steps`;
  const isNamed = run.experiment === undefined || run.name.includes(run.experiment)
    || report.title.includes(run.experiment);
  const facts = [
    isNamed ? null : run.experiment, progress,
    run.seconds === undefined ? null : durationText(run.seconds),
    run.seed === undefined || (!folded && /\bseed \d/.test(run.name)) ? null : `seed\u00a0${run.seed}`,
  ].filter(Boolean);
  return [
    element("span", { class: "run-facts" },
      element("span", {
        class: `status status-${run.status}`, text: statusSigns[run.status] ?? run.status,
      }), ` ${facts.join(" · ")}`),
    run.message ? element("span", { class: "run-message", text: run.message }) : null,
    element("span", { class: "run-id", text: run.id }),
  ];
}

/** A card for each line, which switches its curves on and off. */
function buildRuns() {
  for (const line of lines) {
    const box = element("input", {
      type: "checkbox", "aria-label": `Show ${line.name}`,
      change: () => {
        state.off[box.checked ? "delete" : "add"](line.id);
        showSamples();
        charts.update();
      },
    });
    box.checked = !state.off.has(line.id);
    byId("runs").append(element("li", {},
      element("label", { class: "run", "data-run": line.index },
        element("span", { class: "run-head" }, box, lineSample(line, 26),
          element("span", { class: "run-name", text: line.name })),
        ...(line.members ?? [line]).flatMap(runDetails))));
  }
}

/** A table with a column for each run. `rows`: `{key, values}`. */
function runTable(rows, emphasis = false) {
  const head = element("tr", {}, element("th", { scope: "col" },
    element("span", { class: "hidden", text: "key" })));
  for (const run of runs) {
    head.append(element("th", { scope: "col", "data-run": run.index }, runMark(run), ` ${run.name}`));
  }
  const body = rows.map(({ key, values }) => {
    const differs = emphasis && values.some((value) => value !== values[0]);
    return element("tr", { class: differs ? "differs" : null },
      element("th", { scope: "row", text: key }),
      ...values.map((value) => value === null || value === undefined
        ? element("td", { class: "unset", text: "unset" }) : element("td", { text: value })));
  });
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

function fold(id, title, remark, content) {
  return element("details", { id },
    element("summary", {}, `${title} `, element("small", { text: remark })),
    element("div", { class: "table" }, content));
}

function buildConfiguration() {
  const section = byId("configuration");
  if (runs.length > 1) {
    section.append(report.differences.length
      ? element("div", { class: "table box", id: "differences" }, runTable(report.differences))
      : element("p", { class: "empty", id: "differences", text: "The configurations are the same." }));
  }
  const count = report.configuration.length;
  section.append(count
    ? fold("all-keys", "All keys", `${count}, every default explicit`,
      runTable(report.configuration, true))
    : element("p", { class: "empty", text: "No configuration could be read." }));
}

function buildProvenance() {
  const section = byId("provenance");
  const row = (key, value) => ({ key, values: runs.map(value) });
  section.append(fold("facts", "Runs", "directories, times, checkpoints", runTable([
    row("id", (run) => run.id), row("directory", (run) => run.path),
    row("experiment", (run) => run.experiment), row("created", (run) => timeText(run.created)),
    row("last written", (run) => timeText(run.updated)),
    row("command", (run) => run.command),
    row("checkpoints", (run) => run.checkpoints.length
      ? `${run.checkpoints.length}: steps ${run.checkpoints.slice(-8).join(", ")}` : "none"),
  ])));
  section.append(fold("code", "Code", "the git tree each run was started in", runTable([
    row("commit", (run) => run.git?.commit), row("branch", (run) => run.git?.branch),
    row("changed", (run) => run.git && (run.git.dirty
      ? run.git.omittedPatch ?? "yes, see code/diff.patch in the run's directory" : "no")),
    row("files git does not know", (run) => run.git && (run.git.untracked.join(", ") || "none")),
  ])));
  const environment = report.environment;
  const isSame = environment.every(({ values }) => values.every((value) => value === values[0]));
  const remark = runs.length === 1 ? "machine and libraries"
    : isSame ? "the same for all runs" : "differs between the runs";
  if (environment.length) {
    section.append(fold("environment", "Environment", remark, runTable(environment, true)));
  }
  section.append(fold("sessions", "Sessions", "stretches of work by one process", sessionTable()));
}

function sessionTable() {
  const titles = ["run", "session", "status", "from step", "started", "ended", "host", "command"];
  const rows = runs.flatMap((run) => run.sessions.map((session) => element("tr", {},
    element("th", { scope: "row", "data-run": run.index }, runMark(run), ` ${run.name}`),
    ...[session.number, session.status, session.firstStep, timeText(session.started),
      timeText(session.ended), session.host, session.command]
      .map((text) => element("td", { text })))));
  return element("table", {},
    element("thead", {}, element("tr", {},
      ...titles.map((text) => element("th", { scope: "col", text })))),
    element("tbody", {}, ...rows));
}

function buildHealth() {
  const alerts = runs.flatMap((run) => run.health.map((alert) => ({ run, alert })))
    .sort((a, b) => a.alert.step - b.alert.step);
  byId("health").hidden = alerts.length === 0;
  byId("health").append(element("ul", { class: "alerts" }, ...alerts.map(({ run, alert }) =>
    element("li", { "data-run": run.index }, runMark(run), " ",
      element("button", {
        type: "button", text: `step ${alert.step}`, title: "Go to this step",
        click: () => setPlace(Math.max(0, lastAtMost(steps, alert.step))),
      }), " ",
      element("strong", { class: alert.severity, text: `${alert.severity}: ${alert.rule}` }),
      ` ${alert.message}`, alert.advice ? element("small", { text: ` ${alert.advice}.` }) : null,
      runs.length > 1 ? element("small", { text: ` (${run.name})` }) : null))));
}

function buildNotes() {
  const notes = runs.flatMap((run) => run.notes).concat(report.remarks);
  byId("notes").hidden = notes.length === 0;
  byId("notes").querySelector("ul").append(
    ...notes.map((text) => element("li", { text })));
}
