"""Rules of the rules in CEL (x-kubernetes-validations): their form here, what they say by the checker in `mockapi.registry.cel`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from mockapi.machinery.fielderrors import FieldError, Path, invalid, not_supported, required
from mockapi.machinery.meta import Object
from mockapi.registry.structural.fieldpaths import FieldPathError, field_at
from mockapi.registry.structural.shape import Schema, is_embedded

_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_INTERNAL = {
    "rule": ("Rule", ""),
    "message": ("Message", ""),
    "messageExpression": ("MessageExpression", ""),
    "reason": ("Reason", None),
    "fieldPath": ("FieldPath", ""),
    "optionalOldSelf": ("OptionalOldSelf", None),
}


@dataclass(frozen=True)
class RuleScope:
    """Where a schema stands, as far as rules are concerned.

    `object_root` says that `self` has kind, apiVersion and metadata; `checked` that rules count here at all; `broken_at` is the part of
    the schema within which an old value cannot be told to belong to a new one.
    """

    object_root: bool = True
    checked: bool = True
    broken_at: Path | None = None

    def within(self, **changes: object) -> Self:
        """The scope with some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def into(self, inner: Schema) -> Self:
        """The scope of a schema within."""
        return self.within(object_root=is_embedded(inner))

    def uncorrelated(self, path: Path) -> Self:
        """The scope of what cannot be told to belong to an old value."""
        return self if self.broken_at is not None else self.within(broken_at=path)

    def without_rules(self) -> Self:
        """The scope of schemas that only judge: their rules are not compiled."""
        return self.within(checked=False)


def rule_errors(schema: Schema, path: Path, scope: RuleScope, *, compiles: bool) -> tuple[list[FieldError], list[FieldError]]:
    """The errors of the rules' form, and of what they say; the latter is looked at only where the schema is right."""
    where = path.child("x-kubernetes-validations")
    rules = schema["x-kubernetes-validations"]
    wrong = [error for position, rule in enumerate(rules) for error in _form_errors(schema, rule, where.item(position))]
    if wrong or not compiles or not scope.checked:
        return wrong, []
    from mockapi.registry.cel.rules import compiled  # noqa: PLC0415 (loads the language only where there are rules)

    found = []
    for position, rule in enumerate(rules):
        made = compiled(schema, rule, object_root=scope.object_root)
        place = where.item(position)
        if made.problem:
            found.append(invalid(place.child("rule"), shown(rule), made.problem))
        if made.message_problem:
            found.append(invalid(place.child("messageExpression"), shown(rule), made.message_problem))
        if made.uses_old and scope.broken_at is not None:
            sentence = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {scope.broken_at}"
            found.append(invalid(place.child("rule"), rule["rule"], sentence))
        elif not made.uses_old and rule.get("optionalOldSelf") is not None:
            found.append(invalid(place.child("optionalOldSelf"), rule["optionalOldSelf"], "may not be set if oldSelf is not used in rule"))
    return [], found


def shown(rule: Object) -> Object:
    """A rule as errors show it: a Go struct."""
    return {name: rule.get(field, empty) for field, (name, empty) in _INTERNAL.items()}


def _form_errors(schema: Schema, rule: Object, path: Path) -> Iterator[FieldError]:
    text, message = rule.get("rule", "").strip(), rule.get("message", "")
    if not text:
        yield required(path.child("rule"), "rule is not specified")
    elif message and not message.strip():
        yield invalid(path.child("message"), message, "message must be non-empty if specified")
    elif _broken(message.strip()):
        yield invalid(path.child("message"), message, "message must not contain line breaks")
    elif _broken(text) and not message.strip():
        yield required(path.child("message"), "message must be specified if rule contains line breaks")
    if rule.get("messageExpression") and not rule["messageExpression"].strip():
        yield required(path.child("messageExpression"), "messageExpression must be non-empty if specified")
    if rule.get("reason") is not None and rule["reason"] not in _REASONS:
        yield not_supported(path.child("reason"), rule["reason"], _REASONS)
    if rule.get("fieldPath"):
        yield from _field_path_errors(schema, rule["fieldPath"], path.child("fieldPath"))


def _field_path_errors(schema: Schema, text: str, path: Path) -> Iterator[FieldError]:
    if not text.strip():
        yield invalid(path, text, "fieldPath must be non-empty if specified")
    if _broken(text):
        yield invalid(path, text, "fieldPath must not contain line breaks")
    try:
        field_at(text, schema)
    except FieldPathError:
        yield invalid(path, text, "fieldPath must be a valid path")


def _broken(text: str) -> bool:
    return "\n" in text or "\r" in text
