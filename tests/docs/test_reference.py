"""The reference of diagnostic codes: each example triggers its code, and the mended one nothing."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import EngineUnavailable
from sphinx_airflow_prod.core.settings import declared
from sphinx_airflow_prod.core.versions import airflow_installed, kubernetes_schemas

ROOT = Path(__file__).parents[2]


def _reference() -> ModuleType:
    """Import the extension that the documentation is built with; it is no package."""
    path = ROOT / "docs" / "_ext" / "product_reference.py"
    spec = importlib.util.spec_from_file_location("product_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reference = _reference()
EXAMPLES = reference.read_examples()


@pytest.fixture(scope="module")
def critic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    try:
        open_engine("auto").close()
    except EngineUnavailable as problem:
        pytest.skip(str(problem))
    with reference.Critic(tmp_path_factory.mktemp("critic")) as critic:
        yield critic


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    assert EXAMPLES.keys() == {code.value for code in Code}


@pytest.mark.parametrize("code", [name for name, entry in EXAMPLES.items() if "wrong" in entry])
def test_what_triggers_a_code_triggers_it_alone(code: str, critic: Any) -> None:
    _skip_what_is_not_there(code)
    (said,) = critic.of_wrong(EXAMPLES[code])
    assert f"[{code}]" in said


@pytest.mark.parametrize("code", [name for name, entry in EXAMPLES.items() if "right" in entry])
def test_what_mends_it_is_clean(code: str, critic: Any) -> None:
    _skip_what_is_not_there(code)
    assert critic.of_right(EXAMPLES[code]) == []


NOT_TRIED = {"helm.chart-digest", "helm.timeout", "helm.crash", "helm.duplicate-target"}
"""What needs a network, a minute, a dying process, or Sphinx."""


def test_every_code_is_triggered_but_for_those_that_a_page_cannot_try() -> None:
    shown = {code for code, entry in EXAMPLES.items() if "wrong" not in entry}
    assert shown == NOT_TRIED
    for code in NOT_TRIED:
        assert EXAMPLES[code]["shown"]
        assert EXAMPLES[code]["note"]


def test_the_types_of_each_setting_are_told_in_words() -> None:
    told = {each.name: reference.accepted(each) for each in declared()}
    assert all(told.values())
    assert told["chart"] == "text or a path or a table or None"
    assert told["timeout"] == "a number"


def _skip_what_is_not_there(code: str) -> None:
    if code.startswith("airflow.") and code != "airflow.source" and not airflow_installed():
        pytest.skip("no Airflow is installed to check against")
    if code == "helm.kubernetes" and not kubernetes_schemas():
        pytest.skip("kubernetes-validate is not installed")
