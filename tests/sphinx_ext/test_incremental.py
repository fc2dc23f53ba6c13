"""What a build does again after each kind of change: read, render, write."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.render.pool import Reply, Worker
from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import SHOP, Build, Site, page, values

PLAIN = page("No example here.", title="Plain")
INDEX = page(".. toctree::\n\n   one\n   two\n   plain\n", title="Index")


@pytest.fixture
def guide(tmp_path: Path) -> Site:
    """Two pages with examples, two without, a chart and a cache of their own."""
    site = Site(tmp_path / "source", tmp_path / "work", {})
    site.write("conf.py", CONF + 'helm_chart = "chart"\nexclude_patterns = ["chart"]\n')
    shutil.copytree(SHOP, site.source / "chart")
    site.write("index.rst", INDEX)
    site.write("plain.rst", PLAIN)
    site.write("one.rst", page(values("replicas: 2"), values("replicas: 3"), title="One"))
    site.write("two.rst", page(values("replicas: 4"), title="Two"))
    return site


@pytest.fixture
def built(guide: Site) -> Site:
    build = guide.build()
    assert build.warnings == []
    assert build.summary == "3 examples, 4 renders"
    return guide


def written(build: Build) -> set[str]:
    """Return the documents written, but for the index: Sphinx writes each page's parent anew."""
    return build.written - {"index"}


def did(build: Build) -> tuple[set[str], int, set[str]]:
    """Return what a build read, how often it rendered, what it wrote."""
    return build.read, build.renders, written(build)


def page_times(out: Path) -> dict[str, int]:
    """Return when each page was written; Sphinx writes its index and search page every time."""
    pages = [path for path in out.glob("*.html") if path.stem not in ("genindex", "search")]
    assert len(pages) == 4
    return {path.name: path.stat().st_mtime_ns for path in pages}


def test_a_build_without_a_change_does_nothing_and_says_so(built: Site) -> None:
    before = page_times(built.work / "html")
    build = built.build()
    assert did(build) == (set(), 0, set())
    assert build.summary == "3 examples, 0 renders"
    assert page_times(build.out) == before


