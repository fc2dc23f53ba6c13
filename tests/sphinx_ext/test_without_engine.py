"""No engine, no chart: said once, shown on every page, and never a silent pass."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import CHARTS, SHOP, Build, Site, page, values


@pytest.fixture
def guide(site: Site) -> Site:
    site.write(
        "index.rst", page(values("replicas: 3"), values("replcas: 3"), ".. toctree::\n\n   b")
    )
    site.write("b.rst", page(values("replicas: 4"), values("replicas: 1", "skip: not now")))
    return site


def check_unverified(build: Build) -> None:
    """Check that values are shown, marked, and nothing that Helm would have made of them."""
    assert build.exit_status == 0
    assert build.summary == "4 examples, 0 renders, 1 skipped, 3 not verified"
    for name, count in (("index.html", 2), ("b.html", 1)):
        page = build.page(name)
        marks = [mark.text.strip() for mark in page.select(".helm-unverified .helm-mark")]
        assert (
            marks == ["Not verified: no Helm engine or no chart was there to check this."] * count
        )
        assert "replicas: " in page.text
        assert not page.select('[role="tab"]')
        assert not page.select(".helm-provenance")


def test_an_engine_that_is_not_there_is_one_error_with_both_ways_out(guide: Site) -> None:
    build = guide.build(helm_engine="/nowhere/helm")
    assert build.warnings == [
        "WARNING: there is no helm binary at '/nowhere/helm': install the embedded engine with\n"
        '    pip install "sphinx-airflow-prod[embedded]"\n'
        "or install a helm binary (https://helm.sh/docs/intro/install/) and name it in "
        "helm_engine [helm.engine]"
    ]
    check_unverified(build)


def test_nothing_installed_at_all(guide: Site, tmp_path: Path) -> None:
    """Neither the library nor a binary on the PATH, as on a fresh machine."""
    site_dir = tmp_path / "hidden"
    site_dir.mkdir()
    site_dir.joinpath("sitecustomize.py").write_text(
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'helm_python':\n"
        "            raise ModuleNotFoundError(name)\n"
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: (\n"
        "    None if name == 'helm_python' else real(name, package))\n"
        "sys.meta_path.insert(0, Hide())\n"
    )
    package = str(Path(__file__).parents[2])
    env = {
        "PYTHONPATH": f"{site_dir}{';' if sys.platform == 'win32' else ':'}{package}",
        "PATH": str(tmp_path),
    }
    build = guide.run(env=env)
    assert len(build.warnings) == 1
    assert build.warnings[0].startswith("WARNING: there is no Helm engine: install the embedded")
    assert "sphinx-airflow-prod[embedded]" in build.warnings[0]
    assert "install a helm binary" in build.warnings[0]
    check_unverified(build)
    assert guide.run("-W", env=env).exit_status == 1


def test_with_an_engine_again_pages_are_written_anew(guide: Site) -> None:
    guide.build(helm_engine="/nowhere/helm")
    build = guide.build()
    assert build.read == set()
    assert build.written >= {"index", "b"}
    assert "helm-unverified" not in build.text("index.html")


def test_what_was_verified_before_is_not_so_without_an_engine(guide: Site) -> None:
    guide.build()
    check_unverified(guide.build(helm_engine="/nowhere/helm"))


def test_no_chart_configured_is_one_error(guide: Site) -> None:
    build = guide.build(helm_chart=None)
    assert build.warnings == [
        "WARNING: no chart is configured: set helm_chart in conf.py, chart in "
        "[tool.sphinx-airflow-prod] of pyproject.toml, or --helm-chart [helm.chart]"
    ]
    check_unverified(build)


def test_a_chart_that_is_missing_is_one_error(guide: Site) -> None:
    build = guide.build(helm_chart="../chrat")
    assert len(build.warnings) == 1
    assert build.warnings[0].startswith("WARNING: there is no chart at ")
    assert build.warnings[0].endswith("[helm.chart]")
    check_unverified(build)


@pytest.mark.parametrize(
    ("name", "content"),
    [("chart.tgz", b"\x1f\x8bno archive"), ("chart.tgz", b""), ("Chart.yaml", b"name: [")],
)
def test_a_chart_that_is_broken_is_one_error(guide: Site, name: str, content: bytes) -> None:
    folder = guide.source / "chart"
    folder.mkdir()
    folder.joinpath(name).write_bytes(content)
    path = "chart/chart.tgz" if name == "chart.tgz" else "chart"
    build = guide.build(helm_chart=path)
    assert len(build.warnings) == 1
    assert build.warnings[0].endswith("[helm.chart]")
    check_unverified(build)


def test_a_chart_without_a_schema_is_one_warning_and_the_rest_works(site: Site) -> None:
    site.write("index.rst", page(values("message: a"), values("message: b")))
    build = site.build(helm_chart=str(CHARTS / "no-schema"))
    assert build.warnings == [
        "WARNING: chart no-schema 0.1.0 has no values.schema.json: values are rendered, but "
        "neither their types nor their keys are checked [helm.chart-schema]"
    ]
    assert len(build.page("index.html").select(".helm-passed .sphinx-tabs")) == 2


def test_the_warning_of_a_missing_schema_comes_with_every_build(site: Site) -> None:
    site.write("index.rst", page(values("message: a")))
    site.build(helm_chart=str(CHARTS / "no-schema"))
    assert len(site.build(helm_chart=str(CHARTS / "no-schema")).warnings) == 1


def test_a_site_without_examples_needs_neither(site: Site) -> None:
    site.write("conf.py", CONF)
    site.write("index.rst", page("Nothing."))
    build = site.build(helm_chart=None, helm_engine="/nowhere/helm")
    assert build.warnings == []
    assert build.summary == ""


def test_the_footer_says_what_examples_were_checked_against(site: Site) -> None:
    site.write(
        "index.rst", page(values("replicas: 3"), values("replicas: 4"), ".. toctree::\n\n   b")
    )
    site.write("b.rst", page("Nothing."))
    build = site.build(helm_chart=str(SHOP))
    (footer,) = build.page("index.html").select(".helm-provenance")
    assert footer.text.strip().startswith("Examples on this page were checked against shop 1.2.3 (")
    assert "sha256:" in footer.text
    assert "rendered by Helm v" in footer.text
    assert not build.page("b.html").select(".helm-provenance")


def test_the_footer_stands_once_in_a_page_of_many_documents(guide: Site) -> None:
    assert len(guide.build("singlehtml").page("index.html").select(".helm-provenance")) == 1
