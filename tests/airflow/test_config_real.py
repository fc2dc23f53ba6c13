"""Against real Airflow: no false alarms over all options, and agreement with the program.

``AIRFLOW_WHEELS`` names a folder with wheels (``pip download --no-deps``) of
apache-airflow-core, of apache-airflow 2.x and of providers; ``AIRFLOW_PYTHON``
an interpreter that can import a 3.x Airflow.  Without them these tests skip.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from sphinx_airflow_prod.airflow import (
    ConfigSchema,
    Kind,
    Option,
    Setting,
    check_environment,
    check_ini,
    check_option,
    check_values,
    check_variable,
    config_of,
    environment_of,
    ini_of,
    interpolate,
    load_schema,
    parse_exports,
    parse_ini,
    settings_of_environment,
    settings_of_ini,
    values_of,
    variable,
)
from sphinx_airflow_prod.core.diagnostics import Severity
from sphinx_airflow_prod.core.values import parse
from tests.airflow.config_samples import REAL, real_schema, source

OFFICIAL = Path(__file__).parents[3] / "shared" / "charts" / "airflow-1.22.0" / "values.yaml"


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest) -> ConfigSchema:
    return real_schema(request.param)


def everything(schema: ConfigSchema) -> tuple[Setting, ...]:
    """Return every option with its default, else its example, as Airflow gets it."""
    found = []
    for option in schema.options:
        text = option.default if option.default is not None else option.example or ""
        found.append(Setting(*option.key, interpolate(text, {})[0] or text))
    return tuple(found)


def alarms(problems: Any, schema: ConfigSchema) -> list[Any]:
    """Return the problems other than what Airflow itself calls deprecated."""
    deprecated = {str(option) for option in schema.options if option.deprecated}
    return [
        problem
        for problem in problems
        if problem.kind is not Kind.DEPRECATED
        or problem.severity is not Severity.WARNING
        or problem.message.partition(" is deprecated")[0] not in deprecated
    ]


def test_no_false_alarm_over_all_options_as_ini(real: ConfigSchema) -> None:
    written = [
        f"[{s}]\n" + "".join(_line(real, s, n) for n in ns) for s, ns in real.sections.items()
    ]
    assert not alarms(check_ini(source("".join(written)), real), real)
    text = ini_of(everything(real))
    assert not alarms(check_ini(source(text), real), real)
    read = settings_of_ini(parse_ini(source(text)), real)
    assert {(s.section, s.option) for s in read} == {option.key for option in real.options}


def _line(schema: ConfigSchema, section: str, name: str) -> str:
    option = schema.option(section, name)
    assert option is not None
    text = option.default if option.default is not None else option.example or ""
    return f"{name} = " + text.replace("\n", "\n    ") + "\n"


def test_no_false_alarm_over_all_options_as_environment(real: ConfigSchema) -> None:
    text = environment_of(everything(real), export=True)
    assert not alarms(check_environment(source(text), real), real)
    read = settings_of_environment(parse_exports(source(text))[0], real)
    expected = [setting for setting in everything(real) if "-" not in setting.option]
    assert list(read) == expected
    for option in real.options:
        assert not alarms(check_variable(real, variable(*option.key)), real)
        if option.sensitive:
            for form in ("cmd", "secret"):
                assert not alarms(check_variable(real, variable(*option.key, form=form)), real)


def test_no_false_alarm_over_all_options_in_values(real: ConfigSchema) -> None:
    text = values_of(everything(real))
    loaded = yaml.safe_load(text)
    assert loaded["config"] == config_of(everything(real))
    assert not alarms(check_values(parse(source(text)), loaded, real), real)


def test_a_letter_too_much_is_always_found(real: ConfigSchema) -> None:
    for option in real.options:
        if option.section in real.partial_sections:
            continue
        found = check_option(real, option.section, option.name + "x")
        open_section = not check_option(real, option.section, "surely_not_there")
        assert found or open_section, option
        assert check_option(real, option.section + "x", option.name), option


def test_the_defaults_of_the_official_chart() -> None:
    """What the chart sets for other versions than this one is all that is found."""
    if not OFFICIAL.is_file():
        pytest.skip("the official chart 1.22.0 is not beside the repository")
    schema = real_schema(REAL[0])
    text = OFFICIAL.read_text("utf-8")
    found = check_values(parse(source(text)), yaml.safe_load(text), schema)
    errors = {p.message.partition(",")[0] for p in found if p.severity is Severity.ERROR}
    assert errors == {
        "[webserver] enable_proxy_fix was renamed to [fab] enable_proxy_fix",
        f"{schema.label} has no option 'standalone_dag_processor' in [scheduler]",
    } or not any(p.name.endswith("fab") for p in schema.providers)


@pytest.mark.parametrize(
    ("start", "section", "name", "kind"),
    [
        (REAL[0], "core", "sql_alchemy_conn", "renamed"),
        (REAL[0], "webserver", "base_url", "renamed"),
        (REAL[0], "core", "check_slas", "removed"),
        (REAL[0], "database", "sql_alchemy_conn_cmd", ""),
        (REAL[0], "api_auth", "jwt_secret", ""),
        (REAL[0], "scheduler", "num_stuck_in_queued_retries", "undescribed"),
        (REAL[1], "metrics", "statsd_ipv6", "unknown-option"),
        (REAL[1], "webserver", "force_log_out_after", "undescribed"),
        (REAL[1], "webserver", "base_url", ""),
        (REAL[1], "api", "base_url", "unknown-option"),
        (REAL[1], "core", "check_slas", ""),
        (REAL[1], "kubernetes", "namespace", "renamed"),
    ],
)
def test_known_names(start: str, section: str, name: str, kind: str) -> None:
    found = check_option(real_schema(start), section, name)
    assert [problem.kind.value for problem in found] == ([kind] if kind else [])


def ask(python: str, items: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Run the program on *items*; see ``running_airflow.py``."""
    with tempfile.TemporaryDirectory() as home:
        ran = subprocess.run(
            [python, str(Path(__file__).with_name("running_airflow.py"))],
            input=json.dumps(items),
            capture_output=True,
            text=True,
            timeout=300,
            env={
                "PATH": os.environ.get("PATH", ""),
                "AIRFLOW_HOME": home,
                "_AIRFLOW__AS_LIBRARY": "1",
            },
        )
    assert ran.returncode == 0, ran.stderr[-2000:]
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


