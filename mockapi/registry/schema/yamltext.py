"""YAML as the server reads it: the first document, by the scalar rules of YAML 1.1 as Go's library has them, turned into JSON values.

Keys become strings and are sorted, as the server makes JSON of YAML before it decodes it.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mockapi.registry.schema.report import DecodeError, quoted

_PLAIN = "tag:mockapi,plain"
_TAGS = "tag:yaml.org,2002:"
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_INTEGER = re.compile(r"([+-]?)(?:0[bB]([01]+)|0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[+-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+-]?[0-9]+)?")
_BASES = {2: 2, 3: 16, 4: 8, 5: 10}
_LARGEST_WHOLE = 1e21
_MERGE = "<<"
_FEW_VISITS = 1000
_ALIAS_RATIO = 0.99

_Base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Leaves the meaning of plain scalars to us: they all get one tag."""

    yaml_implicit_resolvers = {None: [(_PLAIN, re.compile(""))]}  # noqa: RUF012 the name is the base class's


def parse_yaml(text: str | bytes) -> tuple[Any, list[str]]:
    """The first document, and a `line 6: key "k" already set in map` for each key that stands twice. DecodeError with Go's error.

    An empty text is null.
    """
    reader = _Reader()
    return reader.value(_first_document(text)), reader.problems


def strict_yaml_error(problems: list[str]) -> str:
    """The problems of `parse_yaml` as the one error that strict decoding makes of them."""
    return "yaml: unmarshal errors:\n" + "\n".join(f"  {problem}" for problem in problems)


def _first_document(text: str | bytes) -> Node | None:
    loader = None
    try:
        loader = _Loader(text)
        node: Node | None = loader.get_node() if loader.check_node() else None
    except yaml.MarkedYAMLError as error:
        raise DecodeError(_sentence(error)) from None
    except yaml.YAMLError as error:
        raise DecodeError("yaml: control characters are not allowed") from error
    finally:
        if loader is not None:
            loader.dispose()
    return node


def _sentence(error: yaml.MarkedYAMLError) -> str:
    """Go's words for an error of the scanner or parser. A line is told unless it is the first of all."""
    line = error.problem_mark.line if error.problem_mark else 0
    if line:
        line += isinstance(error, yaml.scanner.ScannerError)
    elif error.context_mark:
        line = error.context_mark.line
    return f"yaml: {f'line {line}: ' if line else ''}{error.problem}"


class _Reader:
    """Makes values of one document's nodes."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._open: set[int] = set()
        self._done: set[int] = set()
        self._visits = 0
        self._alias_depth = 0
        self._aliased = 0

    def value(self, node: Node | None) -> Any:
        if node is None:
            return None
        if id(node) in self._open:
            raise DecodeError("yaml: anchor value contains itself")
        is_alias = id(node) in self._done
        self._alias_depth += is_alias
        self._open.add(id(node))
        self._count()
        value = self._value(node)
        self._open.remove(id(node))
        self._done.add(id(node))
        self._alias_depth -= is_alias
        return value

    def _value(self, node: Node) -> Any:
        if isinstance(node, MappingNode):
            return self._object(node)
        return self._list(node) if isinstance(node, SequenceNode) else _scalar(node)

    def _count(self) -> None:
        """Refuses documents that are small to write and huge to read, by the measure that Go's library takes."""
        self._visits += 1
        self._aliased += self._alias_depth > 0
        if self._visits > _FEW_VISITS and self._aliased > _ALIAS_RATIO * self._visits:
            raise DecodeError("yaml: document contains excessive aliasing")

    def _list(self, node: SequenceNode) -> list[Any]:
        return [self.value(item) for item in node.value]

    def _object(self, node: MappingNode) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if _is_merge(key_node):
                merged = self._merge(value_node) | merged
                continue
            raw = self.value(key_node)
            key = _key(raw)
            if key in own:
                self.problems.append(f"line {value_node.start_mark.line + 1}: key {_go_syntax(raw)} already set in map")
            own[key] = self.value(value_node)
        return dict(sorted((merged | own).items()))

    def _merge(self, node: Node) -> dict[str, Any]:
        sources = node.value[::-1] if isinstance(node, SequenceNode) else [node]
        out: dict[str, Any] = {}
        for source in sources:
            value = self.value(source)
            if not isinstance(value, dict):
                raise DecodeError("yaml: map merge requires map or sequence of maps as the value")
            out |= value
        return out


def _is_merge(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == _PLAIN and node.value == _MERGE


def _scalar(node: Node) -> Any:
    if node.tag == _PLAIN:
        return _plain(node.value)
    kind = node.tag.removeprefix(_TAGS)
    return _plain(node.value) if kind in ("int", "float", "bool", "null") else node.value


def _plain(text: str) -> Any:
    """What a plain scalar means: null, a boolean, a number, or itself. Times stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "")
    if match := _INTEGER.fullmatch(digits):
        return _integer(match)
    return _whole(float(digits)) if _FLOAT.fullmatch(digits) else text


def _integer(match: re.Match[str]) -> int | float:
    group = next(number for number in _BASES if match[number] is not None)
    value = int(f"{match[1]}{match[group]}", _BASES[group])
    return value if -(2**63) <= value < 2**64 else float(value)


def _whole(value: float) -> int | float:
    """A float as it comes back from JSON: Go writes whole numbers without a point."""
    return int(value) if abs(value) < _LARGEST_WHOLE and value == int(value) else value


def _key(value: Any) -> str:
    """A key as JSON has it. DecodeError for keys that are maps, lists or null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if value is None:
        return "null"
    raise DecodeError(f"yaml: invalid map key: {_go_syntax(value)}")


def _go_syntax(value: Any) -> str:
    """The value as Go's %#v writes it."""
    if isinstance(value, dict):
        entries = ", ".join(f"{_go_syntax(key)}:{_go_syntax(item)}" for key, item in value.items())
        return f"map[interface {{}}]interface {{}}{{{entries}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_go_syntax, value))}}}"
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else str(value)
