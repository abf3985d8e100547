"""kubectl's annotation of client-side apply: what it recorded is handed over to kubectl's server-side apply, which then keeps it up."""

from __future__ import annotations

import json
from typing import Any

import orjson

from mockapi.machinery.fielderrors import METADATA
from mockapi.machinery.meta import Object, annotations_of
from mockapi.machinery.objectmeta import validate_annotations
from mockapi.registry.apply.fieldsets import FieldSet
from mockapi.registry.apply.types import NoElementError, Type
from mockapi.registry.apply.updating import Updating

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KUBECTL = "kubectl"
# What Go's JSON encoder writes in another way than ours.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "&<>\u2028\u2029"}


def handed_over(live: Object, manager: str, api_version: str, updating: Updating, of: Type) -> FieldSet | None:
    """What client-side apply set and nobody changed since: kubectl may apply over it. None when there is no such thing."""
    text = annotations_of(live).get(LAST_APPLIED)
    if manager != _KUBECTL or not text:
        return None
    try:
        applied = orjson.loads(text)
        if not isinstance(applied, dict) or applied.get("apiVersion") != api_version or any(of.check(applied)):
            return None
        return updating.unchanged(applied, live)
    except (ValueError, NoElementError):
        return None


def renew(obj: Object, applied: Object, manager: str) -> None:
    """Writes the annotation anew after an apply of kubectl, if the object has it; one that gets too long goes."""
    annotations = obj["metadata"].get("annotations") or {}
    if manager != _KUBECTL or not annotations.get(LAST_APPLIED):
        return
    renewed = {**annotations, LAST_APPLIED: _text(applied)}
    if any(error.reason == "FieldValueTooLong" for error in validate_annotations(renewed, METADATA)):
        del renewed[LAST_APPLIED]
    obj["metadata"]["annotations"] = renewed


def _text(applied: Object) -> str:
    """What was applied, as Go writes it, without the annotation itself."""
    meta: dict[str, Any] = dict(applied["metadata"])
    if meta.get("annotations"):
        meta["annotations"] = {name: value for name, value in meta["annotations"].items() if name != LAST_APPLIED}
    text = json.dumps({**applied, "metadata": meta}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES) + "\n"
