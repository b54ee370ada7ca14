"""Drives the pages that `tandem explain --html` writes in headless Chromium.

Usage: explain.py TANDEM [SCREENSHOTS]    the program, and a folder for pictures of the pages

Opens the page of every experiments/explain-* from the disk and steps through it by buttons, arrow
keys and slider: numbers appear with the step that computes them and go again on the way back, and
each step shows its title and its formulas, in symbols and in numbers, as the JSON report has them.
In a large and in a small window its letters can be read, and the part that a step is about comes
into sight. The page must ask for nothing but its own file and leave no message in the console.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from webdriver import Browser

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        raise SystemExit(f"FAILED: {what}")


def tandem(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                          cwd=REPOSITORY)
    if done.returncode:
        raise SystemExit(f"FAILED: tandem {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


def visible(browser):
    """The numbers that the picture and the tables show, by their names."""
    return browser.run("""
      const shown = {};
      for (const e of document.querySelectorAll("svg [data-id], table [data-id]")) {
        if (getComputedStyle(e).visibility === "visible") shown[e.dataset.id] = e.dataset.value;
      }
      return shown;""")


def open_alone(browser, page):
    """Opens a page after what the browser does by itself at its start."""
    browser.open("about:blank")
    browser.log("performance")
    browser.open(page.as_uri())


def place(browser):
    return browser.run("return document.getElementById('place').textContent")


def section(browser):
    """The sections that are shown: their step, their heading and the texts of their formulas."""
    return browser.run("""
      return [...document.querySelectorAll("section.step")]
        .filter((e) => e.getClientRects().length > 0)
        .map((e) => [Number(e.dataset.step), e.querySelector("h3").textContent,
          [...e.querySelectorAll("p.formula")].map((p) => p.textContent)]);""")


def unmarked(text):
    """Text as it is without signs of subscripts and superscripts, which the page sets by place."""
    return text.translate(str.maketrans({"_": "", "^": "", "²": "2", "ᵀ": "T"}))


def written(value):
    """A number as formulas show it: nine digits and a true minus sign."""
    return f"{value:.9g}".replace("-", "−") if value else "0"


def check_page(browser, name, report, page):
    steps = len(report["steps"])
    value = {number["id"]: number["value"] for number in report["numbers"]}
    first = {number["id"]: number["step"] for number in report["numbers"]}
    open_alone(browser, page)

    check(place(browser) == f"step 0 of {steps}", f"{name}: starts at step 0: {place(browser)}")
    policy = browser.run(
        "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    check(policy.startswith("default-src 'none';"), f"{name}: nothing may be loaded: {policy}")
    start = visible(browser)
    check(start, f"{name}: what is given is shown at the start")
    check(all(first[number] == 0 for number in start), f"{name}: nothing computed at the start")

    # Forward by the button, every step.
    seen = set(start)
    for step in range(1, steps + 1):
        browser.click("#next")
        now = visible(browser)
        check(set(now) >= seen, f"{name}: step {step} keeps what was there")
        wrong = [number for number in now if first[number] > step]
        check(not wrong, f"{name}: step {step} shows {wrong} too early")
        late = [number for number, at in first.items() if at == step and number not in now
                and browser.run("return document.querySelectorAll(`svg [data-id='${arguments[0]}'], "
                                "table [data-id='${arguments[0]}']`).length", number)]
        check(not late, f"{name}: step {step} does not show {late}")
        seen = set(now)
        shown = section(browser)
        check([at for at, _, _ in shown] == [step], f"{name}: the section of step {step} alone")
        _, heading, formulas = shown[0]
        told = report["steps"][step - 1]
        title = unmarked(f"{told['phase']} {told['title']}")
        check(unmarked(heading) == title, f"{name}: step {step}: {heading}, not {title}")
        if told["formulas"]:
            check(len(formulas) == len(told["formulas"]), f"{name}: step {step}: its formulas")
        for formula, line in zip(formulas, told["formulas"]):
            end = unmarked(f" = {line['symbols']}= {line['numbers']}= {written(line['value'])}")
            check(unmarked(formula).endswith(end), f"{name}: step {step}: {formula}, not …{end}")
        check(browser.run("return document.querySelectorAll('.part.lit').length") > 0,
              f"{name}: step {step} lights a part of the picture")
    check(place(browser) == f"step {steps} of {steps}", f"{name}: the last step")
    check(browser.run("return document.getElementById('next').disabled"),
          f"{name}: no button leads beyond the end")

    # At the end every number is there, with all digits of the reference backend's.
    for number, text in visible(browser).items():
        check(float(text) == value[number], f"{name}: {number} is {text}, not {value[number]}")

    # Back by the key; to both ends; by the slider.
    browser.press("left")
    check(place(browser) == f"step {steps - 1} of {steps}", f"{name}: back by the arrow key")
    gone = set(seen) - set(visible(browser))
    check(gone == {number for number in seen if first[number] == steps},
          f"{name}: a step back takes away what it had shown: {gone}")
    browser.press("home")
    check(visible(browser) == start, f"{name}: as at the start after Home")
    browser.press("right")
    check(place(browser) == f"step 1 of {steps}", f"{name}: on by the arrow key")
    browser.run("""
      const slider = document.getElementById("slider");
      slider.value = arguments[0];
      slider.dispatchEvent(new Event("input"));""", steps // 2)
    check(place(browser) == f"step {steps // 2} of {steps}", f"{name}: by the slider")
    browser.click("#last")
    check(place(browser) == f"step {steps} of {steps}", f"{name}: to the end by the button")


def check_quiet(browser, name):
    """No message in the console, and no request but for the page itself."""
    log = browser.log("browser")
    check(not log, f"{name}: the console is empty: {log}")
    asked = [message["params"]["request"]["url"] for message in browser.log("performance")
             if message["method"] == "Network.requestWillBeSent"]
    others = [url for url in asked if not url.startswith(("file:", "data:"))]
    check(len([url for url in asked if url.startswith("file:")]) == 1 and not others,
          f"{name}: one file is read and nothing else: {asked}")


def fits(browser, name):
    wide = browser.run("return document.documentElement.scrollWidth - innerWidth")
    check(wide <= 0, f"{name}: the page is {wide} px wider than the window")


def readable(browser, name):
    """No letters of the picture but those of subscripts are smaller than ten pixels, and the part
    that a step is about is seen, above the dock."""
    smallest = browser.run("""
      const figure = document.getElementById("figure");
      const scale = figure.getBoundingClientRect().width / figure.viewBox.baseVal.width;
      return scale * Math.min(...[...figure.querySelectorAll("text")]
        .map((e) => Number(e.getAttribute("font-size"))));""")
    check(smallest >= 10, f"{name}: letters of {smallest:.1f} px")
    steps = browser.run("return Number(document.getElementById('slider').max)")
    for _ in range(steps):
        browser.press("right")
        seen = browser.run("""
          const floor = document.querySelector(".dock").getBoundingClientRect().top;
          const view = document.querySelector(".figure").getBoundingClientRect();
          const parts = [...document.querySelectorAll(".part.lit")]
            .map((e) => e.getBoundingClientRect());
          return parts.some((box) => box.top >= 0 && box.bottom <= floor
            && box.left >= view.left - 1 && box.right <= view.right + 1);""")
        check(seen, f"{name}: {place(browser)} is out of sight")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    names = sorted(path.parent.name for path in REPOSITORY.glob("experiments/explain-*/*.yaml"))
    check("explain-two-layer" in names, "the experiments are there")
    with tempfile.TemporaryDirectory() as folder:
        pages, reports = {}, {}
        for name in names:
            pages[name] = pathlib.Path(folder) / f"{name}.html"
            tandem(program, "explain", f"experiments/{name}", "--html", pages[name])
            reports[name] = json.loads(tandem(program, "explain", f"experiments/{name}", "--json"))

        with Browser(1280, 1000) as browser:
            for name in names:
                check_page(browser, name, reports[name], pages[name])
                check_quiet(browser, name)
                fits(browser, name)
                if pictures:
                    browser.screenshot(pictures / f"{name}-end.png")
                    browser.run("document.getElementById('slider').value = arguments[0];"
                                "document.getElementById('slider').dispatchEvent(new Event('input'))",
                                len(reports[name]["steps"]) // 2)
                    browser.screenshot(pictures / f"{name}-middle.png")
            browser.open(pages["explain-two-layer"].as_uri())
            browser.press("end")
            text = browser.run("return document.body.innerText")
            for number in ("0.298371109", "0.291027774", "0.291027924"):
                check(number in text, f"the worked example says {number}")

        for width, height in ((1400, 900), (1000, 700)):
            with Browser(width, height) as browser:
                for name in names:
                    open_alone(browser, pages[name])
                    readable(browser, f"{name}, {width}x{height}")
                    if pictures:
                        browser.screenshot(pictures / f"{name}-{width}.png")

        for dark, width, kind in ((True, 1280, "dark"), (False, 390, "phone"), (True, 390, "both")):
            with Browser(width, 844, dark=dark) as browser:
                for name in names:
                    open_alone(browser, pages[name])
                    for _ in range(3):
                        browser.press("right")
                    fits(browser, f"{name}, {kind}")
                    ground, ink = browser.run(
                        "const s = getComputedStyle(document.body);"
                        "return [s.backgroundColor, s.color]")
                    bright = [sum(map(int, color[color.index("(") + 1:-1].split(",")[:3]))
                              for color in (ground, ink)]
                    check((bright[0] < bright[1]) == dark, f"{name}, {kind}: {ground} {ink}")
                    check_quiet(browser, f"{name}, {kind}")
                    if pictures:
                        browser.screenshot(pictures / f"{name}-{kind}.png")
    print(f"explain: {checks} checks passed")


if __name__ == "__main__":
    main()
