"""What decoding finds wrong, and where: the texts are those of the real server's JSON decoder (sigs.k8s.io/json on Go's encoding/json)."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Position = tuple[Any, Any]
"""A place in the value: (position of the parent, Step), or (None, Report) at the top. A plain tuple, as each object and list makes one."""

_MOST_PROBLEMS = 100
_JSON_NAMES = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object", type(None): "null"}


class DecodeError(Exception):
    """The value cannot be decoded; the text says why as the real server does, without saying of what kind the body was."""


class FieldStep(NamedTuple):
    """A step into a field of a Go struct. `go_path` also names the structs embedded on the way: `IngressRuleValue.http`."""

    key: str
    go_path: str
    struct: str


Step = FieldStep | int | str
"""A step into a struct's field, a list's item or a map's entry."""


class Report:
    """Collects the problems of one decoding. The first wrong type wins; unknown fields stay in the order of the document."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self._unknown: dict[str, None] = {}

    @property
    def unknown(self) -> list[str]:
        return list(self._unknown)

    def add_unknown(self, message: str) -> None:
        if len(self._unknown) < _MOST_PROBLEMS:
            self._unknown[message] = None


def unknown_field(at: Position, key: str) -> None:
    """Reports a key that the struct at the position does not have."""
    steps, report = _steps(at)
    report.add_unknown(f"unknown field {quoted(_path([*steps, key]))}")


def mismatch(value: Any, at: Position, go_type: str) -> Any:
    """Reports a value of the wrong JSON type. Returns None, which is how decoders say that there is nothing to keep."""
    return fail(at, type_error(_JSON_NAMES[type(value)], at, go_type))


def fail(at: Position, text: str) -> Any:
    """Reports a failure that lets decoding go on; only the first one is told. Returns None."""
    _, report = _steps(at)
    if report.failure is None:
        report.failure = text
    return None


def type_error(found: str, at: Position, go_type: str) -> str:
    """The sentence for a `found` ("string", "number 80.5") where Go expected `go_type`."""
    steps, _ = _steps(at)
    fields = [step for step in steps if isinstance(step, FieldStep)]
    if not fields:
        return f"json: cannot unmarshal {found} into Go value of type {go_type}"
    path = ".".join(step.go_path for step in fields)
    return f"json: cannot unmarshal {found} into Go struct field {fields[-1].struct}.{path} of type {go_type}"


def json_name(value: Any) -> str:
    """The name that decoding errors give to a value's JSON type."""
    return _JSON_NAMES[type(value)]


def quoted(text: str) -> str:
    """The text in double quotes, as Go's %q writes it for printable text."""
    return json.dumps(text, ensure_ascii=False)


def _steps(at: Position) -> tuple[list[Step], Report]:
    steps: list[Step] = []
    parent, step = at
    while parent is not None:
        steps.append(step)
        parent, step = parent
    return steps[::-1], step


def _path(steps: list[Step]) -> str:
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step.key if isinstance(step, FieldStep) else step
            text = f"{text}.{key}" if text else key
    return text
