"""Verdicts held against renders of every leaf taken away, on charts made up at random."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.effects import EffectInput, Verdict, measure
from sphinx_airflow_prod.core.render.base import ReleaseOptions, Rendered
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.values import format_path
from tests.core.effects_tools import helm
from tests.core.render.tools import chart_of, render_job
from tests.core.samples import layout

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
KEYS = [f"key{letter}" for letter in "abcdef"]

# Words that only a leaf has, words that the templates have, texts that they can put together.
VALUES = st.sampled_from(
    [
        *("zanzibar", "quokka-one", "config", "airflow", "airflow-config", "airflowconfig"),
        *("", "x", "8080", 8080, 1, 0, True, False),
        *(["zanzibar"], ["config", "quokka"], {"config": "quokka"}),
    ]
)
LITERALS = st.sampled_from(["config", "8080", "zanzibarish", "airflow-config", "x"])


def expressions() -> st.SearchStrategy[str]:
    """Template texts that read keys, one depending on the other."""
    key = st.sampled_from(KEYS).map(".Values.{}".format)
    printed = st.one_of(
        key.map("{{{{ {} | toJson }}}}".format),
        st.tuples(key, LITERALS).map(lambda t: f"{{{{ {t[0]} | default {json.dumps(t[1])} }}}}"),
        st.tuples(key, key).map(lambda t: f"{{{{ {t[0]} | default {t[1]} | toJson }}}}"),
        st.tuples(key, LITERALS).map(
            lambda t: f'{{{{ {t[0]} | default (printf "%s-%s" .Release.Name "{t[1]}") }}}}'
        ),
        key.map(
            lambda k: (
                f'{{{{ {k} | default (printf "%sconfig" .Release.Name) | toString | b64enc }}}}'
            )
        ),
        key.map("{{{{ {} | toString | sha256sum }}}}".format),
        key.map("{{{{ tpl (toString {}) $ }}}}".format),
    )
    return st.recursive(
        printed,
        lambda inner: st.one_of(
            st.tuples(key, inner).map(lambda t: f"{{{{ if {t[0]} }}}}{t[1]}{{{{ end }}}}"),
            st.tuples(key, inner, inner).map(
                lambda t: f"{{{{ if {t[0]} }}}}{t[1]}{{{{ else }}}}{t[2]}{{{{ end }}}}"
            ),
            st.tuples(key, LITERALS, inner, inner).map(
                lambda t: (
                    f'{{{{ if eq (toString {t[0]}) "{t[1]}" }}}}{t[2]}'
                    f"{{{{ else }}}}{t[3]}{{{{ end }}}}"
                )
            ),
            st.tuples(key, key, inner).map(
                lambda t: f"{{{{ if or {t[0]} (not {t[1]}) }}}}{t[2]}{{{{ end }}}}"
            ),
        ),
        max_leaves=6,
    )


def example(chart: Chart, defaults: dict[str, Any], own: dict[str, Any]) -> EffectInput:
    schema = ChartSchema(None, defaults)
    return EffectInput(chart, ReleaseOptions(), layout(json.dumps(own)), own, {}, schema)


def made(texts: list[str], defaults: dict[str, Any]) -> Chart:
    body = "".join(f"  l{number}: |-\n    {text}\n" for number, text in enumerate(texts))
    template = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n{body}"
    return chart_of({"c.yaml": template}, **{"values.yaml": json.dumps(defaults)})


@SLOW
@given(
    st.lists(expressions(), min_size=1, max_size=4),
    st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES)),
    st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=5),
)
def test_effective_is_what_its_removal_changes(
    texts: list[str], defaults: dict[str, Any], own: dict[str, Any]
) -> None:
    chart = made(texts, defaults)
    leaf_keys = [key for key, value in own.items() if not isinstance(value, (list, dict))]
    jobs = [render_job(chart, {k: v for k, v in own.items() if k != key}) for key in leaf_keys]
    full, *removed = helm().run([render_job(chart, own), *jobs])
    if not isinstance(full, Rendered):
        return
    (effects,) = measure([example(chart, defaults, own)], helm())
    verdicts = {format_path(effect.path): effect.verdict for effect in effects}
    for key, answer in zip(leaf_keys, removed, strict=True):
        changes = not isinstance(answer, Rendered) or answer.templates != full.templates
        assert (verdicts[key] is Verdict.EFFECTIVE) == changes, (key, own, texts)


STYLES = {
    "printed": "{{{{ {} | toJson }}}}",
    "condition": "{{{{ if {} }}}}on{{{{ else }}}}off{{{{ end }}}}",
    "tpl": "{{{{ tpl (toJson {}) $ }}}}",
    "encoded": "{{{{ {} | toJson | b64enc }}}}",
    "hashed": "{{{{ {} | toJson | sha256sum }}}}",
}


@settings(SLOW, max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(KEYS), st.sampled_from(sorted(STYLES)), min_size=0, max_size=len(KEYS)
    ),
    st.fixed_dictionaries(
        {key: st.sampled_from(["zanzibar", "config", 7, True, ["a", "b"]]) for key in KEYS}
    ),
)
def test_effective_is_what_a_template_reads(read: dict[str, str], own: dict[str, Any]) -> None:
    defaults: dict[str, Any] = {key: _other(own[key]) for key in KEYS}
    texts = [STYLES[style].format(f".Values.{key}") for key, style in read.items()]
    chart = made(texts or ["nothing"], defaults)
    (effects,) = measure([example(chart, defaults, own)], helm())
    for effect in effects:
        key = str(effect.path[0])
        # A condition tells an item more or less from none at all only.
        whole_list = isinstance(own[key], list) and read.get(key) == "condition"
        expected = key in read and not whole_list
        assert (effect.verdict is Verdict.EFFECTIVE) == expected, (effect, read, own)


def _other(value: Any) -> Any:
    """Return a default that differs from *value*, and is falsy, so that conditions turn."""
    return {str: "", int: 0, bool: False, list: []}[type(value)]
