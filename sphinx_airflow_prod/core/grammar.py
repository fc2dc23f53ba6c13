"""The directives: their names, what they are for, and their options, declared once."""

from __future__ import annotations

from collections.abc import Mapping

from sphinx_airflow_prod.core import options as read
from sphinx_airflow_prod.core.options import DirectiveSpec, Option


def _options(*options: Option) -> Mapping[str, Option]:
    return {option.name: option for option in options}


_NAME = Option("name", "Hyperlink target, and the name other directives use.", read.text, "NAME")
_SKIP = Option("skip", "A reason; the example is shown but not checked.", read.text, "REASON")
_LOOKS = (
    Option("emphasize-lines", "Lines to highlight, as in code-block.", read.lines, "LINES"),
    Option("linenos", "Number the lines, as in code-block.", read.flag),
    Option("class", "Class names for the outermost element.", read.words, "NAMES"),
)

VALUES = DirectiveSpec(
    "helm:values",
    "A values example: validated against the chart's schema and rendered by Helm.",
    _options(
        _NAME,
        Option("caption", "Caption of the first tab; values.yaml by default.", read.text, "TEXT"),
        Option("file", "Take the values from this file beside the document.", read.text, "PATH"),
        Option("chart", "Key of the chart in helm_charts.", read.text, "KEY"),
        Option(
            "extends",
            "Names of earlier examples of the document, layered beneath in order as "
            "``helm -f a -f b`` does.",
            read.words,
            "NAMES",
        ),
        Option("release", "Name of the release.", read.release, "NAME"),
        Option("namespace", "Namespace of the release.", read.release, "NAME"),
        Option(
            "kube-version", "Kubernetes version that templates see.", read.kube_version, "VERSION"
        ),
        Option("api-versions", "More API versions that templates see.", read.words, "VERSIONS"),
        Option(
            "show",
            "Resources to show, ``Kind/name`` with ``*``, comma separated; ``#a.b.c`` after one "
            "narrows it to a path.",
            read.selectors,
            "SELECTORS",
        ),
        Option("tabs", f"Which of {', '.join(read.TABS)}, and in which order.", read.tabs, "TABS"),
        Option("full", "Whole manifests instead of excerpts.", read.flag),
        Option(
            "fails",
            "Regular expression: the chart must refuse these values with such a message.",
            read.regex,
            "PATTERN",
        ),
        Option("no-render", "Validate only.", read.flag),
        Option("no-effect", "The example restates defaults on purpose.", read.flag),
        _SKIP,
        *_LOOKS,
    ),
)

MANIFEST = DirectiveSpec(
    "helm:manifest",
    "A claim about the output: a partial manifest that must hold for an example.",
    _options(
        _NAME,
        Option("caption", "Caption of the claim.", read.text, "TEXT"),
        Option(
            "of", "Name of the example that is meant; the nearest above by default.",
            read.text, "NAME",
        ),
        Option("exact", "Below what is claimed there is nothing else.", read.flag),
        Option("absent", "The resource is not rendered.", read.flag),
        Option(
            "same-as-default",
            "The claim holds without the example as well, and that is the point.",
            read.flag,
        ),
        _SKIP,
        *_LOOKS,
    ),
)  # fmt: skip

SECRET = DirectiveSpec(
    "helm:secret",
    "Secrets that the reader makes: ``kubectl create secret …``, or ``Secret`` manifests.",
    _options(
        _NAME,
        Option("caption", "Caption of the first tab.", read.text, "TEXT"),
        Option("for", "Names of the examples that must consume the Secrets.", read.words, "NAMES"),
        Option(
            "decodes-to",
            "For each key with base64, the name of the block that shows its text: ``key=name``, "
            "or only the name where there is one key.",
            read.words,
            "NAMES",
        ),
        _SKIP,
        *_LOOKS,
    ),
)

_AIRFLOW_OPTIONS = _options(
    Option("name", "Hyperlink target.", read.text, "NAME"),
    Option("caption", "Caption of the first tab.", read.text, "TEXT"),
    Option(
        "fails",
        "Regular expression: Airflow must object to the snippet with such a message, which is "
        "shown.",
        read.regex,
        "PATTERN",
    ),
    _SKIP,
    *_LOOKS,
)

CONFIG = DirectiveSpec(
    "airflow:config",
    "Lines of an ``airflow.cfg``, checked against Airflow's own configuration schema.",
    _AIRFLOW_OPTIONS,
)

ENV = DirectiveSpec(
    "airflow:env",
    "Shell lines that set variables such as ``AIRFLOW__CORE__EXECUTOR``, checked likewise.",
    _AIRFLOW_OPTIONS,
)

COMMAND = DirectiveSpec(
    "airflow:command",
    "Shell lines with ``airflow`` commands: subcommands and flags must be Airflow's.",
    _AIRFLOW_OPTIONS,
)

_NO_INDEX = Option("no-index", "The rows are no targets of cross-references.", read.flag)
_TABLE_OPTIONS = (
    Option("name", "Hyperlink target.", read.text, "NAME"),
    _NO_INDEX,
    Option("skip", "A reason; the table is not made.", read.text, "REASON"),
    Option("class", "Class names for the table.", read.words, "NAMES"),
)

PARAMETERS = DirectiveSpec(
    "helm:parameters",
    "A reference table of the values below some paths, or of all values of the chart: type, "
    "default and description, each row a target of ``helm:value``.",
    _options(
        Option("chart", "Key of the chart in helm_charts.", read.text, "KEY"),
        Option("depth", "How many levels below each path are shown; all by default.",
               read.positive, "NUMBER"),
        *_TABLE_OPTIONS,
    ),
)  # fmt: skip

OPTIONS = DirectiveSpec(
    "airflow:options",
    "A reference table of the options of some sections of Airflow's configuration, or of all: "
    "variable, type, default and description, each row a target of ``airflow:option``.",
    _options(*_TABLE_OPTIONS),
)

DIRECTIVES: Mapping[str, DirectiveSpec] = {
    spec.name: spec
    for spec in (VALUES, MANIFEST, SECRET, PARAMETERS, CONFIG, ENV, COMMAND, OPTIONS)
}
