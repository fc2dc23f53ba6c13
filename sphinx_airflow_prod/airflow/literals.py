"""Tables in Airflow's own source, read with :mod:`ast`: nothing is imported or run.

Where they are: ``deprecated_options``, ``deprecated_sections``,
``many_to_one_deprecated_options``, ``deprecated_values`` and ``enums_options``
are class attributes in ``airflow/configuration.py``, the first two from 3.2 on
in ``airflow/_shared/configuration/parser.py``; ``CONFIGS_CHANGES`` is in
``airflow/cli/commands/config_command.py``; a provider's description is what
``get_provider_info()`` returns.  What cannot be read as a literal is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.airflow.options import Change, OldValue, Rename

_ENDINGS = re.compile(r'"sensitive" not in \w+ and \w+\.endswith\((?P<endings>\([^()]*\))\)')
_READ = re.compile(
    r"\bconf\s*\.\s*get\w*\(\s*(?:section\s*=\s*)?[\"'](?P<section>\w[\w.-]*)[\"'],"
    r"\s*(?:key\s*=\s*)?[\"'](?P<name>\w[\w-]*)[\"']"
)
_RELEASE = re.compile(r"Airflow (\d+(?:\.\d+)+)")


def parse(text: str | None) -> ast.Module:
    """Return the tree of a module; an empty one for None and for what is no Python."""
    try:
        return ast.parse(text or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def literal(node: ast.AST | None) -> Any:
    """Return the value of a literal expression, None where it is none."""
    if node is None:
        return None
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def version_of(text: str | None) -> str:
    """Return the ``__version__`` that a module sets, else an empty text."""
    value = literal(_assigned(parse(text)).get("__version__"))
    return value if isinstance(value, str) else ""


def renames_of(*modules: ast.Module) -> tuple[Rename, ...]:
    """Return the renames that the configuration parser of these modules follows."""
    found: dict[Rename, None] = {}
    for names in map(_assigned, modules):
        for new, old in _entries(names.get("deprecated_options")):
            if _texts(new, 2) and _texts(old, 3):
                found[Rename(old[0], old[1], new[0], new[1], old[2])] = None
        for new, olds in _entries(names.get("many_to_one_deprecated_options")):
            for old in olds if isinstance(olds, list) else ():
                if _texts(new, 2) and _texts(old, 3):
                    found[Rename(old[0], old[1], new[0], new[1], old[2])] = None
        for new, old in _entries(names.get("deprecated_sections")):
            if isinstance(new, str) and _texts(old, 2):
                found[Rename(old[0], "", new, "", old[1])] = None
    return tuple(found)


def choices_of(*modules: ast.Module) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the options with an enumeration of values, where it is written as a literal."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for names in map(_assigned, modules):
        table = names.get("enums_options")
        if not isinstance(table, ast.Dict):
            continue
        for key, node in zip(table.keys, table.values, strict=True):
            option, values = literal(key), _list_of_texts(node, names)
            if _texts(option, 2) and values:
                found[option] = values
    return tuple((section, name, values) for (section, name), values in found.items())


def old_values_of(*modules: ast.Module) -> tuple[OldValue, ...]:
    """Return the values that Airflow replaces while it starts (``deprecated_values``)."""
    found = []
    for names in map(_assigned, modules):
        for section, options in _dict_items(names.get("deprecated_values")):
            for name, entry in _dict_items(options):
                if not isinstance(entry, ast.Tuple) or len(entry.elts) < 2:
                    continue
                pattern, new = _pattern(entry.elts[0]), literal(entry.elts[1])
                if pattern and isinstance(new, str) and not new.startswith("XX-set-after"):
                    found.append(OldValue(section, name, pattern, new))
    return tuple(found)


def options_read(text: str) -> Iterator[tuple[str, str]]:
    """Give the (section, option) of every ``conf.get…("section", "option")`` of a module."""
    if "conf" in text:
        yield from ((m["section"].lower(), m["name"].lower()) for m in _READ.finditer(text))


def sensitive_endings(*texts: str | None) -> tuple[str, ...]:
    """Return the endings of names that make an option of a provider sensitive.

    From 3.2 on, for options that Airflow itself carries a default of and that
    the provider says nothing about.
    """
    for text in texts:
        if match := _ENDINGS.search(text or ""):
            value = literal(ast.parse(match["endings"], mode="eval").body)
            if isinstance(value, tuple) and all(isinstance(ending, str) for ending in value):
                return value
    return ()


def changes_of(module: ast.Module) -> tuple[Change, ...]:
    """Return the entries of ``CONFIGS_CHANGES``, the rules of ``airflow config lint``."""
    since = ""
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name == "ConfigChange":
            match = _RELEASE.search(ast.get_docstring(node) or "")
            since = match[1] if match else ""
    table = _assigned(module).get("CONFIGS_CHANGES")
    if not isinstance(table, ast.List):
        return ()
    calls = (node for node in table.elts if isinstance(node, ast.Call))
    return tuple(change for call in calls if (change := _change(call, since)) is not None)


def provider_info(text: str | None, function: str = "get_provider_info") -> Mapping[str, Any]:
    """Return what *function* of a module returns, where it is a literal mapping."""
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    value = literal(inner.value)
                    return value if isinstance(value, dict) else {}
    return {}


def _change(call: ast.Call, since: str) -> Change | None:
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    config, target = _parameter(given.get("config")), _parameter(given.get("renamed_to"))
    if config is None:
        return None
    removed = literal(given.get("was_removed")) if "was_removed" in given else True
    conditional = literal(given.get("remove_if_equals")) is not None
    moved_default = literal(given.get("default_change")) is True
    invalid = literal(given.get("is_invalid_if"))
    return Change(
        section=config[0],
        name=config[1],
        renamed_to=target or (),
        removed=bool(removed) and not conditional and not moved_default and target is None,
        suggestion=_sentence(literal(given.get("suggestion"))),
        invalid=None if invalid is None else str(invalid),
        since=since,
    )


def _parameter(node: ast.AST | None) -> tuple[str, str] | None:
    """Return the section and option of a ``ConfigParameter(…)``."""
    if not isinstance(node, ast.Call):
        return None
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    arguments = dict(zip(("section", "option"), node.args, strict=False)) | given
    section, option = literal(arguments.get("section")), literal(arguments.get("option"))
    return (section, option) if isinstance(section, str) and isinstance(option, str) else None


def _assigned(module: ast.Module) -> dict[str, ast.expr]:
    """Return what names are set to at the top of the module and of its classes."""
    bodies = [module.body, *(node.body for node in module.body if isinstance(node, ast.ClassDef))]
    found: dict[str, ast.expr] = {}
    for node in (node for body in bodies for node in body):
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            if isinstance(node.target, ast.Name):
                found[node.target.id] = node.value
        elif isinstance(node, ast.Assign):
            found |= {name.id: node.value for name in node.targets if isinstance(name, ast.Name)}
    return found


def _entries(node: ast.expr | None) -> Iterator[tuple[Any, Any]]:
    """Give the entries of a dict display whose key and value are literals."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield literal(key), literal(value)


