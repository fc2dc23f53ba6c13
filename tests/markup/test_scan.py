"""Finding directives without Sphinx: what parsers complain of, what is out of reach, what stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils.parsers.rst import Directive, directives, roles

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.markup.scan import Scanned, scan


def scanned(folder: Path, text: str, name: str = "page.rst") -> Scanned:
    path = folder / name
    path.write_text(text, "utf-8")
    return scan(path)


def complaints(found: Scanned) -> list[str]:
    return [f"{d.span.line}:{d.span.column}: {d.message}" for d in found.problems]


def test_a_directive_with_an_option_given_twice_is_a_problem(tmp_path: Path) -> None:
    text = "Text.\n\n.. helm:values::\n   :name: a\n   :name: b\n\n   a: 1\n"
    found = scanned(tmp_path, text)
    assert complaints(found) == [
        '3:1: Error in "helm:values" directive: invalid option data: duplicate option "name".'
    ]
    assert found.problems[0].code is Code.OPTION
    assert not found.directives


def test_options_that_myst_cannot_read_are_a_problem(tmp_path: Path) -> None:
    text = '# Title\n\n```{helm:values}\n:name: "never closed\n\na: 1\n```\n'
    found = scanned(tmp_path, text, "page.md")
    (complaint,) = complaints(found)
    assert complaint.startswith("4:1: 'helm:values': Invalid options format: ")
    assert "[myst" not in complaint


def test_a_problem_in_an_included_file_stands_there(tmp_path: Path) -> None:
    (tmp_path / "part.txt").write_text("\n\n.. helm:values::\n   :a: 1\n   :a: 2\n", "utf-8")
    (problem,) = scanned(tmp_path, "Title\n=====\n\n.. include:: part.txt\n").problems
    assert Path(problem.span.path).name == "part.txt"
    assert problem.span.line == 3


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("helm:valeus", "unknown directive 'helm:valeus' (did you mean 'helm:values'?)"),
        ("helm:nothing-like-it", "unknown directive 'helm:nothing-like-it'"),
    ],
)
def test_an_unknown_directive_of_ours_is_a_problem(tmp_path: Path, written: str, said: str) -> None:
    assert complaints(scanned(tmp_path, f"* .. {written}::\n\n     a: 1\n")) == [f"1:3: {said}"]


def test_the_complaints_about_other_directives_are_left_to_sphinx(tmp_path: Path) -> None:
    text = ".. image::\n\n.. figure:: x\n   :a: 1\n   :a: 2\n\n.. helm:values::\n\n   a: 1\n"
    assert not scanned(tmp_path, text).problems


@pytest.mark.parametrize("text", ["", "Text.\n", "We like helm and includes.\n"])
def test_a_document_without_directives_of_ours_has_none(tmp_path: Path, text: str) -> None:
    assert scanned(tmp_path, text) == Scanned((), ())


def test_the_same_file_included_twice_gives_its_examples_once(tmp_path: Path) -> None:
    (tmp_path / "part.txt").write_text(".. helm:values::\n\n   a: 1\n", "utf-8")
    text = ".. include:: part.txt\n\n.. include:: part.txt\n"
    assert len(scanned(tmp_path, text).directives) == 1


def test_a_byte_order_mark_of_an_included_file_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "part.txt").write_text("\ufeff.. helm:values::\n\n   a: 1\n", "utf-8")
    assert len(scanned(tmp_path, ".. include:: part.txt\n").directives) == 1


def test_an_include_within_an_include_is_followed(tmp_path: Path) -> None:
    (tmp_path / "outer.txt").write_text(".. include:: inner.txt\n", "utf-8")
    (tmp_path / "inner.txt").write_text("\n.. helm:values::\n\n   a: 1\n", "utf-8")
    (found,) = scanned(tmp_path, ".. include:: outer.txt\n").directives
    assert (Path(found.span.path).name, found.span.line) == ("inner.txt", 2)


def test_a_file_that_cannot_be_included_does_not_stop_the_rest(tmp_path: Path) -> None:
    text = ".. include:: gone.txt\n\n.. helm:values::\n\n   a: 1\n"
    assert len(scanned(tmp_path, text).directives) == 1


def test_a_file_that_includes_itself_ends(tmp_path: Path) -> None:
    text = ".. helm:values::\n\n   a: 1\n\n.. include:: page.rst\n"
    assert len(scanned(tmp_path, text).directives) == 1


def test_a_document_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        scan(tmp_path / "gone.rst")


def test_colon_fences_are_found_only_where_they_are_enabled(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(":::{helm:values}\na: 1\n:::\n", "utf-8")
    assert len(scan(path).directives) == 1
    assert not scan(path, myst_extensions=()).directives


def test_sphinx_directives_left_registered_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NeedsSphinx(Directive):
        has_content = True

        def run(self) -> list[object]:  # type: ignore[override]
            raise AttributeError("there is no env")

    registered: dict[str, object] = vars(directives)["_directives"]
    monkeypatch.setitem(registered, "only", NeedsSphinx)
    text = ".. only:: html\n\n   .. helm:values::\n\n      a: 1\n"
    assert len(scanned(tmp_path, text).directives) == 1


def test_sphinx_roles_left_registered_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs_sphinx(*_arguments: object, **_more: object) -> object:
        raise AttributeError("there is no env")

    registered: dict[str, object] = vars(roles)["_roles"]
    monkeypatch.setitem(registered, "ref", needs_sphinx)
    text = "See :ref:`that`.\n\n.. helm:values::\n\n   a: 1\n"
    assert len(scanned(tmp_path, text).directives) == 1


def test_docutils_is_left_as_it_was(tmp_path: Path) -> None:
    before = (directives.directive, roles.role)
    scanned(tmp_path, ".. helm:values::\n\n   a: 1\n")
    assert (directives.directive, roles.role) == before


def test_docutils_is_left_as_it_was_even_after_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = directives.directive
    fault = RuntimeError("a fault")

    def broken(*_arguments: object) -> None:
        raise fault

    monkeypatch.setattr("sphinx_airflow_prod.markup.collecting.read_directive", broken)
    with pytest.raises(RuntimeError, match="a fault"):
        scanned(tmp_path, ".. helm:values::\n\n   a: 1\n")
    assert directives.directive is before


def test_nothing_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ".. unknown::\n\n.. image::\n\n:bad:`role`\n\n.. helm:values::\n   :a: 1\n   :a: 2\n"
    scanned(tmp_path, text)
    assert capsys.readouterr() == ("", "")


def test_the_argument_of_an_unknown_directive_is_no_example(tmp_path: Path) -> None:
    text = ".. card:: A title\n   that goes on\n   :link: x\n\n   .. helm:values::\n\n      a: 1\n"
    (found,) = scanned(tmp_path, text).directives
    assert found.span.line == 5
