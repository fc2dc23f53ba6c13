"""``objects.inv`` of a build, as another site's intersphinx reads it."""

from __future__ import annotations

from sphinx.util.inventory import InventoryFile

from tests.sphinx_ext.site import Build


def inventory(build: Build, objtype: str) -> dict[str, str]:
    """Return the address of each object of a type such as ``helm:value``, by name."""
    with (build.out / "objects.inv").open("rb") as stream:
        found = InventoryFile.load(stream, "", lambda base, location: base + location)
    return {
        name: str(item.uri if hasattr(item, "uri") else item[2])
        for name, item in found.get(objtype, {}).items()
    }
