"""The few constructs of Python in which Airflow writes its command line, evaluated.

Nothing is imported or run: assignments, imports, literals, calls of ``Arg``,
``ActionCommand`` and ``GroupCommand``, functions without arguments, enumerations
and comparisons of Airflow's version.  All else is :data:`UNKNOWN`.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.airflow.commands_build import (
    ACTION,
    ARG,
    GROUP,
    UNKNOWN,
    action,
    argument,
    group,
)

_MAX_DEPTH = 60
_VERSION_FLAG = re.compile(r"AIRFLOW_V_(\d+)_(\d+)(?:_(\d+))?_PLUS")
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


Names = dict[str, Any]


@dataclass(frozen=True)
class _Imported:
    module: str
    name: str


@dataclass(frozen=True)
class _Class:
    node: ast.ClassDef
    names: Names

    def member(self, name: str) -> ast.stmt | None:
        """Return the last statement of the body that gives *name* a value."""
        found = None
        for statement in self.node.body:
            targets = _targets(statement)
            if name in targets or getattr(statement, "name", None) == name:
                found = statement
        return found


@dataclass(frozen=True)
class _Function:
    node: ast.FunctionDef
    names: Names


def version_tuple(version: str) -> tuple[int, ...]:
    """Return the numbers of a release: ``3.1.0rc1`` is ``(3, 1, 0)``."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else (0,)


