"""What decoding finds wrong, and where: the texts are those of the real server's JSON decoder (sigs.k8s.io/json on Go's encoding/json)."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Position = tuple[Any, Any]
"""A place in the value: (position of the parent, Step), or (None, Report) at the top. A plain tuple, as each object and list makes one."""

_MOST_PROBLEMS = 100
_JSON_NAMES = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object", type(None): "null"}
_GO_KINDS = {str: "string", bool: "bool", int: "int64", float: "float64", list: "slice", dict: "map"}
_INTEGERS = ("int32", "int64")
_NUMBERS = (*_INTEGERS, "float64")


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

    def wrong_type(self, value: Any, fields: list[FieldStep], go_type: str, kind: str) -> str:
        """The sentence for a value that a Go type of that reflect.Kind cannot hold."""
        found = _JSON_NAMES[type(value)]
        if found == "number" and kind in _INTEGERS:
            found = f"number {value!r}"
        if not fields:
            return f"json: cannot unmarshal {found} into Go value of type {go_type}"
        path = ".".join(step.go_path for step in fields)
        return f"json: cannot unmarshal {found} into Go struct field {fields[-1].struct}.{path} of type {go_type}"


class ConversionReport(Report):
    """The problems as the converter of unstructured objects tells them, which the server uses after a strategic merge patch."""

    @property
    def unknown(self) -> list[str]:
        return sorted(super().unknown)

    def wrong_type(self, value: Any, fields: list[FieldStep], go_type: str, kind: str) -> str:
        found = _GO_KINDS[type(value)]
        if kind in ("slice", "map"):
            return f"cannot restore {kind} from {found}"
        if kind == "struct":
            return f"cannot restore struct from: {found}"
        if (found == "int64" and kind == "string") or (found in _NUMBERS and kind in _NUMBERS):
            return f"cannot convert {found} to {go_type}"
        return f"unrecognized type: {kind}"


def unknown_field(at: Position, key: str) -> None:
    """Reports a key that the struct at the position does not have."""
    steps, report = _steps(at)
    report.add_unknown(f"unknown field {quoted(_path([*steps, key]))}")


def mismatch(value: Any, at: Position, go_type: str, kind: str) -> Any:
    """Reports a value of the wrong JSON type; decoding goes on. Returns None: there is nothing to keep."""
    return fail(at, _wrong_type(value, at, go_type, kind))


def refusal(value: Any, at: Position, go_type: str) -> DecodeError:
    """The failure of a type that decodes itself: it ends the decoding, to be raised."""
    return DecodeError(_wrong_type(value, at, go_type, go_type))


def fail(at: Position, text: str) -> Any:
    """Reports a failure that lets decoding go on; only the first one is told. Returns None."""
    _, report = _steps(at)
    if report.failure is None:
        report.failure = text
    return None


def _wrong_type(value: Any, at: Position, go_type: str, kind: str) -> str:
    steps, report = _steps(at)
    return report.wrong_type(value, [step for step in steps if isinstance(step, FieldStep)], go_type, kind)


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
