"""The documentation, built once, and a headless Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.reader import Reader

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the HTML documentation; ``AIRFLOW_CHART`` names another chart.

    ``DOCS_SITE`` names a folder where it is built already.
    """
    if built := os.environ.get("DOCS_SITE"):
        return Path(built).resolve()
    pytest.importorskip("furo")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "-b", "html"]
    subprocess.run([*command, "docs", str(folder)], cwd=ROOT, check=True, timeout=900)
    return folder


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Give a headless Chromium; skip where selenium, the browser or its driver is missing."""
    webdriver = pytest.importorskip("selenium.webdriver")
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    window = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield Reader(window)
    window.quit()


@pytest.fixture
def reader(browser: Reader) -> Iterator[Reader]:
    """Give the browser as a first-time reader has it, in a wide window."""
    browser.forget()
    yield browser
    browser.forget()
