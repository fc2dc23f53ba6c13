"""What the contract tests share: both charts, the guide's examples, what is compared."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sphinx_airflow_prod.core.chart import load_chart
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import ReleaseOptions, Render, Rendered
from sphinx_airflow_prod.core.snippet import ValuesSnippet, read_snippet
from sphinx_airflow_prod.markup.scan import scan

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "charts" / "airflow-sample"
OFFICIAL = ROOT.parent / "shared" / "charts" / "airflow-1.22.0"
"""The official chart's values and schema, without its templates."""

Resources = Mapping[str, Mapping[str, Any]]
"""Rendered resources by ``Kind/name``."""


def official_chart() -> str | None:
    """Return the path of the whole official chart, where ``AIRFLOW_CHART`` names one."""
    path = os.environ.get("AIRFLOW_CHART", "")
    return path if path and Path(path).resolve() != SAMPLE else None


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file whose top is a mapping."""
    with path.open(encoding="utf-8") as file:
        values: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return values


def read_schema(chart: Path) -> dict[str, Any]:
    """Read a chart's schema."""
    schema: dict[str, Any] = json.loads((chart / "values.schema.json").read_text("utf-8"))
    return schema


def resolve(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow ``$ref``, and an ``allOf`` of one, to what a node stands for."""
    while True:
        if "$ref" in node:
            target: Any = schema
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            node = target
        elif len(node.get("allOf", ())) == 1 and "properties" not in node:
            node = node["allOf"][0]
        else:
            return node


def schema_node(schema: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any] | None:
    """Return what *schema* says of the value at *path*, ``None`` where it says nothing."""
    node = resolve(schema, schema)
    for key in path:
        properties = node.get("properties", {})
        extra = node.get("additionalProperties")
        if key in properties:
            node = resolve(schema, properties[key])
        elif isinstance(extra, dict):
            node = resolve(schema, extra)
        else:
            return None
    return node


def is_free(schema: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Return whether *schema* leaves the value at *path* to others: a mapping above is open."""
    for length in range(1, len(path)):
        node = schema_node(schema, path[:length])
        if node is not None and "object" in types(node) and "properties" not in node:
            return node.get("additionalProperties") is not False
    return False


def types(node: Mapping[str, Any]) -> frozenset[str]:
    """Return the JSON types that a schema node allows."""
    kind = node.get("type", ())
    return frozenset([kind] if isinstance(kind, str) else kind)


def walk(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every key, parents first."""
    for key, value in values.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from walk(value, (*above, key))


def at(values: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Return the value at *path*; raises :class:`KeyError`."""
    found: Any = values
    for key in path:
        found = found[key]
    return found


def sets(values: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Return whether *values* have something at *path*."""
    try:
        at(values, path)
    except KeyError:
        return False
    return True


def layer(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return *above* layered over *below*, as Helm does with ``-f below -f above``."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = (
            layer(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
        )
    return merged


def over_defaults(defaults: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* over a chart's defaults, as Helm does: ``null`` takes a default away."""
    merged = {key: value for key, value in defaults.items() if values.get(key, key) is not None}
    for key, value in values.items():
        under = defaults.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            merged[key] = over_defaults(under, value)
        elif value is not None:
            merged[key] = value
    return merged


@dataclass(frozen=True)
class GuideExample:
    """An example of the guide with what it extends layered beneath."""

    name: str
    values: Mapping[str, Any]


@cache
def guide_examples() -> Mapping[str, GuideExample]:
    """Return the examples of all pages that Airflow's chart renders, in a stable order.

    They go by page and name, or by page and line where they have no name.
    """
    found: dict[str, GuideExample] = {}
    pages = sorted(page for end in ("*.rst", "*.md") for page in (ROOT / "docs").glob(end))
    pages += sorted(page for end in ("*.rst", "*.md") for page in (ROOT / "docs/guide").glob(end))
    for page in pages:
        known: dict[str, GuideExample] = {}
        for raw in scan(page).directives:
            if raw.name != "helm:values":
                continue
            snippet = read_snippet(raw)
            assert isinstance(snippet, ValuesSnippet)
            options = snippet.options
            # what the chart refuses is checked where it stands
            if options.fails is not None or options.chart is not None or options.skip is not None:
                continue
            name = f"{page.name}:{options.name or raw.span.line}"
            assert name not in found, f"two examples are named {name}"
            found[name] = GuideExample(name, _values(snippet, known))
            if options.name:
                known[options.name] = found[name]
    return found


@cache
def corpus() -> Mapping[str, Mapping[str, Any]]:
    """Return all values that both charts render, by name: the guide's and the features."""
    return {
        **{name: example.values for name, example in guide_examples().items()},
        **features(),
    }


@cache
def features() -> Mapping[str, Mapping[str, Any]]:
    """Return the values of ``features.yaml``, by name: at least one for each feature."""
    text = Path(__file__).with_name("features.yaml").read_text("utf-8")
    found: dict[str, Mapping[str, Any]] = {}
    for values in yaml.load_all(text, Loader=yaml.CSafeLoader):
        name = values.pop("_")
        assert name not in found, f"two features are named {name}"
        found[name] = values
    return found


def _values(snippet: ValuesSnippet, known: Mapping[str, GuideExample]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in snippet.options.extends:
        values = layer(values, known[name].values)
    return layer(values, yaml.load(snippet.body.text, Loader=yaml.CSafeLoader) or {})


@dataclass(frozen=True)
class Outcome:
    """What a chart renders: its resources, and the notes for who installs it."""

    resources: Resources
    notes: str


def render(chart: str | Path, examples: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Render a chart with each of the values, by real Helm."""
    loaded = load_chart(chart)
    jobs = [Render(loaded, json.dumps(v, sort_keys=True), ReleaseOptions()) for v in examples]
    engine = open_engine("auto", timeout=120)
    try:
        answers = engine.run(jobs)
    finally:
        engine.close()
    return [_outcome(answer) for answer in answers]


def _outcome(answer: object) -> Outcome:
    assert isinstance(answer, Rendered), answer
    found: dict[str, Mapping[str, Any]] = {}
    for text in answer.templates.values():
        for resource in yaml.load_all(text, Loader=yaml.CSafeLoader):
            if resource:
                found[f"{resource['kind']}/{resource['metadata']['name']}"] = resource
    return Outcome(found, answer.notes)


def decoded(secret: Mapping[str, Any]) -> dict[str, str]:
    """Return the data of a Secret as text; a reader's placeholder or bytes as they are."""
    return {key: _text(value) for key, value in secret["data"].items()}


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode()
    except ValueError:
        return encoded


def pod(resource: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the pod's spec of a workload."""
    spec = resource.get("spec", {}).get("template", {}).get("spec")
    return spec if isinstance(spec, dict) else None


def containers(resource: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return all containers of a workload by name, init containers first."""
    spec = pod(resource) or {}
    return {c["name"]: c for c in [*spec.get("initContainers", []), *spec.get("containers", [])]}


def uses_of(resources: Resources, secret: str) -> set[tuple[str, str, str, str]]:
    """Return who takes a variable from a Secret: workload, container, variable, key."""
    found = set()
    for resource in resources.values():
        for name, container in containers(resource).items():
            for variable in container.get("env") or ():
                source = variable.get("valueFrom", {}).get("secretKeyRef", {})
                if source.get("name") == secret:
                    owner = resource["metadata"]["name"]
                    found.add((owner, name, variable["name"], source["key"]))
    return found
