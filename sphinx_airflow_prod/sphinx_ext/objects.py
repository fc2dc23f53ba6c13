"""What other pages can refer to: objects of a domain, as ``objects.inv`` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from docutils.nodes import Element, reference
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.sphinx_ext.reporting import report

Objects = dict[tuple[str, str], tuple[str, str]]
"""(type, name) -> (document, anchor)."""


class ObjectsDomain(Domain):
    """A domain whose ``data["objects"]`` are targets of cross-references.

    The names are those of ``objects.inv``: a value's path (``pgbouncer.enabled``,
    with ``key:`` before it where it is not the default chart's), or an option
    (``database.sql_alchemy_conn``).
    """

    initial_data: ClassVar[Any] = {"objects": {}}

    @property
    def objects(self) -> Objects:
        """The objects by type and name."""
        return self.data["objects"]  # type: ignore[no-any-return]

    def note_object(
        self, objtype: str, name: str, docname: str, anchor: str, span: Span | None = None
    ) -> None:
        """Remember where an object is described.

        One that is described twice is reported, at *span*, and keeps its first place.
        """
        other = self.objects.setdefault((objtype, name), (docname, anchor))
        if other != (docname, anchor):
            report([duplicate(objtype, [name], other[0], span or Span(""))])

    def find_object(self, objtype: str, name: str) -> tuple[str, str] | None:
        """Return document and anchor of an object, ``None`` where none describes it."""
        return self.objects.get((objtype, name))

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Give (name, shown name, type, document, anchor, priority in searches) of each object."""
        for (objtype, name), (docname, anchor) in sorted(self.objects.items()):
            yield name, name, objtype, docname, anchor, 1

    def resolve_xref(  # noqa: PLR0917  (Sphinx calls it so)
        self,
        env: BuildEnvironment,  # noqa: ARG002
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,  # noqa: ARG002
        contnode: Element,
    ) -> reference | None:
        """Return a reference to what *target* names, ``None`` where nothing describes it."""
        found = self.find_target(typ, target)
        if found is None:
            return None
        return make_refnode(builder, fromdocname, found[0], found[1], contnode, target)

    def resolve_any_xref(  # noqa: PLR0917
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, reference]]:
        """Return what ``:any:`` finds of that name."""
        found = []
        for objtype in self.object_types:
            one = self.resolve_xref(env, fromdocname, builder, objtype, target, node, contnode)
            if one is not None:
                found.append((f"{self.name}:{objtype}", one))
        return found

    def find_target(self, role: str, name: str) -> tuple[str, str] | None:
        """Return document and anchor of what *role* names, ``None`` where none describes it."""
        objtypes = self.objtypes_for_role(role) or []
        return next((self.objects[t, name] for t in objtypes if (t, name) in self.objects), None)

    def clear_doc(self, docname: str) -> None:
        """Forget the objects of a document that is read again or gone."""
        for key, (where, _) in list(self.objects.items()):
            if where == docname:
                del self.objects[key]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader found in *docnames*."""
        read = set(docnames)
        for (objtype, name), (docname, anchor) in otherdata["objects"].items():
            if docname in read:
                self.note_object(objtype, name, docname, anchor)


def duplicate(objtype: str, names: list[str], docname: str, span: Span) -> Diagnostic:
    """Return the complaint about objects that the document *docname* describes already."""
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    what = f"{objtype} {shown}" if len(names) == 1 else f"{len(names)} {objtype}s ({shown})"
    message = (
        f"duplicate description of {what}, other instance in {docname}, "
        "use :no-index: for one of them"
    )
    return Diagnostic.of(Code.DUPLICATE_TARGET, message, span)


VALUE = ObjType("value", "value")
OPTION = ObjType("option", "option", "env")
