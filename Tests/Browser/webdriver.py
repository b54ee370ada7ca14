"""A headless Chromium driven by the W3C WebDriver protocol, with the standard library alone."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"left": "\ue012", "right": "\ue014", "home": "\ue011", "end": "\ue010",
        "escape": "\ue00c", "tab": "\ue004"}


class Browser:
    """A browser with one window of the given size, in CSS pixels."""

    def __init__(self, width=1280, height=900, dark=False):
        self.session = None
        self.profile = tempfile.mkdtemp(prefix="tandem-browser-")
        driver = shutil.which("chromedriver")
        browser = shutil.which("chromium")
        if not driver or not browser:
            raise SystemExit("chromium or chromedriver is missing: "
                             "apt install chromium chromium-driver")
        self.driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True)
        try:
            self.address = self._address()
            arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars",
                         f"--user-data-dir={self.profile}", f"--window-size={width},{height}"]
            if os.geteuid() == 0:
                arguments.append("--no-sandbox")
            capabilities = {
                "browserName": "chrome",
                "goog:chromeOptions": {"binary": browser, "args": arguments},
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            }
            answer = self._call("POST", "/session",
                                {"capabilities": {"alwaysMatch": capabilities}})
            self.session = answer["sessionId"]
            self.command("POST", "goog/cdp/execute", {
                "cmd": "Emulation.setDeviceMetricsOverride",
                "params": {"width": width, "height": height, "deviceScaleFactor": 1,
                           "mobile": False}})
            self.command("POST", "goog/cdp/execute", {
                "cmd": "Emulation.setEmulatedMedia",
                "params": {"features": [{"name": "prefers-color-scheme",
                                         "value": "dark" if dark else "light"}]}})
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.session:
            try:
                self._call("DELETE", f"/session/{self.session}")
            except OSError:
                pass
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _address(self):
        for line in self.driver.stdout:
            port = re.search(r"started successfully on port (\d+)", line)
            if port:
                return f"http://127.0.0.1:{port.group(1)}"
        raise SystemExit("chromedriver ended before it listened")

    def _call(self, method, path, body=None):
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.address + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        # The driver is on this machine: no proxy lies between.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise RuntimeError(f"{method} {path}: {value['error']}: {value['message']}") from None

    def command(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}/{path}", body)

    def open(self, url):
        self.command("POST", "url", {"url": url})

    def run(self, script, *arguments):
        """Runs JavaScript in the page; `return` gives a value back."""
        return self.command("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.command("POST", "element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.command("POST", f"element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.command("POST", f"element/{self.find(selector)}/value", {"text": text})

    def press(self, key):
        """Presses a key, wherever the focus is."""
        code = KEYS.get(key, key)
        self.command("POST", "actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
            {"type": "keyDown", "value": code}, {"type": "keyUp", "value": code}]}]})

    def mouse(self, *steps):
        """Moves the mouse through points of the viewport; "down" and "up" press and release."""
        actions = []
        for step in steps:
            if step == "down":
                actions.append({"type": "pointerDown", "button": 0})
            elif step == "up":
                actions.append({"type": "pointerUp", "button": 0})
            else:
                actions.append({"type": "pointerMove", "duration": 60, "origin": "viewport",
                                "x": round(step[0]), "y": round(step[1])})
        self.command("POST", "actions", {"actions": [
            {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
             "actions": actions}]})

    def log(self, kind):
        """The entries since the last call; of the performance log, the messages."""
        entries = self.command("POST", "se/log", {"type": kind})
        if kind == "performance":
            return [json.loads(entry["message"])["message"] for entry in entries]
        return entries

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.command("GET", "screenshot")))
