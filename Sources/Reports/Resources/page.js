// Puts the page together and keeps it fresh.

/** The page is watched: its file is written again while runs go on. A page from the disk cannot
 * ask whether it changed, so it loads itself again, but never under the reader's hands. */
function keepFresh() {
  byId("live").hidden = !report.reloadSeconds;
  if (!report.reloadSeconds) return;
  let isPressed = false;
  document.addEventListener("pointerdown", () => { isPressed = true; });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => { isPressed = false; });
  }
  setInterval(() => {
    const isBusy = isPressed || player.timer || byId("full").open || document.hidden
      || charts.hover !== null || document.activeElement === byId("filter")
      || !getSelection().isCollapsed;
    if (isBusy || !byId("reload").checked) return;
    writeStateNow();
    session.save();
    location.reload();
  }, report.reloadSeconds * 1000);
}

/** The samples stay in sight below the bar, whatever its height. */
function measureBar() {
  document.documentElement.style.setProperty("--bar", `${byId("bar").offsetHeight + 8}px`);
}

readState();
byId("written").textContent =
  `${runs.length === 1 ? "1 run" : `${runs.length} runs`}, written ${timeText(report.written)} by `
  + `tandem ${folded ? "compare" : "report"}`;
buildRuns();
buildSamples();
charts.build();
buildHealth();
buildConfiguration();
buildProvenance();
buildNotes();
paintRuns();
setUpControls();
charts.update();
setPlace(state.place);
measureBar();
addEventListener("resize", measureBar);
darkScheme.addEventListener("change", () => {
  paintRuns();
  charts.update();
});
session.restore();
keepFresh();
