"""What is installed is told from names and times, and where these prove nothing, not at all."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.stamps import SETTLED
from sphinx_airflow_prod.core.versions import source_stamp

AUTO = ("auto",)


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests' new files count as old ones."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 2 * SETTLED)


@pytest.fixture
def airflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The record of an installed Airflow, in the only folder that Python looks in."""
    folder = tmp_path / "apache_airflow_core-3.3.2.dist-info"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), str(tmp_path / "not-there")])
    return folder


def test_nothing_changes_where_nothing_changes(airflow: Path) -> None:
    assert source_stamp(AUTO) == source_stamp(AUTO) is not None


def test_another_version_shows(airflow: Path) -> None:
    before = source_stamp(AUTO)
    airflow.rename(airflow.with_name("apache_airflow_core-3.4.0.dist-info"))
    assert source_stamp(AUTO) != before


def test_the_same_version_installed_anew_shows(airflow: Path) -> None:
    before = source_stamp(AUTO)
    os.utime(airflow, (1, 1))
    assert source_stamp(AUTO) != before


def test_a_provider_that_comes_shows(airflow: Path) -> None:
    before = source_stamp(AUTO)
    airflow.with_name("some_provider-1.0.dist-info").mkdir()
    assert source_stamp(AUTO) != before


@pytest.mark.parametrize(
    ("url", "proof"),
    [
        ('{"dir_info": {"editable": true}, "url": "file:///a"}', False),
        ('{"archive_info": {}, "url": "file:///a.whl"}', True),
    ],
    ids=["editable", "wheel"],
)
def test_an_airflow_installed_in_place_proves_nothing(airflow: Path, url: str, proof: bool) -> None:
    (airflow / "direct_url.json").write_text(url)
    assert (source_stamp(AUTO) is not None) is proof


def test_a_named_file_counts_with_what_is_installed(airflow: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    wheel.write_text("1")
    before = source_stamp((str(wheel),))
    wheel.write_text("22")
    assert None not in (before, source_stamp((str(wheel),)))
    assert source_stamp((str(wheel),)) != before


def test_a_named_file_that_is_not_there_proves_nothing(airflow: Path) -> None:
    assert source_stamp(("nowhere.whl",)) is None
