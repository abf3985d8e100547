"""Rules of a resource's names (apiextensions.k8s.io/v1 CustomResourceDefinitionNames)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, Path, invalid, required
from mockapi.machinery.meta import Object

_MUST = ("plural", "singular", "kind", "listKind")
_MIXED = "may have mixed case, but should otherwise match: "


def missing_names(declared: Object, path: Path) -> Iterator[FieldError]:
    """The names that a spec must give."""
    return (required(path.child(field)) for field in _MUST if not declared.get(field))


def name_errors(declared: Object, path: Path) -> Iterator[FieldError]:
    """The errors of the names that are given."""
    for field in ("plural", "singular"):
        yield from _label(declared.get(field, ""), path.child(field))
    for field in ("kind", "listKind"):
        value = declared.get(field, "")
        for message in names.dns1035_label(value.lower()) if value else ():
            yield invalid(path.child(field), value, _MIXED + message)
    yield from _labels(declared, "shortNames", path)
    if declared.get("kind") and declared["kind"] == declared.get("listKind"):
        yield invalid(path.child("listKind"), declared["listKind"], "kind and listKind may not be the same")
    yield from _labels(declared, "categories", path)


def _labels(declared: Object, field: str, path: Path) -> Iterator[FieldError]:
    for position, value in enumerate(declared.get(field) or ()):
        messages = names.dns1035_label(value)
        if messages:
            yield invalid(path.child(field).item(position), value, ",".join(messages))


def _label(value: str, path: Path) -> Iterator[FieldError]:
    messages = names.dns1035_label(value) if value else []
    if messages:
        yield invalid(path, value, ",".join(messages))