class Program:
    """Modules of Airflow and its providers, evaluated when something of them is asked for.

    *read* gives the source of a module, or ``None``; *version* is Airflow's, for
    sources that ask for it.
    """

    def __init__(self, read: Callable[[str], str | None], version: tuple[int, ...]) -> None:
        self._read = read
        self._version = version
        self._modules: dict[str, Names | None] = {}
        self._conditions: list[str] = []
        self._depth = 0

    def value(self, module: str, name: str) -> Any:
        """Return the value of a module's name, else :data:`UNKNOWN`."""
        names = self._module(module)
        return UNKNOWN if names is None else self._name(name, names)

    def call(self, module: str, *path: str) -> Any:
        """Return what a function, or a class's static method, without arguments returns."""
        found = self.value(module, path[0])
        for name in path[1:]:
            found = self._member(found, name)
        return self._run(found)

    def _module(self, module: str) -> Names | None:
        if module not in self._modules:
            self._modules[module] = None
            text = self._read(module)
            if text is not None:
                try:
                    body = ast.parse(text).body
                except (SyntaxError, ValueError, RecursionError):
                    return None
                names: Names = {}
                self._modules[module] = names
                conditions, self._conditions = self._conditions, []
                self._statements(body, names)
                self._conditions = conditions
        return self._modules[module]

    def _name(self, name: str, names: Names) -> Any:
        if match := _VERSION_FLAG.fullmatch(name):
            return self._version >= tuple(int(part) for part in match.groups(default="0"))
        if name == "TYPE_CHECKING":
            return False
        found = names.get(name, UNKNOWN)
        if isinstance(found, _Imported):
            if (found.module, found.name) in (("airflow", "__version__"), ("airflow", "version")):
                return ".".join(str(part) for part in self._version)
            self._depth += 1
            found = self.value(found.module, found.name) if self._depth < _MAX_DEPTH else UNKNOWN
            self._depth -= 1
        return found

    def _statements(self, body: Iterable[ast.stmt], names: Names) -> Any:
        """Run statements; return what a ``return`` among them gives, else ``None``."""
        for statement in body:
            if isinstance(statement, ast.Return):
                return self.evaluate(statement.value, names)
            if isinstance(statement, ast.If):
                returned = self._if(statement, names)
            elif isinstance(statement, ast.Try):
                missing = any(self._lacking(inner) for inner in statement.body)
                handlers = [handler.body for handler in statement.handlers[:1]]
                chosen = handlers[0] if missing and handlers else statement.body
                returned = self._statements(chosen, names)
            else:
                returned = None
                self._statement(statement, names)
            if returned is not None:
                return returned
        return None

    def _statement(self, statement: ast.stmt, names: Names) -> None:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            value = self.evaluate(statement.value, names)
            for name in _targets(statement):
                names[name] = value
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            added = ast.BinOp(ast.Name(statement.target.id), statement.op, statement.value)
            names[statement.target.id] = self.evaluate(added, names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            for alias in statement.names:
                names[alias.asname or alias.name] = _Imported(statement.module, alias.name)
        elif isinstance(statement, ast.FunctionDef):
            names[statement.name] = _Function(statement, names)
        elif isinstance(statement, ast.ClassDef):
            names[statement.name] = _Class(statement, names)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._mutate(statement.value, names)

    def _mutate(self, call: ast.Call, names: Names) -> None:
        """Run ``x.append(…)`` or ``x.extend(…)``."""
        function = call.func
        if not isinstance(function, ast.Attribute) or len(call.args) != 1:
            return
        target = self.evaluate(function.value, names)
        value = self.evaluate(call.args[0], names)
        if isinstance(target, list) and function.attr == "append":
            target.append(value)
        elif isinstance(target, list) and function.attr == "extend":
            target.extend(value if isinstance(value, list | tuple) else [UNKNOWN])

    def _if(self, statement: ast.If, names: Names) -> Any:
        test = self.evaluate(statement.test, names)
        if test is not UNKNOWN:
            return self._statements(statement.body if test else statement.orelse, names)
        self._conditions.append(ast.unparse(statement.test))
        returned = self._statements(statement.body, names)
        if returned is None:
            returned = self._statements(statement.orelse, names)
        self._conditions.pop()
        return returned

    def _lacking(self, statement: ast.stmt) -> bool:
        """Whether it imports a name from a module that is here, but does not have it."""
        if not isinstance(statement, ast.ImportFrom) or not statement.module:
            return False
        names = self._module(statement.module)
        return names is not None and any(alias.name not in names for alias in statement.names)

    def _run(self, function: Any) -> Any:
        if not isinstance(function, _Function) or self._depth >= _MAX_DEPTH:
            return UNKNOWN
        self._depth += 1
        returned = self._statements(function.node.body, dict(function.names))
        self._depth -= 1
        return UNKNOWN if returned is None else returned

    def _member(self, value: Any, name: str) -> Any:
        if not isinstance(value, _Class):
            return UNKNOWN
        found = value.member(name)
        if isinstance(found, ast.FunctionDef):
            return _Function(found, value.names)
        if isinstance(found, ast.Assign | ast.AnnAssign):
            return self.evaluate(found.value, value.names)
        return UNKNOWN

    def evaluate(self, node: ast.expr | None, names: Names) -> Any:
        """Return the value of an expression, else :data:`UNKNOWN`."""
        if self._depth >= _MAX_DEPTH:
            return UNKNOWN
        self._depth += 1
        try:
            return self._evaluate(node, names)
        finally:
            self._depth -= 1

    def _evaluate(self, node: ast.expr | None, names: Names) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._name(node.id, names)
            case ast.Tuple() | ast.Set():
                return tuple(self._items(node.elts, names))
            case ast.List():
                return self._items(node.elts, names)
            case ast.Dict():
                return {
                    self.evaluate(key, names): self.evaluate(value, names)
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant | ast.Name)
                }
            case ast.Attribute():
                return self._attribute(node, names)
            case ast.BinOp(op=ast.Add()):
                left, right = self.evaluate(node.left, names), self.evaluate(node.right, names)
                if type(left) is type(right) and isinstance(left, str | list | tuple):
                    return left + right
            case ast.IfExp():
                test = self.evaluate(node.test, names)
                if test is not UNKNOWN:
                    return self.evaluate(node.body if test else node.orelse, names)
            case ast.UnaryOp(op=ast.Not()):
                value = self.evaluate(node.operand, names)
                return UNKNOWN if value is UNKNOWN else not value
            case ast.Compare(ops=[op], comparators=[other]):
                left, right = self.evaluate(node.left, names), self.evaluate(other, names)
                if isinstance(left, tuple) and isinstance(right, tuple) and type(op) in _COMPARE:
                    return _COMPARE[type(op)](left, right)
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
                return self._comprehension(node, names)
            case ast.Call():
                return self._call(node, names)
            case _:
                pass
        return UNKNOWN

    def _items(self, nodes: Iterable[ast.expr], names: Names) -> list[Any]:
        items: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.evaluate(node.value, names)
                items.extend(value if isinstance(value, list | tuple) else [UNKNOWN])
            else:
                items.append(self.evaluate(node, names))
        return items

    def _attribute(self, node: ast.Attribute, names: Names) -> Any:
        value = self.evaluate(node.value, names)
        if node.attr == "value" and isinstance(value, str):
            return value
        if node.attr == "base_version" and isinstance(value, tuple):
            return value
        return self._member(value, node.attr)

    def _comprehension(
        self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp, names: Names
    ) -> Any:
        """Evaluate ``… for x in y``: over the members of an enumeration, or over a sequence."""
        loop = node.generators[0]
        values = self.evaluate(loop.iter, names)
        if isinstance(values, _Class):
            values = [
                self._member(values, name)
                for statement in values.node.body
                for name in _targets(statement)
            ]
        simple = len(node.generators) == 1 and not loop.ifs and isinstance(loop.target, ast.Name)
        if not simple or not isinstance(values, list | tuple):
            return UNKNOWN
        target = ast.unparse(loop.target)
        return tuple(self.evaluate(node.elt, {**names, target: value}) for value in values)

    def _call(self, node: ast.Call, names: Names) -> Any:
        function = ast.unparse(node.func).rpartition(".")[2]
        if function == "Arg":
            return argument(self._bound(node, ARG, names), node)
        if function == "ActionCommand":
            return action(self._bound(node, ACTION, names), " and ".join(self._conditions))
        if function == "GroupCommand":
            return group(self._bound(node, GROUP, names), " and ".join(self._conditions))
        if function == "get_base_airflow_version_tuple":
            return self._version
        if len(node.args) == 1 and not node.keywords:
            value = self.evaluate(node.args[0], names)
            if function in ("parse", "Version") and isinstance(value, str | tuple):
                return version_tuple(value) if isinstance(value, str) else value
            if function in ("tuple", "list", "sorted", "set") and isinstance(value, list | tuple):
                return list(value) if function == "list" else tuple(value)
        if not node.args and not node.keywords:
            return self._run(self.evaluate(node.func, names))
        return UNKNOWN

    def _bound(self, node: ast.Call, parameters: tuple[str, ...], names: Names) -> Names:
        """Return the values of a call's arguments by parameter."""
        bound = {
            name: self.evaluate(value, names)
            for name, value in zip(parameters, node.args, strict=False)
        }
        return bound | {
            keyword.arg: self.evaluate(keyword.value, names)
            for keyword in node.keywords
            if keyword.arg
        }


def _targets(statement: ast.stmt) -> tuple[str, ...]:
    """Return the plain names that a statement assigns to."""
    if isinstance(statement, ast.Assign):
        return tuple(target.id for target in statement.targets if isinstance(target, ast.Name))
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return (statement.target.id,) if statement.value is not None else ()
    return ()
