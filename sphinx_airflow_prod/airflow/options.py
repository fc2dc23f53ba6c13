"""What Airflow can be configured with: options, renames, changes, providers, as plain data.

A :class:`ConfigSchema` is read once from files (``source.py``), kept on disk as
JSON, and asked by everything else.  Names of sections and options are those of
``config.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.airflow.executors import ExecutorSchema

CORE = "core"
"""Where an :class:`Option` comes from that Airflow itself describes."""
FALLBACK = "fallback"
"""Where an :class:`Option` comes from of which Airflow itself carries only a provider's default."""

PREFIX = "AIRFLOW__"
"""The beginning of every variable that sets an option."""

OPEN_SECTIONS = frozenset(
    {
        "celery_broker_transport_options",
        "celery_result_backend_transport_options",
        "elasticsearch_configs",
        "kubernetes_environment_variables",
        "opensearch_configs",
        "sentry",
    }
)
"""Sections that Airflow hands to a library as a whole (``conf.getsection``): any option goes."""

WELL_KNOWN_PROVIDERS: Mapping[str, str] = {
    "atlas": "apache-atlas",
    "aws": "amazon",
    "aws_auth_manager": "amazon",
    "aws_batch_executor": "amazon",
    "aws_ecs_executor": "amazon",
    "aws_lambda_executor": "amazon",
    "azure_remote_logging": "microsoft-azure",
    "celery": "celery",
    "celery_broker_transport_options": "celery",
    "celery_kubernetes_executor": "celery",
    "celery_result_backend_transport_options": "celery",
    "dask": "daskexecutor",
    "databricks": "databricks",
    "dbt_cloud": "dbt-cloud",
    "edge": "edge3",
    "elasticsearch": "elasticsearch",
    "elasticsearch_configs": "elasticsearch",
    "fab": "fab",
    "hive": "apache-hive",
    "imap": "imap",
    "keycloak_auth_manager": "keycloak",
    "kubernetes_executor": "cncf-kubernetes",
    "local_kubernetes_executor": "cncf-kubernetes",
    "openlineage": "openlineage",
    "opensearch": "opensearch",
    "opensearch_configs": "opensearch",
    "ssh": "ssh",
    "smtp_provider": "smtp",
    "snowflake": "snowflake",
    "spark": "apache-spark",
    "yandex": "yandex",
}
"""Sections that providers are known for, and the end of the provider's distribution name."""


@dataclass(frozen=True)
class Option:
    """One option as Airflow, or a provider, describes it.

    ``default`` and ``example`` are texts as an ``airflow.cfg`` has them (``%``
    doubled), None where there is none.  ``type`` is ``string``, ``integer``,
    ``float`` or ``boolean``.  ``origin`` is :data:`CORE`, :data:`FALLBACK`, or
    the distribution name of a provider.
    """

    section: str
    name: str
    type: str = "string"
    default: str | None = None
    example: str | None = None
    description: str = ""
    sensitive: bool = False
    version_added: str = ""
    version_deprecated: str = ""
    deprecation_reason: str = ""
    is_template: bool = False
    origin: str = CORE

    @property
    def key(self) -> tuple[str, str]:
        """Section and name."""
        return self.section, self.name

    @property
    def deprecated(self) -> bool:
        """Whether Airflow itself discourages it."""
        return bool(self.version_deprecated or self.deprecation_reason)

    def __str__(self) -> str:
        """``[section] name``, as Airflow's documentation writes it."""
        return f"[{self.section}] {self.name}"


@dataclass(frozen=True)
class Rename:
    """An old name that this version still reads where the new one is not set.

    From ``deprecated_options`` (and ``many_to_one_deprecated_options``); with
    empty option names, from ``deprecated_sections``.
    """

    old_section: str
    old_name: str
    section: str
    name: str
    since: str


@dataclass(frozen=True)
class Change:
    """One entry of ``CONFIGS_CHANGES``, the list behind ``airflow config lint``.

    ``renamed_to`` is a (section, option) or empty; ``invalid`` a value that is
    no longer taken, None where the entry has none; ``removed`` whether the
    option is gone whatever its value.  ``since`` is the release that the list
    was started for.
    """

    section: str
    name: str
    renamed_to: tuple[str, str] | tuple[()] = ()
    removed: bool = False
    suggestion: str = ""
    invalid: str | None = None
    since: str = ""


@dataclass(frozen=True)
class OldValue:
    """A value that Airflow replaces while it starts: what matches *pattern* becomes *new*."""

    section: str
    name: str
    pattern: str
    new: str


@dataclass(frozen=True)
class Provider:
    """A provider whose options are known: its distribution, and its sections."""

    name: str
    version: str
    sections: tuple[str, ...]


def variable(section: str, option: str, *, form: str = "", team: str = "") -> str:
    """Return the variable that sets an option (or its ``cmd`` or ``secret`` form)."""
    scope = f"{team.upper()}___" if team else ""
    suffix = f"_{form.upper()}" if form else ""
    return f"{PREFIX}{scope}{section.replace('.', '_').upper()}__{option.upper()}{suffix}"


def major(version: str) -> int:
    """Return the first number of a version, 3 where there is none."""
    head = version.partition(".")[0]
    return int(head) if head.isdecimal() else 3


