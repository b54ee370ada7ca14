"""The report as a reader sees it, through the browser."""

import pathlib


class Page:
    """The open report."""

    def __init__(self, browser, path):
        self.browser = browser
        self.url = pathlib.Path(path).resolve().as_uri()
        # What the browser's own first tab asked for is not the page's.
        browser.open("about:blank")
        for kind in ("browser", "performance"):
            browser.log(kind)
        browser.open(self.url)

    def step(self):
        return self.browser.run("return document.getElementById('step-label').textContent")

    def sheets(self, tag):
        """For each run the label of its sample and the sheet's data, or its text."""
        return self.browser.run("""
          return [...document.querySelectorAll(`figure.sample[data-tag="${arguments[0]}"]`)].map(
            (figure) => [figure.querySelector('.sample-step').textContent,
              figure.querySelector('img')?.src ?? figure.querySelector('pre')?.textContent])""", tag)

    def plot(self, metric):
        """Where the curves of a metric are drawn, in the viewport."""
        return self.browser.run("""
          const figure = document.querySelector(`figure[data-metric="${arguments[0]}"]`);
          figure.scrollIntoView({ block: "center" });
          const chart = figure.chart;
          chart.show();
          const box = chart.canvas.getBoundingClientRect();
          const area = chart.graph.getArea();
          return { left: box.left + area.x, top: box.top + area.y, width: area.w, height: area.h,
            range: chart.graph.xAxisRange() }""", metric)

    def cursor(self, metric):
        """How far the cursor is from the plot's left, in pixels."""
        return self.browser.run("""
          const figure = document.querySelector(`figure[data-metric="${arguments[0]}"]`);
          const line = figure.querySelector('.mark.cursor');
          return line && line.getBoundingClientRect().left
            - figure.querySelector('.plot').getBoundingClientRect().left""", metric)

    def values(self, metric):
        """The numbers below the curves, as shown and in full."""
        return self.browser.run("""
          const figure = document.querySelector(`figure[data-metric="${arguments[0]}"]`);
          return [...figure.querySelectorAll('data')].map(
            (data) => [data.textContent, data.value])""", metric)

    def picture(self, metric):
        """The pixels of the curves."""
        return self.browser.run("""
          const figure = document.querySelector(`figure[data-metric="${arguments[0]}"]`);
          return [...figure.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join()""",
                                metric)

    def set(self, element, value):
        self.browser.run("""
          const control = document.getElementById(arguments[0]);
          control.value = arguments[1];
          for (const name of ['input', 'change']) control.dispatchEvent(new Event(name));
          return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))""",
                         element, value)