def test_agreement_with_the_running_program() -> None:
    python = os.environ.get("AIRFLOW_PYTHON")
    if not python:
        pytest.skip("AIRFLOW_PYTHON names no interpreter with Airflow")
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
    )
    tree = Path(where.stdout.strip()) / "airflow" / "config_templates" / "config.yml"
    schema = load_schema(tree)
    assert isinstance(schema, ConfigSchema), schema
    items = [(variable(*option.key), *option.key) for option in schema.options]
    items += [(variable(*option.key, form="cmd"), *option.key) for option in schema.options]
    old = [r for r in schema.renames if r.old_name]
    items += [(variable(r.old_section, r.old_name), r.section, r.name) for r in old]
    answer = ask(python, items)
    assert answer["version"] == schema.version
    described = {f"{o.section}.{o.name}": o for o in schema.options}
    assert answer["options"].keys() >= {k for k, o in described.items() if o.origin == "core"}
    for key, kind in answer["options"].items():
        option: Option | None = described.get(key)
        if option is not None and option.origin == "core":
            assert option.type == kind
    core = {k for k in answer["sensitive"] if k.split(".")[0] in _core_sections(schema)}
    assert {".".join(k) for k in schema.sensitive if k[0] in _core_sections(schema)} == core
    # The program reads a variable where, and only where, the checks have no error for it.
    wrong = []
    assert sum(answer["reads"]) > len(schema.options), "most variables are read"
    for (name, section, option_name), read in zip(items, answer["reads"], strict=True):
        errors = [p for p in check_variable(schema, name) if p.severity is Severity.ERROR]
        unsure = schema.option(section, option_name) is None or is_fallback(schema, section, name)
        if read is bool(errors) and not unsure:
            wrong.append((name, section, option_name, read, [p.message for p in errors]))
    assert not wrong


def is_fallback(schema: ConfigSchema, section: str, name: str) -> bool:
    """Whether only a provider knows if the option of a command is sensitive."""
    return section in schema.partial_sections and name.endswith("_CMD")


def _core_sections(schema: ConfigSchema) -> set[str]:
    return {option.section for option in schema.options if option.origin == "core"}
