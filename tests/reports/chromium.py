"""A headless Chromium spoken to over its DevTools pipe: what a page holds by role, says, asks for, and looks like."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync --remote-debugging-pipe"
)
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"
SECONDS = 60
TALLEST = 16000
"""Chromium paints no picture that is higher."""


@dataclass(slots=True)
class Page:
    """A page that was opened: everything it asked for and everything that went wrong while it loaded."""

    browser: Browser
    session: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def texts(self) -> dict[str, list[str]]:
        """The text of every element of the accessibility tree by its role, as a screen reader is told."""
        nodes = {node["nodeId"]: node for node in self._do("Accessibility.getFullAXTree")["nodes"]}
        found: dict[str, list[str]] = {}
        for node in nodes.values():
            if not node["ignored"]:
                found.setdefault(node["role"]["value"], []).append(" ".join(_words(node, nodes)))
        return found

    def style(self, selector: str, name: str) -> str:
        """A property of the style of the first element that a selector finds, after all style sheets."""
        expression = f"getComputedStyle(document.querySelector({json.dumps(selector)}))[{json.dumps(name)}]"
        return str(self._do("Runtime.evaluate", expression=expression)["result"]["value"])

    def picture(self, file: Path, width: int, media: str = "screen") -> int:
        """Photograph the whole page at a width, and answer how wide its content is."""
        self._do(
            "Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": "light"}]
        )
        self._do("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        size = self._do("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": width, "height": min(size["height"], TALLEST), "scale": 1}
        taken = self._do("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(taken["data"]))
        return int(size["width"])

    def printed(self, file: Path) -> None:
        """Print the page to a PDF file, on the paper of its style sheet."""
        done = self._do("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        file.write_bytes(base64.b64decode(done["data"]))

    def take(self, event: dict[str, Any]) -> None:
        """Keep what an event tells of a request or an error."""
        told = event.get("params", {})
        match event["method"]:
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Log.entryAdded" if told["entry"]["level"] in ("error", "warning"):
                self.errors.append(told["entry"]["text"])
            case "Runtime.consoleAPICalled" if told["type"] in ("error", "warning", "assert"):
                self.errors.append(str([argument.get("value") for argument in told["args"]]))
            case "Runtime.exceptionThrown":
                self.errors.append(told["exceptionDetails"]["text"])

    def _do(self, method: str, **values: object) -> Any:
        return self.browser.do(method, self.session, **values)


def _words(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> Iterator[str]:
    if node["role"]["value"] == "StaticText":
        yield node["name"]["value"].strip()
    else:
        for child in node.get("childIds", ()):
            yield from _words(nodes[child], nodes)


class Browser:
    """A running Chromium; messages are JSON with a zero byte at the end."""

    def __init__(self, into: int, out: int) -> None:
        self._into, self._out = into, out
        self._rest, self._number = b"", 0
        self._pages: dict[str, Page] = {}
        self._seen: set[tuple[str, str]] = set()

    def open(self, file: Path) -> Page:
        """Open a file, and wait until it has loaded and asks for nothing more."""
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.do(f"{domain}.enable", session)
        self.do("Page.setLifecycleEventsEnabled", session, enabled=True)
        self._seen.clear()
        self.do("Page.navigate", session, url=file.as_uri())
        while not {(session, "load"), (session, "networkIdle")} <= self._seen:
            self._take(self._next())
        return page

    def do(self, method: str, session: str = "", **values: object) -> Any:
        """One command and its answer; the events before it go to their pages."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": values} | ({"sessionId": session} if session else {})
        os.write(self._into, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._take(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _take(self, event: dict[str, Any]) -> None:
        session = event.get("sessionId", "")
        if event.get("method") == "Page.lifecycleEvent":
            self._seen.add((session, event["params"]["name"]))
        if session in self._pages and "method" in event:
            self._pages[session].take(event)

    def _next(self) -> dict[str, Any]:
        ends = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._out], [], [], max(0.0, ends - time.monotonic()))
            read = os.read(self._out, 1 << 20) if ready else b""
            assert read, "Chromium has gone silent"
            self._rest += read
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A Chromium that can resolve no host name; it ends with the context."""
    theirs, into = os.pipe()
    out, also_theirs = os.pipe()
    from_us, to_us = _above_ten(theirs), _above_ten(also_theirs)
    plugged = ["bash", "-c", f'exec "$@" 3<&{from_us} 4>&{to_us}', "bash"]
    command = [*plugged, str(PROGRAM), *FLAGS.split(), OFFLINE, f"--user-data-dir={profile}"]
    with (profile.parent / "chromium.log").open("wb") as log:
        running = subprocess.Popen(command, pass_fds=(from_us, to_us), stdout=log, stderr=log)
    os.close(from_us)
    os.close(to_us)
    browser = Browser(into, out)
    try:
        yield browser
        browser.do("Browser.close")
    finally:
        for descriptor in (into, out):
            os.close(descriptor)
        try:
            running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _above_ten(descriptor: int) -> int:
    """The same end of a pipe under a number that is not 3 or 4, where Chromium is to find its own."""
    number = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return number
