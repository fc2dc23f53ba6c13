"""A reader in front of a browser: the size of the window, the colour scheme, the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("reader.js").read_text("utf-8")

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({type: "layout-shift", buffered: true});
"""


class Reader:
    """A browser window, driven by selenium over the DevTools protocol."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self._command("Page.addScriptToEvaluateOnNewDocument", source=SCRIPT + WATCH_SHIFTS)
        self._command("Network.enable")

    def _command(self, name: str, **arguments: Any) -> Any:
        return self.window.execute_cdp_cmd(name, arguments)

    def forget(self) -> None:
        """Be a first-time reader in a wide window again: light, with scripts, on a screen."""
        self.resize(1300)
        self.prefer("light")
        self._command("Network.setBlockedURLs", urls=[])
        self._command("Emulation.setScriptExecutionDisabled", value=False)
        if self.window.current_url.startswith("file:"):
            self.run("localStorage.clear(); sessionStorage.clear()")
        self.window.get_log("browser")

    def resize(self, width: int) -> None:
        """Make the window *width* CSS pixels wide."""
        self._command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str, media: str = "") -> None:
        """Prefer the colour scheme ``light`` or ``dark``, on a screen or in ``print``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._command("Emulation.setEmulatedMedia", media=media, features=features)

    def block(self, *addresses: str) -> None:
        """Let nothing arrive from addresses like these."""
        self._command("Network.setBlockedURLs", urls=list(addresses))

    def refuse_scripts(self) -> None:
        """Run no script of the pages to come."""
        self._command("Emulation.setScriptExecutionDisabled", value=True)

    def open(self, page: Path) -> None:
        """Open a page."""
        self.window.get(page.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page and return what it returns."""
        return self.window.execute_script(script, *arguments)

    def settle(self) -> None:
        """Wait until two frames have been painted."""
        self.window.execute_async_script(
            "const done = arguments[0];"
            "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))"
        )

    def find(self, selector: str, within: Any = None) -> list[Any]:
        """Return the elements that a CSS selector finds."""
        return list((within or self.window).find_elements("css selector", selector))

    def look_at_all(self, pages: Iterable[Path], look: Callable[[], list[str]]) -> list[str]:
        """Open each page and return what *look* finds in it, with the page's name."""
        found = []
        for page in pages:
            self.open(page)
            found += [f"{page.parent.name}/{page.name}: {one}" for one in look()]
        return found


def pages_of(site: Path) -> list[Path]:
    """Return all pages of a built site."""
    return sorted(page for page in site.rglob("*.html") if "_static" not in page.parts)
