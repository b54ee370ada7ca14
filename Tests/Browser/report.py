"""Drives the pages that `tandem report` and `compare --html` write in headless Chromium.

Usage: report.py TANDEM [SCREENSHOTS]    the program, and a folder for pictures of the page

Trains three short GANs and two short language models, writes their reports and a comparison,
opens them from the disk and checks what a reader does there: the slider, keys, hover, zoom,
smoothing, scales. A page must ask for nothing but its own file and leave no message in the console.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

from page import Page
from webdriver import Browser

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        raise SystemExit(f"FAILED: {what}")


def wait(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"FAILED: {what}, after {seconds} s")
        time.sleep(0.05)


def tandem(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                          cwd=REPOSITORY)
    if done.returncode:
        raise SystemExit(f"FAILED: tandem {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def train(program, folder):
    """Two runs of the ring and two language models, each pair of different seeds."""
    ring = [tandem(program, "run", "experiments/ring-gan", "--quiet", "--runs-dir",
                   folder / "runs", "--seed", seed, "--set", "training.steps=300",
                   "--set", "samples.every=100", "--set", "samples.count=200") for seed in (1, 2)]
    text = folder / "text.txt"
    text.write_text("the quick brown fox jumps over <b>the</b> lazy dog; </script> & so on.\n" * 400)
    language = [tandem(program, "run", "experiments/charlm-rnn", "--quiet", "--runs-dir",
                       folder / "runs", "--seed", seed, "--set", f"data={{path: {text}}}",
                       "--set", "network={cell: tanh, size: 16, embedding: 8}",
                       "--set", "training={steps: 60, batchSize: 8, window: 16}",
                       "--set", "optimizer={kind: adam, learningRate: 0.01}",
                       "--set", "metrics.every=5", "--set", "validation.every=20",
                       "--set", "samples.every=20", "--set", "samples.length=120")
                for seed in (1, 2)]
    return ring, language


def rows(run, metric):
    """The values of a metric in metrics.jsonl, by step."""
    lines = (pathlib.Path(run) / "metrics.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return {row["s"]: row["m"][metric] for row in found if metric in row["m"]}


def samples(run):
    lines = (pathlib.Path(run) / "samples/index.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def check_silence(browser, page):
    """Nothing in the console, and nothing asked for but the page itself."""
    messages = browser.log("browser")
    check(not messages, f"the console says {messages}")
    asked = [message["params"]["request"]["url"] for message in browser.log("performance")
             if message["method"] == "Network.requestWillBeSent"]
    asked = {url.split("#")[0] for url in asked if not url.startswith(("data:", "about:"))}
    check(asked <= {page.url}, f"the page asked for {asked}")
    entries = browser.run("return performance.getEntriesByType('resource').map((one) => one.name)")
    check(all(name.startswith("data:") for name in entries), f"the page loaded {entries}")


def check_samples(browser, page, runs, tag, metric):
    """Slider, keys and play move sheets and cursor together."""
    steps = sorted({sample["step"] for run in runs for sample in samples(run)})
    last = steps[-1]
    check(page.step() == f"step {last}", f"the page begins at {page.step()}, not at {last}")
    check([label for label, _ in page.sheets(tag)] == [f"step {last}"] * 2,
          "two runs side by side, each with its last sample")
    page.plot(metric)
    end, sheets = page.cursor(metric), page.sheets(tag)
    check(end is not None, "the cursor is in the plot")

    browser.run("document.getElementById('step').focus()")
    browser.press("left")
    check(page.step() == f"step {steps[-2]}", "the left arrow on the slider goes a sample back")
    check(all(new[1] != old[1] for new, old in zip(page.sheets(tag), sheets)),
          "both samples change with the step")
    check(page.cursor(metric) < end - 5, "the cursor follows the step")
    browser.run("document.activeElement.blur()")
    browser.press("left")
    check(page.step() == f"step {steps[-3]}", "arrow keys work without the slider's focus")
    browser.press("home")
    check(page.step() == f"step {steps[0]}", "Home goes to the first sample")
    check([label for label, _ in page.sheets(tag)] == [f"step {steps[0]}"] * 2,
          "the samples are the first ones")
    browser.press("right")
    check(page.step() == f"step {steps[1]}", "the right arrow goes a sample on")
    browser.press("end")
    check(page.step() == f"step {last}" and page.sheets(tag) == sheets,
          "End goes to the last sample")
    page.set("step", 1)
    check(page.step() == f"step {steps[1]}", "the slider itself moves the step")

    browser.run("scrollTo(0, 0)")
    browser.click("#play")
    check(browser.run("return document.getElementById('play').ariaLabel") == "Pause", "play plays")
    wait(lambda: page.step() == f"step {last}", "play reaches the last sample")
    wait(lambda: browser.run("return document.getElementById('play').ariaLabel") == "Play",
         "play stops at the end")


def check_hover(browser, page, runs, metric):
    """The values under the mouse are those of metrics.jsonl."""
    curves = [rows(run, metric) for run in runs]
    for share in (0.3, 0.77):
        plot = page.plot(metric)
        low, high = plot["range"]
        # The recorded step next to the place.
        wanted = min(curves[0], key=lambda step: abs(step - (low + share * (high - low))))
        x = plot["left"] + (wanted - low) / (high - low) * plot["width"]
        browser.mouse((x - 20, plot["top"] + 30), (x, plot["top"] + plot["height"] / 2))
        exact = [repr(float(curve[wanted])) for curve in curves]
        wait(lambda: [repr(float(full or "nan")) for _, full in page.values(metric)] == exact,
             f"hover over {metric} at step {wanted} shows {exact}, not {page.values(metric)}", 5)
        for (shown, _), curve in zip(page.values(metric), curves):
            check(abs(float(shown) - curve[wanted]) <= 1e-5 * abs(curve[wanted]),
                  f"{shown} is not {curve[wanted]}")
    browser.mouse((5, 5))
    wait(lambda: not browser.run("return document.querySelectorAll('.mark.hover').length"),
         "the hover line goes with the mouse", 5)


def check_curves(browser, page, runs, metric):
    """Smoothing, scale, axis and zoom change what is drawn."""
    plain = page.picture(metric)
    page.set("smoothing", 0.8)
    check(page.picture(metric) != plain, "smoothing changes the curves")
    page.set("smoothing", 0)
    check(page.picture(metric) == plain, "without smoothing they are as before")
    browser.click("#log")
    logarithmic = page.picture(metric)
    check(logarithmic != plain, "the log scale changes the curves")
    browser.click("#log")
    seconds = json.loads((pathlib.Path(runs[0]) / "metrics.jsonl").read_text().splitlines()[-1])["t"]
    page.set("axis", "time")
    high = page.plot(metric)["range"][1]
    check(high >= seconds and page.picture(metric) != plain, "the x axis can be time")
    page.set("axis", "step")
    check(page.picture(metric) == plain, "and steps again")

    plot = page.plot(metric)
    low, high = plot["range"]
    middle = plot["top"] + plot["height"] / 2
    browser.mouse((plot["left"] + 0.25 * plot["width"], middle), "down",
                  (plot["left"] + 0.5 * plot["width"], middle),
                  (plot["left"] + 0.75 * plot["width"], middle), "up")
    zoomed = page.plot(metric)["range"]
    share = (zoomed[1] - zoomed[0]) / (high - low)
    check(0.45 < share < 0.55, f"dragging over half of the axis shows half of it, not {share}")
    others = browser.run("""return [...document.querySelectorAll('.chart')]
      .filter((figure) => figure.chart.graph).map((figure) => figure.chart.graph.xAxisRange())""")
    check(all(other == zoomed for other in others), "all charts are zoomed alike")
    # What the reader chose outlives a reload.
    page.set("smoothing", 0.5)
    page.set("step", 1)
    step = page.step()
    time.sleep(0.5)
    browser.command("POST", "refresh")
    check(page.step() == step, "the step outlives a reload")
    check(browser.run("return document.getElementById('smoothing').value") == "0.5",
          "smoothing outlives a reload")
    again = page.plot(metric)["range"]
    check(all(abs(a - b) < 1e-6 * (high - low) for a, b in zip(again, zoomed)),
          f"zoom outlives a reload: {again} for {zoomed}")
    browser.run("scrollTo(0, 0)")
    browser.click("#unzoom")
    check(page.plot(metric)["range"] == [low, high], "the zoom can be undone")
    page.set("smoothing", 0)


def check_dialog(browser, page):
    """A click opens the sheet at its full size; Escape closes it."""
    browser.run("scrollTo(0, 0)")
    browser.click("figure.sample button")
    size = browser.run("""const picture = document.querySelector('dialog img');
      return [document.getElementById('full').open, picture.naturalWidth, picture.clientWidth]""")
    check(size[0] and size[1] == size[2], f"the sheet opens at its full size, {size}")
    before = browser.run("return document.querySelector('dialog figcaption').textContent")
    browser.press("left")
    after = browser.run("return document.querySelector('dialog figcaption').textContent")
    check(before != after, "arrow keys move the open sheet")
    browser.press("escape")
    check(not browser.run("return document.getElementById('full').open"), "Escape closes it")
    browser.press("end")


def check_runs(browser, page, metric):
    """A run can be switched off."""
    browser.run("scrollTo(0, 0)")
    browser.click("#runs li:last-child .run-name")
    check(len(page.values(metric)) == 1, "a run that is switched off has no curve")
    shown = browser.run("""return [...document.querySelectorAll('figure.sample')]
      .filter((figure) => figure.offsetParent).length""")
    check(shown == len({figure for figure in page.tags}), "nor samples")
    browser.click("#runs li:last-child .run-name")
    check(len(page.values(metric)) == 2, "and can be switched on again")


def drive(report, runs, tag, metric, pictures, name):
    with Browser(1280, 900) as browser:
        page = Page(browser, report)
        page.tags = {sample["tag"] for sample in samples(runs[0])}
        check_samples(browser, page, runs, tag, metric)
        check_hover(browser, page, runs, metric)
        check_curves(browser, page, runs, metric)
        check_runs(browser, page, metric)
        if page.sheets(tag)[0][1].startswith("data:"):
            check_dialog(browser, page)
        check_silence(browser, page)
        browser.run("scrollTo(0, 0)")
        time.sleep(0.3)
        if pictures:
            browser.screenshot(pictures / f"report-{name}.png")
    with Browser(390, 844, dark=True) as browser:
        page = Page(browser, report)
        width = browser.run("return document.documentElement.scrollWidth")
        check(width == 390, f"on a phone's width the page is {width} wide")
        check_silence(browser, page)
        if pictures:
            time.sleep(0.3)
            browser.screenshot(pictures / f"report-{name}-phone.png")


def check_comparison(program, folder, runs, pictures):
    """The page of a comparison: seeds are one curve with a band, another rate is another curve."""
    other = tandem(program, "run", "experiments/ring-gan", "--quiet", "--runs-dir",
                   folder / "runs", "--set", "training.steps=300",
                   "--set", "samples.every=100", "--set", "samples.count=200",
                   "--set", "generator.optimizer.learningRate=3e-3")
    page_path = folder / "compare.html"
    tandem(program, "compare", *runs, other, "--html", page_path)
    means = [sum(values) / len(values) for values in
             ([rows(run, "loss/g")[300] for run in group] for group in (runs, [other]))]
    with Browser(1280, 900) as browser:
        page = Page(browser, page_path)
        names = browser.run("""return [...document.querySelectorAll('#runs .run-name')]
          .map((name) => name.textContent)""")
        check(names == ["learningRate 0.001", "learningRate 0.003"], f"the groups are {names}")
        ids = browser.run("""return [...document.querySelectorAll('#runs .run-id')]
          .map((id) => id.textContent)""")
        check(ids == [pathlib.Path(run).name for run in [*runs, other]], f"their runs are {ids}")
        plot = page.plot("loss/g")
        shown = [float(full) for _, full in page.values("loss/g")]
        check(all(abs(a - b) < 1e-9 for a, b in zip(shown, means)) and len(shown) == 2,
              f"the last values are the means {means}, not {shown}")
        ranges = browser.run("""return [...document.querySelectorAll(
          'figure[data-metric="loss/g"] .at')].map((at) => at.textContent)""")
        check("…" in ranges[0] and not ranges[1], f"only two seeds have a range: {ranges}")
        # Beside the mean the band is the curve's colour over the paper, neither of both.
        tints = browser.run("""
          const canvas = document.querySelector('figure[data-metric="loss/g"] canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] > 20 && data[at + 3] < 80 && data[at] < 20 && data[at + 2] > 150) count += 1;
          }
          return count""")
        check(tints > 200, f"the band covers {tints} pixels")
        plain = page.picture("loss/g")
        browser.run("scrollTo(0, 0)")
        browser.click("#log")
        check(page.picture("loss/g") != plain, "the log scale changes the curves")
        browser.run("scrollTo(0, 0)")
        browser.click("#log")
        check(page.picture("loss/g") == plain, "and back")
        middle = plot["top"] + plot["height"] / 2
        page.plot("loss/g")
        browser.mouse((plot["left"] + 20, middle), (plot["left"] + plot["width"] / 2, middle))
        wait(lambda: [float(full) for _, full in page.values("loss/g")] != shown,
             "hover shows the values at the pointer", 5)
        hidden = browser.run("""return ['axis', 'smoothing'].map(
          (id) => document.getElementById(id).offsetParent === null)""")
        check(hidden == [True, True], "what was folded before cannot be changed in the page")
        browser.run("scrollTo(0, 0)")
        browser.click("#runs li:last-child .run-name")
        check(len(page.values("loss/g")) == 1, "a group can be switched off")
        browser.click("#runs li:last-child .run-name")
        check_silence(browser, page)
        browser.mouse((5, 5))
        browser.run("scrollTo(0, 0)")
        time.sleep(0.3)
        if pictures:
            browser.screenshot(pictures / "compare.png")
    with Browser(390, 844, dark=True) as browser:
        Page(browser, page_path)
        width = browser.run("return document.documentElement.scrollWidth")
        chart = browser.run("return document.querySelector('.chart').getBoundingClientRect().right")
        check(width == 390 and chart < 390, f"on a phone's width the page is {width} wide")


def check_watch(program, folder):
    """A watched page grows with its run, keeps the reader's place and comes to rest."""
    report = folder / "live.html"
    runs = folder / "live"
    training = subprocess.Popen(
        [program, "run", "experiments/ring-gan", "--quiet", "--runs-dir", str(runs), "--set",
         "training.steps=1000000", "--set", "samples.every=200", "--set", "samples.count=100",
         "--set", "generator.network.hidden=[8]", "--set", "discriminator.network.hidden=[8]"],
        cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = None
    try:
        wait(lambda: list(runs.glob("*/metrics.jsonl")), "a run begins", 60)
        run = next(runs.glob("*/metrics.jsonl")).parent
        watch = subprocess.Popen([program, "report", str(run), "--watch", "-o", str(report)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(report.exists, "the watched page is written", 60)
        with Browser(1280, 900) as browser:
            page = Page(browser, report)
            count = "return Number(document.getElementById('step').max)"
            wait(lambda: browser.run(count) >= 3,
                 "the page shows samples that came later, by itself", 180)
            page.set("smoothing", 0.7)
            page.set("step", 1)
            step, before = page.step(), browser.run(count)
            wait(lambda: browser.run(count) > before, "the page goes on", 180)
            check(page.step() == step, "and stays at the reader's step")
            check(browser.run("return document.getElementById('smoothing').value") == "0.7",
                  "and smoothing")
            training.terminate()
            training.wait(60)
            check(watch.wait(60) == 0, "the watch ends with its run")
            browser.command("POST", "refresh")
            check(browser.run("return document.getElementById('live').hidden"),
                  "the last page is still")
            check("interrupted" in browser.run("return document.querySelector('.status').textContent"),
                  "and says how the run ended")
            check_silence(browser, page)
    finally:
        for process in (training, watch):
            if process and process.poll() is None:
                process.kill()
                process.wait()


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    program = str(pathlib.Path(sys.argv[1]).resolve())
    pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tandem-report-") as folder:
        folder = pathlib.Path(folder)
        ring, language = train(program, folder)
        for name, runs, tag, metric in (("ring", ring, "fixed", "loss/g"),
                                        ("language", language, "text", "loss/train")):
            report = folder / f"{name}.html"
            tandem(program, "report", *runs, "-o", report)
            drive(report, runs, tag, metric, pictures, name)
            print(f"{name}: ok", flush=True)
        check_comparison(program, folder, ring, pictures)
        print("comparison: ok", flush=True)
        check_watch(program, folder)
        print("watch: ok")
    print(f"{checks} checks passed")


if __name__ == "__main__":
    main()
