"""What the adapter relies on in Sphinx and sphinx-tabs; each would fail silently otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx_tabs import tabs as sphinx_tabs

from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import Site, page

RECORDER = """
import os

def setup(app):
    def note(event):
        def handler(app, *arguments):
            with open(os.path.join(app.srcdir, "events"), "a") as file:
                document = arguments[1] if event == "doctree-resolved" else ""
                file.write(f"{event} {os.getpid()} {document}\\n")
            return [] if event == "env-get-outdated" else None
        return handler
    for event in ("env-get-outdated", "source-read", "doctree-read", "env-merge-info",
                  "env-updated", "doctree-resolved", "html-page-context", "build-finished"):
        app.connect(event, note(event))
    app.add_config_value("main_process", os.getpid(), "")
"""


@pytest.fixture
def recorded(site: Site) -> Site:
    site.write("conf.py", CONF + RECORDER)
    names = [f"p{number}" for number in range(8)]
    site.write("index.rst", page(".. toctree::\n\n" + "".join(f"   {n}\n" for n in names)))
    for name in names:
        site.write(f"{name}.rst", page("Text.", title=name))
    return site


def events(site: Site) -> list[list[str]]:
    path = site.source / "events"
    found = [line.split() for line in path.read_text("utf-8").splitlines()]
    path.unlink()
    return found


def test_env_updated_comes_with_a_build_that_has_nothing_to_do(recorded: Site) -> None:
    recorded.build()
    events(recorded)
    recorded.build()
    # Sphinx makes its index and its search page every time
    names = [event for event, *_ in events(recorded) if event != "html-page-context"]
    assert names == ["env-get-outdated", "env-updated", "build-finished"]


@pytest.mark.skipif(os.name == "nt", reason="Sphinx does not fork there")
def test_post_transforms_run_in_the_main_process(recorded: Site) -> None:
    """So the outcomes are there, and no worker is started in a fork."""
    assert recorded.run("-j4").exit_status == 0
    found = events(recorded)
    (main,) = {process for event, process, *_ in found if event == "env-updated"}
    where = {event: {process for e, process, *_ in found if e == event} for event, *_ in found}
    assert where["doctree-resolved"] == {main}
    assert where["build-finished"] == {main}
    assert main not in where["source-read"]
    assert where["html-page-context"] - {main}


def test_documents_that_env_updated_returns_are_written_and_not_read(recorded: Site) -> None:
    recorded.build()
    conf = (recorded.source / "conf.py").read_text("utf-8")
    recorded.write(
        "conf.py", conf.replace("    app.add_config_value", "    app.connect('env-updated', "
                                "lambda app, env: ['p3'])\n    app.add_config_value"),
    )  # fmt: skip
    build = recorded.build()
    assert build.read == set()
    assert "p3" in build.written


def test_a_missing_dependency_makes_a_page_outdated_for_ever(recorded: Site) -> None:
    """Why missing files are no dependencies of ours."""
    conf = (recorded.source / "conf.py").read_text("utf-8")
    recorded.write(
        "conf.py", conf.replace("    app.add_config_value", "    app.connect('doctree-read', "
                                "lambda app, tree: app.env.note_dependency('gone'))\n"
                                "    app.add_config_value"),
    )  # fmt: skip
    recorded.build()
    assert len(recorded.build().read) == 9


def test_sphinx_tabs_has_the_nodes_that_tabs_are_built_of() -> None:
    for name in ("SphinxTabsPanel", "SphinxTabsTab", "SphinxTabsTablist"):
        assert hasattr(sphinx_tabs, name)


def test_sphinx_tabs_does_not_count_epub_among_its_builders() -> None:
    """Its script is not in an epub, so hidden panels would stay hidden."""

    app = SimpleNamespace(config={"sphinx_tabs_valid_builders": []})
    builders = sphinx_tabs.get_compatible_builders(app)
    assert {"html", "singlehtml", "dirhtml"} <= set(builders)
    assert "epub" not in builders


def test_hidden_panels_are_shown_in_print_and_without_scripts() -> None:
    import sphinx_airflow_prod.sphinx_ext

    folder = Path(sphinx_airflow_prod.sphinx_ext.__file__).parent / "static"
    text = (folder / "sphinx-airflow-prod.css").read_text("utf-8")
    assert "@media print" in text
    assert "@media (scripting: none)" in text