@dataclass(frozen=True)
class ConfigSchema:
    """All that one version of Airflow, with these providers, can be configured with.

    ``choices`` are the values that an option is limited to.  ``teams`` and
    ``backend_kwargs`` tell whether this version has options of single teams,
    and variables for single arguments of a secrets backend.  ``undescribed`` are
    options that its code reads, and that nothing describes.
    """

    version: str
    options: tuple[Option, ...]
    renames: tuple[Rename, ...] = ()
    changes: tuple[Change, ...] = ()
    old_values: tuple[OldValue, ...] = ()
    choices: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    providers: tuple[Provider, ...] = ()
    teams: bool = False
    backend_kwargs: bool = False
    undescribed: tuple[tuple[str, str], ...] = ()
    executors: ExecutorSchema | None = None
    """What ``[core] executor`` can be, None where the source does not tell."""

    @property
    def label(self) -> str:
        """``Airflow 3.1.0``, as messages name it."""
        return f"Airflow {self.version}" if self.version else "Airflow"

    @property
    def major(self) -> int:
        """The first number of the version; 3 where it is not known."""
        return major(self.version)

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Option]:
        """Every option by (section, name)."""
        return {option.key: option for option in self.options}

    @cached_property
    def sections(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the options of every section."""
        found: dict[str, list[str]] = {}
        for option in self.options:
            found.setdefault(option.section, []).append(option.name)
        return {section: tuple(names) for section, names in found.items()}

    @cached_property
    def partial_sections(self) -> frozenset[str]:
        """Sections of providers that are not known themselves: more options may exist."""
        described = {option.section for option in self.options if option.origin != FALLBACK}
        return frozenset(self.sections.keys() - described)

    @cached_property
    def sensitive(self) -> frozenset[tuple[str, str]]:
        """Every (section, name) with ``_cmd`` and ``_secret`` forms, old names included."""
        found = {option.key for option in self.options if option.sensitive}
        for rename in self.renames:
            if rename.name and (rename.section, rename.name) in found:
                found.add((rename.old_section, rename.old_name))
            elif not rename.name:
                found |= {(rename.old_section, n) for s, n in found if s == rename.section}
        return frozenset(found)

    @cached_property
    def variables(self) -> Mapping[str, tuple[str, str]]:
        """The (section, name) of every variable without a suffix, old names included."""
        old = {(r.old_section, r.old_name) for r in self.renames if r.old_name}
        for rename in self.renames:
            if not rename.old_name:
                names = self.sections.get(rename.section, ())
                old |= {(rename.old_section, name) for name in names}
        old |= {(change.section, change.name) for change in self.changes}
        table = {variable(*key): key for key in sorted(old)}
        return table | {variable(*key): key for key in sorted(self.by_key)}

    @cached_property
    def squeezed_variables(self) -> Mapping[str, str]:
        """The variables by their names with single underscores, for the ones misspelt."""
        return {re.sub("_+", "_", name): name for name in self.variables}

    @cached_property
    def gone(self) -> Mapping[tuple[str, str], Change]:
        """What was removed, or renamed and is not followed, by (section, name).

        Only what this version has gone through: 2.11 lists the changes of 3.0 already.
        """
        found: dict[tuple[str, str], Change] = {}
        for change in self.changes:
            if (change.removed or change.renamed_to) and self.major >= major(change.since):
                found.setdefault((change.section, change.name), change)
        return found

    @cached_property
    def chosen(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The values that an option is limited to, by (section, name)."""
        return {(section, name): values for section, name, values in self.choices}

    def option(self, section: str, name: str) -> Option | None:
        """Return the option of exactly that name, None where there is none."""
        return self.by_key.get((section, name))

    def homes(self, name: str) -> tuple[str, ...]:
        """Return the sections that have an option *name* (or one that was renamed)."""
        lowered = name.lower()
        return tuple(section for section, names in self.sections.items() if lowered in names)

    def renamed(self, section: str, name: str) -> Iterator[Rename]:
        """Give the renames that this version follows for an old (section, name).

        For a whole renamed section, the target is the option of the same name.
        """
        for rename in self.renames:
            if rename.old_section != section:
                continue
            if rename.old_name == name:
                yield rename
            elif not rename.old_name:
                yield Rename(section, name, rename.section, name, rename.since)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for :func:`json.dumps`; :meth:`from_json` reads it back."""
        return {**asdict(self), "executors": self.executors and self.executors.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ConfigSchema:
        """Return what :meth:`to_json` gave; raises KeyError, TypeError or ValueError else."""
        changes = (
            Change(**{**entry, "renamed_to": tuple(entry["renamed_to"])})
            for entry in data["changes"]
        )
        providers = (
            Provider(**{**entry, "sections": tuple(entry["sections"])})
            for entry in data["providers"]
        )
        executors = data["executors"]
        return cls(
            version=str(data["version"]),
            options=tuple(Option(**entry) for entry in data["options"]),
            renames=tuple(Rename(**entry) for entry in data["renames"]),
            changes=tuple(changes),
            old_values=tuple(OldValue(**entry) for entry in data["old_values"]),
            choices=tuple((s, n, tuple(values)) for s, n, values in data["choices"]),
            providers=tuple(providers),
            teams=bool(data["teams"]),
            backend_kwargs=bool(data["backend_kwargs"]),
            undescribed=tuple((str(s), str(n)) for s, n in data["undescribed"]),
            executors=ExecutorSchema.from_json(executors) if executors else None,
        )
