"use strict";
(() => {
  const one = (id) => document.getElementById(id);
  const numbers = [...document.querySelectorAll("svg [data-from], table [data-from]")];
  const parts = new Map();
  for (const part of document.querySelectorAll("[data-part]")) {
    parts.set(part.dataset.part, part);
  }
  const sections = [...document.querySelectorAll("section.step")];
  const equations = [...document.querySelectorAll("#equations li")];
  const slider = one("slider");
  const last = Number(slider.max);
  let step = 0;

  /** Shows what has been computed by a step, the formula of it, and what it is about. */
  function show(wanted) {
    step = Math.min(Math.max(wanted, 0), last);
    for (const number of numbers) {
      const from = Number(number.dataset.from);
      number.classList.toggle("hidden", from > step);
      number.classList.toggle("fresh", from === step && step > 0);
    }
    for (const section of sections) {
      section.classList.toggle("current", Number(section.dataset.step) === step);
    }
    const current = sections[step];
    for (const part of parts.values()) part.classList.remove("lit");
    const lit = current.dataset.lit.split(" ").filter((id) => parts.has(id));
    for (const id of lit) {
      parts.get(id).classList.add("lit");
      parts.get(`${id}.label`)?.classList.add("lit");
    }
    for (const item of equations) {
      const isOwn = item.dataset.equation === current.dataset.equation;
      item.classList.toggle("lit", isOwn);
      if (isOwn) item.parentElement.parentElement.scrollTop = item.offsetTop - 8;
    }
    one("steps").scrollTop = 0;
    slider.value = step;
    one("place").textContent = `step ${step} of ${last}`;
    one("first").disabled = one("back").disabled = step === 0;
    one("last").disabled = one("next").disabled = step === last;
    if (lit.length > 0 && step > 0) bringIntoView(parts.get(lit[0]));
  }

  /** Moves a picture that is larger than the screen, so that a part of it is seen. */
  function bringIntoView(part) {
    const frame = document.querySelector(".figure");
    const box = part.getBoundingClientRect();
    const view = frame.getBoundingClientRect();
    if (frame.scrollWidth > frame.clientWidth) {
      frame.scrollLeft += box.left + box.width / 2 - view.left - view.width / 2;
    }
    // Up and down by as little as will do, above the dock; a reader of the tables is left alone.
    const [margin, floor] = [8, document.querySelector(".dock").getBoundingClientRect().top];
    if (view.bottom <= 0) return;
    if (box.top < margin) scrollBy(0, box.top - margin);
    else if (box.bottom > floor - margin) {
      scrollBy(0, Math.min(box.bottom - floor + margin, box.top - margin));
    }
  }

  one("first").addEventListener("click", () => show(0));
  one("back").addEventListener("click", () => show(step - 1));
  one("next").addEventListener("click", () => show(step + 1));
  one("last").addEventListener("click", () => show(last));
  slider.addEventListener("input", () => show(Number(slider.value)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowRight: step + 1, ArrowLeft: step - 1, Home: 0, End: last };
    if (!(event.key in moves)) return;
    event.preventDefault();
    show(moves[event.key]);
  });
  document.documentElement.classList.add("js");
  show(0);
})();