def test_it_starts_no_worker(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(*_args: object, **_more: object) -> None:
        raise AssertionError("a process is started")

    monkeypatch.setattr(subprocess, "Popen", no_process)
    assert built.build().renders == 0


def test_a_changed_example_alone_is_rendered_again(built: Site) -> None:
    built.write("one.rst", page(values("replicas: 2"), values("replicas: 5"), title="One"))
    assert did(built.build()) == ({"one"}, 1, {"one"})


def test_an_example_that_moves_is_not_rendered_again(built: Site) -> None:
    built.write("two.rst", page("Moved.\n", values("replicas: 4"), title="Two"))
    build = built.build()
    assert build.renders == 0
    assert "two" in build.written


def test_prose_that_changes_renders_nothing(built: Site) -> None:
    built.write("plain.rst", page("Other words.", title="Plain"))
    build = built.build()
    assert build.renders == 0
    assert not {"one", "two"} & build.written


def test_a_changed_chart_rewrites_pages_with_examples_and_reads_nothing(built: Site) -> None:
    notes = built.source / "chart" / "templates" / "service.yaml"
    notes.write_text(notes.read_text("utf-8").replace("port:", "targetPort: 80\n      port:"))
    assert did(built.build()) == (set(), 4, {"one", "two"})
    assert did(built.build()) == (set(), 0, set())


@pytest.mark.parametrize(
    "change",
    [{"helm_kube_version": "1.29.0"}, {"helm_values": {"config": {"a": "b"}}},
     {"helm_release": "blue"}, {"helm_namespace": "other"}, {"helm_api_versions": ["x/v1"]}],
    ids=str,
)  # fmt: skip
def test_a_changed_setting_rewrites_pages_with_examples_and_reads_nothing(
    built: Site, change: dict[str, object]
) -> None:
    assert did(built.build(**change)) == (set(), 4, {"one", "two"})  # type: ignore[arg-type]
    assert did(built.build(**change)) == (set(), 0, set())  # type: ignore[arg-type]


def test_a_setting_of_what_is_shown_rewrites_and_renders_nothing(built: Site) -> None:
    assert did(built.build(helm_max_manifest_tabs=1)) == (set(), 0, {"one", "two"})


def test_a_setting_of_how_the_work_is_done_changes_nothing(built: Site) -> None:
    assert did(built.build(helm_jobs=1, helm_timeout=30)) == (set(), 0, set())


def test_what_is_broken_stays_broken(guide: Site) -> None:
    guide.write("two.rst", page(values("replcas: 4"), title="Two"))
    first = guide.build(warnings_are_errors=True)
    again = guide.build(warnings_are_errors=True)
    assert again.read == set()
    assert again.renders == 0
    assert (first.exit_status, again.exit_status) == (1, 1)
    assert again.warnings == first.warnings != []


def test_a_document_that_goes_takes_its_examples_along(built: Site) -> None:
    built.remove("two.rst")
    built.write("index.rst", INDEX.replace("   two\n", ""))
    assert built.build().summary == "2 examples, 0 renders"


def test_the_last_example_that_goes_leaves_nothing_behind(built: Site) -> None:
    built.write("one.rst", page("None left.", title="One"))
    built.write("two.rst", page("None left.", title="Two"))
    build = built.build()
    assert build.summary == ""
    assert build.warnings == []
    assert "helm-provenance" not in build.text("one.html")


def test_another_builder_renders_nothing_again(built: Site) -> None:
    text = built.build("text")
    assert (text.read, text.renders) == (set(), 0)
    assert "replicas: 4" in text.text("two.txt")
    assert did(built.build()) == (set(), 0, set())


def test_another_builder_learns_of_a_change_that_the_first_has_seen(built: Site) -> None:
    built.build("text")
    assert written(built.build(helm_release="blue")) == {"one", "two"}
    assert written(built.build("text", helm_release="blue")) == {"one", "two"}


def test_another_output_folder_learns_of_a_change_that_the_first_has_seen(built: Site) -> None:
    built.build(out="second")
    assert written(built.build(helm_release="blue")) == {"one", "two"}
    assert written(built.build(out="second", helm_release="blue")) == {"one", "two"}


def test_a_build_of_some_files_leaves_the_others_to_the_next(built: Site) -> None:
    assert written(built.build(files=["one.rst"], helm_release="blue")) == {"one"}
    assert written(built.build(helm_release="blue")) == {"two"}


def test_pages_are_written_after_a_build_that_stopped_before(
    built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sphinx.builders.html import StandaloneHTMLBuilder

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StandaloneHTMLBuilder, "write_doc", stop)
        with pytest.raises(KeyboardInterrupt):
            built.build(helm_release="blue")
    assert written(built.build(helm_release="blue")) == {"one", "two"}


def test_a_crash_is_tried_again_and_its_page_written_anew(
    built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verdict that may pass away must not stick to the page."""
    with monkeypatch.context() as patch:
        patch.setattr(Worker, "perform", lambda *_: Reply(code="crash", error="killed"))
        failing = built.build(helm_release="blue")
    assert len(failing.warnings) == 3
    assert all("[helm.crash]" in line for line in failing.warnings)
    assert "helm-failed" in failing.text("two.html")
    again = built.build(helm_release="blue")
    assert again.warnings == []
    assert "helm-failed" not in again.text("two.html")


def test_a_broken_cache_is_a_slow_build_and_nothing_worse(built: Site) -> None:
    for path in (built.work / "doctrees" / "helm-cache").rglob("*.*"):
        path.write_bytes(b"\x1f\x8b broken")
    (built.work / "doctrees" / "helm-pages.json").write_text("[broken")
    build = built.build()
    assert did(build) == (set(), 4, {"one", "two"})
    assert build.warnings == []


DIES = """
import os, signal
from sphinx_airflow_prod.core.render.cache import Cache

def setup(app):
    put, kept = Cache.put, []

    def put_and_die(self, key, answer):
        put(self, key, answer)
        kept.append(key)
        if len(kept) == 60:
            os.kill(os.getpid(), signal.SIGKILL)

    Cache.put = put_and_die
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_build_that_is_killed_leaves_a_cache_that_the_next_one_uses(guide: Site) -> None:
    many = [values(f"replicas: {n % 8 + 2}\nconfig: {{n: 'x{n}'}}") for n in range(40)]
    guide.write("one.rst", page(*many, title="One"))
    conf = (guide.source / "conf.py").read_text("utf-8")
    guide.write("conf.py", conf + DIES)
    assert guide.run().exit_status == -signal.SIGKILL
    guide.write("conf.py", conf)
    build = guide.build()
    assert build.warnings == []
    # 41 texts of values and the chart's defaults came first, then 18 of 42 renders
    assert 42 - 20 < build.renders < 42 - 10
    assert "replicas: 4" in build.page("two.html").text