def _dict_items(node: ast.AST | None) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            name = literal(key)
            if isinstance(name, str):
                yield name, value


def _list_of_texts(node: ast.expr, names: Mapping[str, ast.expr]) -> tuple[str, ...]:
    """Return a list of texts, through names and ``*names`` of the same class; else nothing."""
    if isinstance(node, ast.Name):
        node = names.get(node.id, node)
    if not isinstance(node, ast.List):
        return ()
    values: list[str] = []
    for item in node.elts:
        if isinstance(item, ast.Starred):
            inner = _list_of_texts(item.value, names)
            if not inner:
                return ()
            values += inner
        elif isinstance(value := literal(item), str):
            values.append(value)
        else:
            return ()
    return tuple(values)


def _pattern(node: ast.expr) -> str:
    r"""Return the pattern of ``re.compile(…)``, RE2's ``\z`` as Python spells it."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    if node.func.attr != "compile" or not node.args:
        return ""
    pattern = _pattern_text(node.args[0])
    try:
        re.compile(pattern := pattern.replace(r"\z", r"\Z"))
    except re.error:
        return ""
    return pattern


def _pattern_text(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _pattern_text(node.left), _pattern_text(node.right)
        return left + right if left and right else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        value = literal(node.args[0]) if node.func.attr == "escape" and node.args else None
        return re.escape(value) if isinstance(value, str) else ""
    value = literal(node)
    return value if isinstance(value, str) else ""


def _texts(value: Any, count: int) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == count
        and all(isinstance(part, str) for part in value)
    )


def _sentence(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
