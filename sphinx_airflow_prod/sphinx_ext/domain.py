"""The domains ``helm`` and ``airflow``: which examples stand in which document, over all builds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinx_airflow_prod.core.outcome import Report
from sphinx_airflow_prod.core.roles import ROLES, Role, RoleKey
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import (
    DIRECTIVES,
    Snippet,
    SnippetKey,
    ValuesSnippet,
    with_blocks,
)
from sphinx_airflow_prod.sphinx_ext.directives import SnippetDirective
from sphinx_airflow_prod.sphinx_ext.objects import OPTION, VALUE, ObjectsDomain
from sphinx_airflow_prod.sphinx_ext.roles import GrammarRole


@dataclass(frozen=True)
class Evaluation:
    """What became of the examples in one build, and by which settings."""

    app: Sphinx
    settings: Settings
    report: Report


def _directives(domain: str) -> dict[str, Any]:
    """Return the directives of a domain by the name that they have there."""
    names = (name.partition(":") for name in DIRECTIVES)
    return {name: SnippetDirective for prefix, _, name in names if prefix == domain}


def _roles(domain: str) -> dict[str, Any]:
    """Return the roles of a domain by the name that they have there."""
    return {
        spec.name.partition(":")[2]: GrammarRole(spec)
        for spec in ROLES.values()
        if spec.domain == domain
    }


class AirflowDomain(ObjectsDomain):
    """Directives for Airflow's own configuration; their snippets are kept by :class:`HelmDomain`.

    Together with all others, since an evaluation and a page want them all.
    """

    name = "airflow"
    label = "Airflow"
    directives: ClassVar[Any] = _directives("airflow")
    roles: ClassVar[Any] = _roles("airflow")
    object_types: ClassVar[Any] = {"option": OPTION}
    data_version = 2

    def find_target(self, role: str, name: str) -> tuple[str, str] | None:
        """Find the option of a variable, and that of a ``_cmd`` or ``_secret`` form, as well."""
        forms = (name, name.removesuffix("_cmd"), name.removesuffix("_secret"))
        for form in dict.fromkeys(forms):
            found = super().find_target(role, form)
            if found is not None:
                return found
        if role != "env":
            return None
        # a variable does not tell a dot in the name of a section from an underscore
        wanted = {form.replace(".", "_") for form in forms}
        return next(
            (place for (_, other), place in self.objects.items()
             if other.replace(".", "_") in wanted),
            None,
        )  # fmt: skip


class HelmDomain(ObjectsDomain):
    """Directives for Helm charts.

    What is stored with the environment are the examples as read, by document,
    in order; never their outcome, which belongs to one build and is kept in
    ``evaluation``.
    """

    name = "helm"
    label = "Helm"
    directives: ClassVar[Any] = _directives("helm")
    roles: ClassVar[Any] = _roles("helm")
    object_types: ClassVar[Any] = {"value": VALUE}
    initial_data: ClassVar[Any] = {"snippets": {}, "roles": {}, "targets": {}, "objects": {}}
    data_version = 5

    evaluation: Evaluation | None = None
    """What this build found, once the examples have been evaluated."""

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.resolved: set[str] = set()
        """Documents whose examples a post-transform of this build has shown."""

    @property
    def snippets(self) -> dict[str, dict[SnippetKey, Snippet]]:
        """Examples by document name and key; keys keep the order of the document."""
        return self.data["snippets"]  # type: ignore[no-any-return]

    @property
    def targets(self) -> dict[SnippetKey, tuple[str, tuple[str, ...]]]:
        """What tables describe, as (fingerprint of the outcome, names) by the table's key."""
        return self.data["targets"]  # type: ignore[no-any-return]

    def note_snippet(self, docname: str, snippet: Snippet) -> None:
        """Remember an example; one that is parsed twice is kept once.

        (``.. tab::`` of sphinx-tabs parses its content a second time for
        builders that it does not support.)
        """
        self.snippets.setdefault(docname, {})[snippet.key] = snippet

    @property
    def named(self) -> dict[str, dict[RoleKey, Role]]:
        """Roles by document name and key, in the order of the document."""
        return self.data["roles"]  # type: ignore[no-any-return]

    def note_role(self, docname: str, role: Role) -> None:
        """Remember a role; one that is parsed twice is kept once."""
        self.named.setdefault(docname, {})[role.key] = role

    def all_roles(self) -> list[Role]:
        """Return every role of the site, by document name, then in order."""
        return [role for docname in sorted(self.named) for role in self.named[docname].values()]

    def find_target(self, role: str, name: str) -> tuple[str, str] | None:
        """Find an example by its name as well, for ``helm:resource``."""
        if role == "resource":
            return self.env.domains.standard_domain.anonlabels.get(name.lower())
        return super().find_target(role, name)

    def note_order(self, docname: str, snippets: list[Snippet]) -> None:
        """Take *snippets*, which code blocks have joined, for all of a document, in order."""
        self.snippets[docname] = {snippet.key: snippet for snippet in snippets}

    def note_blocks(self, docname: str, blocks: list[tuple[str, str]]) -> None:
        """Tell the snippets of a document which literal blocks it shows, by name or caption."""
        snippets = self.snippets.get(docname, {})
        for key, snippet in snippets.items():
            snippets[key] = with_blocks(snippet, blocks)

    def all_snippets(self) -> list[Snippet]:
        """Return every example of the site, by document name, then in order."""
        return [
            snippet for docname in sorted(self.snippets)
            for snippet in self.snippets[docname].values()
        ]  # fmt: skip

    def files(self) -> dict[str, set[str]]:
        """Return by document name the absolute paths of files that examples bring in."""
        found = {
            docname: {
                snippet.file
                for snippet in snippets.values()
                if isinstance(snippet, ValuesSnippet) and snippet.file
            }
            for docname, snippets in self.snippets.items()
        }
        return {docname: files for docname, files in found.items() if files}

    def clear_doc(self, docname: str) -> None:
        """Forget a document that is read again or gone."""
        super().clear_doc(docname)
        self.snippets.pop(docname, None)
        self.named.pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader found in *docnames*."""
        super().merge_domaindata(docnames, otherdata)
        for docname in docnames:
            if docname in otherdata["snippets"]:
                self.snippets[docname] = otherdata["snippets"][docname]
            if docname in otherdata["roles"]:
                self.named[docname] = otherdata["roles"][docname]
