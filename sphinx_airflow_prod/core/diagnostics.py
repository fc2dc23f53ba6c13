"""What can be wrong with an example, and where: codes, spans, diagnostics.

``Code`` is the one list of diagnostic codes.  It feeds Sphinx'
``suppress_warnings``, the reference page of the documentation and the formats
of the command line; no other module may invent a code.
"""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass, replace
from typing import Self


class Severity(enum.StrEnum):
    """How bad a diagnostic is: an error fails a test, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(enum.Enum):
    """Every kind of diagnostic, with its default severity, meaning and remedy.

    The value of a member is its name as authors see it (``helm.unknown-key``):
    Sphinx' warning type, a dot, and the subtype.
    """

    severity: Severity
    summary: str
    remedy: str

    def __new__(cls, value: str, severity: Severity, summary: str, remedy: str) -> Self:
        """Make a member whose value is the code's name alone."""
        member = object.__new__(cls)
        member._value_ = value
        member.severity = severity
        member.summary = summary
        member.remedy = remedy
        return member

    ENGINE = (
        "helm.engine",
        Severity.ERROR,
        "No Helm engine can be used, so nothing was rendered.",
        "Install the extra 'embedded', or a helm binary and name it in helm_engine.",
    )
    CHART = (
        "helm.chart",
        Severity.ERROR,
        "The chart is missing, is no chart, or cannot be read or downloaded.",
        "Correct helm_chart or helm_charts, or the directive's :chart: option.",
    )
    CHART_DIGEST = (
        "helm.chart-digest",
        Severity.WARNING,
        "The chart comes from a repository and nothing says which SHA-256 its archive must have.",
        "Write the sha256 that the message names beside the version, or suppress this warning.",
    )
    CHART_SCHEMA = (
        "helm.chart-schema",
        Severity.WARNING,
        "The chart has no usable values.schema.json, so values are not validated.",
        "Add a schema to the chart, or suppress this warning.",
    )
    CONFIG = (
        "helm.config",
        Severity.ERROR,
        "A configuration value has the wrong type or names something unknown.",
        "Correct the value in conf.py, pyproject.toml or on the command line.",
    )
    OPTION = (
        "helm.option",
        Severity.ERROR,
        "A directive option is unknown or its value cannot be used.",
        "Use an option of the directive's reference, with a value as described there.",
    )
    NAME = (
        "helm.name",
        Severity.ERROR,
        "A name is given to two examples, or :extends: names an example that is not there.",
        "Give each example its own :name:, and extend only names that exist.",
    )
    FILE = (
        "helm.file",
        Severity.ERROR,
        "The file that :file: names cannot be read.",
        "Correct the path; it is relative to the document that holds the directive.",
    )
    YAML = (
        "helm.yaml",
        Severity.ERROR,
        "The values are not YAML that Helm can read as one mapping of values.",
        "Correct the YAML at the place named.",
    )
    DUPLICATE_KEY = (
        "helm.duplicate-key",
        Severity.ERROR,
        "A key stands twice in one mapping; Helm silently takes the last.",
        "Keep one of them.",
    )
    LIMIT = (
        "helm.limit",
        Severity.ERROR,
        "The body is too large, too deeply nested or expands too many aliases to be parsed.",
        "Make the example smaller.",
    )
    UNKNOWN_KEY = (
        "helm.unknown-key",
        Severity.ERROR,
        "The chart knows no such value; Helm would ignore it without a word.",
        "Correct the key; the message names the nearest one, or where the key exists.",
    )
    SCHEMA = (
        "helm.schema",
        Severity.ERROR,
        "A value breaks the chart's values.schema.json.",
        "Write a value of the type, or one of the values, that the message names.",
    )
    RENDER = (
        "helm.render",
        Severity.ERROR,
        "Helm could not render the chart with these values.",
        "Read Helm's message; it names the template and its line.",
    )
    TIMEOUT = (
        "helm.timeout",
        Severity.ERROR,
        "Rendering took longer than helm_timeout and was stopped.",
        "Look for a template or value that calls itself, or raise helm_timeout.",
    )
    CRASH = (
        "helm.crash",
        Severity.ERROR,
        "The process that rendered this example died.",
        "Look for endless recursion or huge output; the other examples are not affected.",
    )
    SHOW = (
        "helm.show",
        Severity.ERROR,
        "A selector of :show: matches no rendered resource, or no path in it.",
        "Correct the selector; the message lists the nearest resources.",
    )
    NO_EFFECT = (
        "helm.no-effect",
        Severity.ERROR,
        "The example changes nothing in what the chart renders.",
        "Correct the example, or say :no-effect: if it restates defaults on purpose.",
    )
    FAILS = (
        "helm.fails",
        Severity.ERROR,
        "The chart accepts an example that :fails: says it refuses, or refuses it otherwise.",
        "Correct the pattern of :fails:, or the values.",
    )

    BASELINE = (
        "helm.baseline",
        Severity.WARNING,
        "The chart does not render without the example, so there is nothing to compare it with.",
        "Give the chart what it requires in helm_values; then changes and claims mean something.",
    )
    CLAIM = (
        "helm.claim",
        Severity.ERROR,
        "A claim about the output does not hold, or cannot be checked.",
        "Correct the claim, or the example; the message says what is rendered.",
    )
    CLAIM_RESOURCE = (
        "helm.claim-resource",
        Severity.ERROR,
        "A claim names no resource that is rendered, or several.",
        "Name one resource as Kind/name; the message lists the nearest.",
    )
    CONTRAST = (
        "helm.contrast",
        Severity.ERROR,
        "A claim holds without its example as well, so it proves nothing about it.",
        "Claim something that the example changes, or say :same-as-default: if that is the point.",
    )
    SECRET = (
        "helm.secret",
        Severity.ERROR,
        "A command or manifest that makes a Secret is not one that kubectl would take.",
        "Correct it at the place named.",
    )
    SECRET_UNUSED = (
        "helm.secret-unused",
        Severity.ERROR,
        "Nothing that the example renders consumes the Secret, or a key of it.",
        "Correct the name or the key; the message lists what is consumed.",
    )
    SECRET_MISSING = (
        "helm.secret-missing",
        Severity.ERROR,
        "The example needs a Secret that neither the chart nor the document makes.",
        "Show how to make it, with helm:secret.",
    )
    DECODES_TO = (
        "helm.decodes-to",
        Severity.ERROR,
        "Base64 in a Secret decodes to something else than the text that the document shows.",
        "Encode the text again, or correct the text.",
    )
    EFFECT = (
        "helm.effect",
        Severity.ERROR,
        "A line of an example changes nothing in what is rendered (checked on demand).",
        "Leave the line out, or add what it needs; the message says which.",
    )
    DEPRECATED = (
        "helm.deprecated",
        Severity.WARNING,
        "The chart says that a value is deprecated, in its notes or in its schema.",
        "Use the replacement that the message names.",
    )
    KUBERNETES = (
        "helm.kubernetes",
        Severity.ERROR,
        "Kubernetes would refuse a resource: its API schema does not take it.",
        "Correct the value; the message names the resource and the field.",
    )
    DUPLICATE_TARGET = (
        "helm.duplicate-target",
        Severity.WARNING,
        "Two tables describe the same value or option, so a reference could mean either.",
        "Say :no-index: for one of the tables.",
    )

    ROLE = (
        "helm.role",
        Severity.ERROR,
        "The text of a role cannot be read as what the role names.",
        "Write one of the forms that the message shows.",
    )
    DEFAULT = (
        "helm.default",
        Severity.ERROR,
        "helm:default is to insert the default of a value for which the chart has none.",
        "Name a value of the chart's values.yaml, or say in words what holds without it.",
    )
    RESOURCE = (
        "helm.resource",
        Severity.ERROR,
        "A role names a resource that is not rendered.",
        "Correct the name, or name the example that renders it; the message lists the nearest.",
    )

    AIRFLOW_SOURCE = (
        "airflow.source",
        Severity.ERROR,
        "There is nothing to read Airflow's options or commands from, so nothing was checked.",
        "Install apache-airflow-core with --no-deps, or name a wheel in airflow_config_source.",
    )
    AIRFLOW_OPTION = (
        "airflow.option",
        Severity.ERROR,
        "Airflow has no such option, section or variable, or has it under another name.",
        "Write the name that the message suggests, or put it in airflow_config_allow.",
    )
    AIRFLOW_VALUE = (
        "airflow.value",
        Severity.ERROR,
        "Airflow does not take this value for the option.",
        "Write a value of the type, or one of those, that the message names.",
    )
    AIRFLOW_NO_EFFECT = (
        "airflow.no-effect",
        Severity.ERROR,
        "Set through the chart, an option does not reach Airflow: the chart leaves it out or "
        "changes it, or something goes before it.",
        "Set what the message names instead, or take away what goes before.",
    )
    AIRFLOW_COMMAND = (
        "airflow.command",
        Severity.ERROR,
        "Airflow's command line has no such command, or does not take it so.",
        "Write the command or flag that the message suggests.",
    )
    AIRFLOW_SYNTAX = (
        "airflow.syntax",
        Severity.ERROR,
        "A snippet of configuration cannot be read as what it is meant to be.",
        "Correct the line that the message points at.",
    )
    AIRFLOW_FAILS = (
        "airflow.fails",
        Severity.ERROR,
        "Airflow takes a snippet that :fails: says it objects to, or objects to it otherwise.",
        "Correct the pattern of :fails:, or the snippet.",
    )

    AIRFLOW_EXECUTOR = (
        "airflow.executor",
        Severity.ERROR,
        "Airflow has no such executor, or the providers that were read have none.",
        "Write the name or the class path that the message suggests.",
    )

    @classmethod
    def named(cls, value: str) -> Code:
        """Return the code of that name; raises :class:`KeyError` where there is none."""
        return {str(code.value): code for code in cls}[value]

    @property
    def type(self) -> str:
        """Sphinx' warning type: the part of the code before the dot."""
        return str(self.value).partition(".")[0]

    @property
    def subtype(self) -> str:
        """Sphinx' warning subtype: the part of the code after the dot."""
        return str(self.value).partition(".")[2]


