"""The same documents as other editors would have saved them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

VARIANTS: dict[str, Callable[[str], str]] = {
    "as-is": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "bom": lambda text: "\ufeff" + text,
    "no-final-newline": lambda text: text.rstrip("\n"),
    "trailing-spaces": lambda text: text.replace("\n", "  \n"),
    "shifted": lambda text: text.replace("\n", "\n\n", 1),
}


def write_variants(corpus: Path, root: Path) -> None:
    """Write every document of *corpus* below *root*, in a folder for each variant."""
    for variant, change in VARIANTS.items():
        for source in corpus.rglob("*"):
            if source.is_file():
                target = root / variant / source.relative_to(corpus)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(change(source.read_text("utf-8")).encode())
