"""Airflow's variables in the containers that an example renders, against its options.

Values bring variables into containers by more ways than lists called ``env``:
the chart's ``secret``, templates in texts, keys of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from sphinx_airflow_prod.airflow.checks import check_variable
from sphinx_airflow_prod.airflow.options import PREFIX, ConfigSchema
from sphinx_airflow_prod.airflow.problems import Kind, Problem
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.containers import variables
from sphinx_airflow_prod.core.diagnostics import Severity, Span
from sphinx_airflow_prod.core.judgement import Material
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.values import Layout
from sphinx_airflow_prod.core.values.layout import span_of

_TEMPLATES = re.compile(r"(?:^|/)(?:templates|files)/")


def judge_containers(
    material: Material, schema: ConfigSchema, allow: Collection[str], told: Collection[str]
) -> Iterator[Problem]:
    """Give what is wrong with variables that an example adds to containers, or changes.

    *allow* is ``airflow_config_allow``; messages in *told* have been given
    already.  A problem stands where the values write the name, else at the
    directive.  Of names that the chart's own templates write, only those of an
    option are looked at (its images have scripts with variables of their own),
    and they are warnings: the author can only know of them.
    """
    if not isinstance(material.answer, Rendered) or not material.has_effect:
        return
    seen = {(one.name, one.value) for one in variables(material.lower_manifests, PREFIX)}
    heard = set(told)
    for one in variables(material.manifests, PREFIX):
        if (one.name, one.value) in seen or not one.name.upper().startswith(PREFIX):
            continue
        seen.add((one.name, one.value))
        for problem in check_variable(schema, one.name, one.value, allow):
            if problem.message not in heard:
                heard.add(problem.message)
                yield from _placed(problem, one.name, one.where, material)


def _placed(problem: Problem, name: str, where: str, material: Material) -> Iterator[Problem]:
    written = _place(material.layouts[-1], name)
    message = f"{problem.message} (rendered into {where})"
    if written is not None:
        yield replace(problem, message=message, span=written)
    elif not _is_charts_own(name, material.chart):
        yield replace(problem, message=message, span=material.example.snippet.span)
    elif problem.kind is not Kind.VARIABLE_NAME:
        message = f"with these values the chart sets the variable {name} in {where}: "
        message += problem.message
        span = material.example.snippet.span
        yield replace(problem, message=message, span=span, severity=Severity.WARNING)


def _place(layout: Layout, name: str) -> Span | None:
    """Return where values write a name, comments aside; None where they do not."""
    text = layout.source.text
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not re.search(r"(?:^|\s)#", line):
            return span_of(layout.source, match.start())
    return None


def _is_charts_own(name: str, chart: Chart) -> bool:
    """Whether templates of the chart, or files they take in, write a name themselves."""
    word = name.encode()
    return any(word in text for path, text in chart.files.items() if _TEMPLATES.search(path))
