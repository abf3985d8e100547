"""Semantic rules as marshmallow schemas whose errors are Kubernetes field errors.

A spec's rules are a subclass of Rules: one marshmallow field for each field with rules. `Leaf` checks a value, `Each` applies
rules to every item of a list, `Part` to a nested object; a method under `@rule("field")` states what depends on several fields.
Causes come out in the order in which the fields are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validates_schema

from mockapi.machinery.fielderrors import ROOT, FieldError, Path, required
from mockapi.machinery.meta import Object

# A check yields errors whose `field` is relative to the value checked: "" for the value itself.
Check = Callable[[Any], Iterable[FieldError]]

_context: ContextVar[dict[str, Any]] = ContextVar("validation context")


def context() -> dict[str, Any]:
    """What the caller of `errors` passed along: settings, the old object and the like."""
    return _context.get({})


class Leaf(fields.Raw):
    """A field whose value must pass the checks; absent values pass unless `must` says they may not be absent."""

    def __init__(self, *checks: Check, must: bool = False, detail: str = "") -> None:
        missing = required("", detail)
        super().__init__(
            required=must,
            allow_none=not must,
            validate=[_validator(check) for check in checks],
            error_messages={"required": missing, "null": missing},  # type: ignore[dict-item]
        )


def Part(rules: type[Rules], *, must: bool = False, detail: str = "") -> fields.Nested:  # noqa: N802 (stands where classes stand)
    """A field that holds an object with rules of its own."""
    missing = required("", detail)
    return fields.Nested(rules, required=must, allow_none=not must, error_messages={"required": missing, "null": missing})  # type: ignore[dict-item]


def Each(rules: type[Rules], *, must: bool = False, detail: str = "") -> fields.List[Any]:  # noqa: N802
    """A field that holds a list of objects with rules of their own. `must` refuses an absent list."""
    missing = required("", detail)
    return fields.List(fields.Nested(rules), required=must, allow_none=not must, error_messages={"required": missing, "null": missing})  # type: ignore[dict-item]


class Rules(Schema):
    """The rules of one object; instances are immutable and may be kept for the life of the process."""

    class Meta:
        """Fields without rules are let through."""

        unknown = INCLUDE

    def errors(self, value: Object, path: Path = ROOT, **about: Any) -> list[FieldError]:
        """All errors of the object that stands at `path`; `about` can be read through `context()`."""
        token = _context.set(about)
        try:
            self.load(value)
        except ValidationError as failure:
            return list(_flatten(failure.messages_dict, self, path))
        finally:
            _context.reset(token)
        return []


WHOLE = "_schema"
"""What stands for the object itself where a rule names a field; its errors come last."""


def rule(field: str) -> Callable[[Callable[[Any, Object], Iterable[FieldError]]], Any]:
    """Marks a method that gets the whole object and yields errors relative to `field` (`""`: the field itself)."""

    def decorate(method: Callable[[Any, Object], Iterable[FieldError]]) -> Any:
        def hook(self: Rules, _data: Object, whole: Object, **_: Any) -> None:
            found = list(method(self, whole))
            if found:
                raise ValidationError({field: found})

        hook.__name__ = method.__name__
        hook.__doc__ = method.__doc__
        # What marshmallow passes first lacks the fields that have errors.
        return validates_schema(skip_on_field_errors=False, pass_original=True)(hook)

    return decorate


def _validator(check: Check) -> Callable[[Any], None]:
    def validate(value: Any) -> None:
        found = list(check(value))
        if found:
            raise ValidationError(found)

    return validate


def _flatten(messages: dict[Any, Any], schema: Any, path: Path) -> Iterator[FieldError]:
    declared = list(getattr(schema, "fields", {}))
    order = {name: position for position, name in enumerate(declared)}
    for key in sorted(messages, key=lambda name: order.get(name, len(order))) if declared else sorted(messages):
        place = path.item(key) if isinstance(key, int) else path.child(key) if key != WHOLE else path
        yield from _unpack(messages[key], _inner(schema, key), place)


def _unpack(found: Any, schema: Any, place: Path) -> Iterator[FieldError]:
    if isinstance(found, dict):
        yield from _flatten(found, schema, place)
        return
    for error in found if isinstance(found, list) else [found]:
        yield FieldError(error.reason, _joined(place, error.field), error.message)


def _joined(place: Path, relative: str) -> str:
    if not relative:
        return str(place)
    return f"{place}{relative}" if relative.startswith("[") else str(place.child(relative))


def _inner(schema: Any, key: Any) -> Any:
    field = schema if isinstance(key, int) else getattr(schema, "fields", {}).get(key)
    if isinstance(field, fields.List):
        field = field.inner
    return field.schema if isinstance(field, fields.Nested) else field
