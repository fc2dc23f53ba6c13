"""Objects of our domains: into ``objects.inv``, and out of it again."""

from __future__ import annotations

import pytest

from tests.sphinx_ext.inventories import inventory
from tests.sphinx_ext.site import Site, page

CONF = """
extensions = ["sphinx_airflow_prod"]
html_theme = "basic"

def note(app, docname, source):
    for line in source[0].splitlines():
        if line.startswith(".. note_object: "):
            domain, objtype, name = line.split()[2:]
            app.env.get_domain(domain).note_object(objtype, name, docname, f"x-{name}")

def setup(app):
    app.connect("source-read", note)
"""
ONE = ".. note_object: helm value a.b\n"
TWO = ".. note_object: airflow option core.x\n"


@pytest.fixture
def noted(site: Site) -> Site:
    site.write("conf.py", CONF)
    site.write("index.rst", page(".. toctree::\n\n   one\n   two\n"))
    site.write("one.rst", page(ONE))
    site.write("two.rst", page(TWO))
    return site


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_objects_land_in_the_inventory(noted: Site, jobs: str) -> None:
    build = noted.run("-j", jobs)
    assert build.warnings == []
    assert inventory(build, "helm:value") == {"a.b": "one.html#x-a.b"}
    assert inventory(build, "airflow:option") == {"core.x": "two.html#x-core.x"}


def test_a_document_takes_its_objects_along(noted: Site) -> None:
    noted.build()
    noted.write("one.rst", page("Nothing."))
    build = noted.build()
    assert inventory(build, "helm:value") == {}
    assert inventory(build, "airflow:option") == {"core.x": "two.html#x-core.x"}


def test_an_object_that_is_described_twice_is_reported(noted: Site) -> None:
    noted.write("two.rst", page(ONE))
    build = noted.build()
    (warning,) = build.warnings
    assert "duplicate description of value a.b, other instance in one" in warning
    assert warning.endswith("[helm.duplicate-target]")
    assert inventory(build, "helm:value") == {"a.b": "one.html#x-a.b"}
