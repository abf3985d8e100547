"""Definitions in the groups of the Kubernetes project need its approval (KEP-1111)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery.fielderrors import FieldError, Path, invalid, required
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.definitions import ANNOTATION, approval_of, is_protected

_WHERE = Path("metadata").child("annotations").key(ANNOTATION)


def approval_errors(definition: Object, old: Object | None) -> Iterator[FieldError]:
    """An annotation that is missing or cannot be read is refused, unless it was so before."""
    if not is_protected(definition["spec"].get("group", "")):
        return
    found = approval_of(definition)
    if old is not None and approval_of(old).reason == found.reason:
        return
    if found.reason == "MissingAnnotation":
        yield required(_WHERE, found.message)
    elif found.reason == "InvalidAnnotation":
        yield invalid(_WHERE, annotations_of(definition)[ANNOTATION], found.message)
