"""Validation of values against a structural schema, with the errors and in the order of the real server (kube-openapi's validation).

On update an error is let pass when the part of the object that it is about has not changed (KEP-4008, validation ratcheting).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.registry.structural import shape
from mockapi.registry.structural.listtypes import frozen, identity
from mockapi.registry.structural.outcome import ABSENT, Outcome, broken, whole
from mockapi.registry.structural.scalars import enum_check, number_check, text_check, type_check
from mockapi.registry.structural.shape import Schema, joined

# Validates a value that stands at the path; the second argument is what stood there before, or ABSENT.
Validate = Callable[[Any, Any, str], Outcome]


def validator(schema: Schema) -> Validate:
    """The function that validates values of a schema."""
    of_type, in_enum = type_check(schema), enum_check(schema)
    of_text, of_number = text_check(schema), number_check(schema)
    junctors = _junctors(schema)
    of_items, of_fields = _items(schema), _fields(schema)

    def parts(value: Any) -> Iterator[Callable[[Any, Any, str], Outcome]]:
        """The checks that apply to the value, in the order in which they are made."""
        if of_type is not None:
            yield _plain(of_type)
        if value is not None:
            if junctors is not None:
                yield junctors
            if of_text is not None and isinstance(value, str):
                yield _plain(of_text)
            if of_number is not None and isinstance(value, int | float) and not isinstance(value, bool):
                yield _plain(of_number)
            if of_items is not None and isinstance(value, list):
                yield of_items
        if in_enum is not None:
            yield _plain(in_enum)
        if of_fields is not None and isinstance(value, dict):
            yield of_fields

    def validate(value: Any, old: Any, path: str) -> Outcome:
        outcome = Outcome()
        for part in parts(value):
            outcome.merge(part(value, old, path))
            outcome.matches += 1
        if outcome.errors and old is not ABSENT and old == value:
            return Outcome(matches=outcome.matches)
        return outcome

    return validate


def _plain(check: Callable[[Any, str], Iterator[FieldError]]) -> Validate:
    return lambda value, _old, path: Outcome(check(value, path))


def _junctors(schema: Schema) -> Validate | None:
    """anyOf, oneOf, allOf and not. What is unchanged within them is not let pass."""
    any_of, one_of, all_of = ([validator(inner) for inner in schema.get(name) or ()] for name in ("anyOf", "oneOf", "allOf"))
    never = validator(schema["not"]) if schema.get("not") is not None else None
    if not (any_of or one_of or all_of or never):
        return None

    def validate(value: Any, _old: Any, path: str) -> Outcome:
        outcome = Outcome()
        if any_of:
            outcome.merge(_any_of(any_of, value, path))
        if one_of:
            outcome.merge(_one_of(one_of, value, path))
        if all_of:
            outcome.merge(_all_of(all_of, value, path))
        if never is not None and never(value, ABSENT, path).valid:
            outcome.add(whole(f'"{path}" must not validate the schema (not)'))
        return outcome

    return validate


def _best(failures: list[Outcome]) -> Outcome:
    return max(failures, key=lambda outcome: outcome.matches)


def _any_of(alternatives: list[Validate], value: Any, path: str) -> Outcome:
    failures = []
    for validate in alternatives:
        outcome = validate(value, ABSENT, path)
        if outcome.valid:
            return Outcome()
        failures.append(outcome)
    found = Outcome([whole(f'"{path}" must validate at least one schema (anyOf)')])
    found.merge(_best(failures))
    return found


def _one_of(alternatives: list[Validate], value: Any, path: str) -> Outcome:
    outcomes = [validate(value, ABSENT, path) for validate in alternatives]
    valid = sum(outcome.valid for outcome in outcomes)
    if valid == 1:
        return Outcome()
    how_many = f"Found {valid} valid alternatives" if valid else "Found none valid"
    found = Outcome([whole(f'"{path}" must validate one and only one schema (oneOf). {how_many}')])
    if not valid:
        found.merge(_best(outcomes))
    return found


def _all_of(parts: list[Validate], value: Any, path: str) -> Outcome:
    outcomes = [validate(value, ABSENT, path) for validate in parts]
    found = Outcome()
    for outcome in outcomes:
        found.merge(outcome)
    valid = sum(outcome.valid for outcome in outcomes)
    if valid < len(outcomes):
        found.add(whole(f'"{path}" must validate all the schemas (allOf){"" if valid else ". None validated"}'))
    return found


def _items(schema: Schema) -> Validate | None:
    inner = shape.items(schema)
    each = validator(inner) if inner is not None else None
    fewest, most = schema.get("minItems"), schema.get("maxItems")
    if each is None and fewest is None and most is None:
        return None
    is_map = schema.get("x-kubernetes-list-type") == "map"

    def validate(value: list[Any], old: Any, path: str) -> Outcome:
        outcome = Outcome()
        before = _by_identity(schema, old) if is_map and isinstance(old, list) else {}
        if each is not None:
            for position, item in enumerate(value):
                counterpart = before.get(frozen(identity(schema, item)), ABSENT) if before else ABSENT
                outcome.merge(each(item, counterpart, f"{path}[{position}]"))
        if fewest is not None and len(value) < fewest:
            outcome.add(broken(path, len(value), f"should have at least {fewest} items"))
        if most is not None and len(value) > most:
            outcome.add(fielderrors.too_many(path, len(value), most))
        return outcome

    return validate


def _by_identity(schema: Schema, items: list[Any]) -> dict[str, Any]:
    return {frozen(identity(schema, item)): item for item in items}


def _fields(schema: Schema) -> Validate | None:
    fields = {name: validator(inner) for name, inner in shape.properties(schema).items()}
    inner = shape.values(schema)
    rest = validator(inner) if inner is not None else None
    required = [name for name in schema.get("required") or () if shape.properties(schema).get(name, {}).get("default") is None]
    fewest, most = schema.get("minProperties"), schema.get("maxProperties")
    closed = schema.get("additionalProperties") is False
    if not (fields or rest or required or closed) and fewest is None and most is None:
        return None

    def validate(value: dict[str, Any], old: Any, path: str) -> Outcome:
        if fewest is not None and len(value) < fewest:
            return Outcome([broken(path, len(value), f"should have at least {fewest} properties")])
        if most is not None and len(value) > most:
            return Outcome([fielderrors.too_many(path, len(value), most)])
        outcome = Outcome()
        before = old if isinstance(old, dict) else {}
        for name in sorted(value):
            if rest is not None and name not in fields:
                outcome.merge(rest(value[name], before.get(name, ABSENT), joined(path, name)))
            elif closed and name not in fields:
                outcome.add(broken(joined(path, name), "", "is a forbidden property"))
        for name in sorted(fields.keys() & value.keys()):
            outcome.merge(fields[name](value[name], before.get(name, ABSENT), joined(path, name)))
        for name in required:
            if name not in value:
                outcome.add(fielderrors.required(joined(path, name)))
        return outcome

    return validate
