"""A page in Debian's chromium, headless, told what to do over the pipe of its DevTools protocol: nothing but Python's
own library is needed. What the page complains of, and what it asks for over the network, is kept."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
         "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
         "--mute-audio", "--lang=en-US",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb"]
# What the policy of a page forbids is told to the page alone, and only while it happens.
WATCH = """window.violations = [];
document.addEventListener('securitypolicyviolation', event => window.violations.push(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));"""
PATIENCE_SECONDS = 240  # the machine may be busy with a build


class BrowserError(Exception):
    """The browser refused, died, or took too long."""


class Browser:
    """A chromium of its own, with a profile that is thrown away."""

    def __init__(self) -> None:
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        theirs_in, self.output = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in os.pipe())
        self.input, theirs_out = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in os.pipe())
        log = os.path.join(self.profile.name, "log")
        self.process = os.posix_spawn(
            CHROMIUM, [CHROMIUM, *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"], os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT, 0o600),
                          (os.POSIX_SPAWN_DUP2, 1, 2), (os.POSIX_SPAWN_DUP2, theirs_in, 3),
                          (os.POSIX_SPAWN_DUP2, theirs_out, 4)], setpgroup=0)
        os.close(theirs_in)
        os.close(theirs_out)
        self.buffer, self.count = b"", 0
        self.events: dict[str, list[dict[str, Any]]] = {}  # by session

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.call("Browser.close")
        except (BrowserError, OSError):
            pass
        end = time.monotonic() + 5
        while time.monotonic() < end and os.waitpid(self.process, os.WNOHANG) == (0, 0):
            time.sleep(0.05)
        else:
            if time.monotonic() >= end:
                os.killpg(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
        os.close(self.input)
        os.close(self.output)
        self.profile.cleanup()

    def _message(self, end: float) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            if not select.select([self.input], [], [], max(0, end - time.monotonic()))[0]:
                raise BrowserError(f"chromium said nothing for {PATIENCE_SECONDS} s")
            more = os.read(self.input, 1 << 20)
            if not more:
                raise BrowserError("chromium has ended: " + Path(self.profile.name, "log").read_text()[-2000:])
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def _keep(self, message: dict[str, Any]) -> None:
        self.events.setdefault(message.get("sessionId", ""), []).append(message)

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        data = json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]
        end = time.monotonic() + PATIENCE_SECONDS
        while (answer := self._message(end)).get("id") != self.count:
            self._keep(answer)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait_for(self, session: str, method: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not any(event["method"] == method for event in self.events.get(session, [])):
            self._keep(self._message(end))


class Page:
    """A file in a tab of its own, `width` x `height` CSS pixels, for a reader who prefers that colour scheme."""

    def __init__(self, browser: Browser, path: Path, width: int = 1280, height: int = 900,
                 scheme: str = "light") -> None:
        self.browser, self.url = browser, path.resolve().as_uri()
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits", "Accessibility", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.prefer(scheme)
        self.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        browser.events.pop(self.session, None)
        self.call("Page.navigate", url=self.url)
        browser.wait_for(self.session, "Page.loadEventFired")
        self.pause(50)

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.call("Target.closeTarget", targetId=self.target)
        self.browser.events.pop(self.session, None)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def evaluate(self, expression: str) -> Any:
        """Its value, awaited and as JSON."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def prefer(self, scheme: str) -> None:
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def pause(self, milliseconds: int) -> None:
        self.evaluate(f"new Promise(done => setTimeout(done, {milliseconds}))")

    def still(self) -> None:
        """Until nothing scrolls any more."""
        self.evaluate("""(async () => {
            const boxes = [document.scrollingElement, ...document.querySelectorAll('.scroll')];
            const places = () => boxes.map(box => `${box.scrollLeft} ${box.scrollTop}`).join();
            for (let calm = 0, before = '', round = 0; calm < 3 && round < 60; ++round) {
                await new Promise(done => setTimeout(() => requestAnimationFrame(done), 30));
                calm = before === places() ? calm + 1 : 0;
                before = places();
            }
        })()""")

    def settle(self) -> None:
        """Until what was caused is shown."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def move(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)
        self.settle()

    def screenshot(self, path: Path) -> None:
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def print(self, path: Path) -> None:
        data = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """All that the console, the network and the policy have to say so far."""
        found = [f"policy: {violation}" for violation in self.evaluate("window.violations || []")]
        for event in self.browser.events.get(self.session, []):
            about = event.get("params", {})
            match event["method"]:
                case "Runtime.consoleAPICalled" if about["type"] in ("error", "warning", "assert"):
                    found.append("console: " + " ".join(str(one.get("value", one)) for one in about["args"])[:500])
                case "Runtime.exceptionThrown":
                    found.append("exception: " + json.dumps(about["exceptionDetails"])[:500])
                case "Log.entryAdded" if about["entry"]["level"] in ("error", "warning"):
                    found.append(f"log: {about['entry']['text']}"[:500])
                case "Audits.issueAdded":
                    found.append("issue: " + json.dumps(about["issue"])[:500])
                case "Network.requestWillBeSent" if not about["request"]["url"].startswith((self.url, "data:")):
                    found.append(f"request: {about['request']['url']}"[:500])
        return found