@dataclass(frozen=True, order=True)
class Span:
    """A place in a source file.

    ``line`` and ``column`` count from 1, columns in characters as an editor
    shows them; line 0 means the file as a whole (or, with an empty path, the
    configuration).
    """

    path: str
    line: int = 0
    column: int = 0

    def relative_to(self, directory: str | os.PathLike[str]) -> Span:
        """Return the span with its path relative to *directory*, where it lies below it."""
        if not self.path or not os.path.isabs(self.path):
            return self
        relative = os.path.relpath(self.path, directory)
        return self if relative.startswith("..") else replace(self, path=relative)

    def __str__(self) -> str:
        """``path:line:column``, without the parts that are not known."""
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(part for part in parts if part)


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong: its code, what it says, and where.

    ``message`` says what is wrong, what the chart wants and what to write
    instead; it may have several lines, of which the first stands by itself.
    """

    code: Code
    message: str
    span: Span
    severity: Severity = Severity.ERROR

    @classmethod
    def of(cls, code: Code, message: str, span: Span) -> Diagnostic:
        """Make a diagnostic with the default severity of its code."""
        return cls(code, message, span, code.severity)

    def format(self, relative_to: str | os.PathLike[str] | None = None) -> str:
        """Return ``path:line:column: severity: message [code]``.

        Paths below *relative_to* are shown relative to it.
        """
        span = self.span if relative_to is None else self.span.relative_to(relative_to)
        head, newline, rest = self.message.partition("\n")
        place = f"{span}: " if str(span) else ""
        return f"{place}{self.severity}: {head} [{self.code.value}]{newline}{rest}"
