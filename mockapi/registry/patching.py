"""Applying a patch to an object of a kind, with the strictness and the errors of a PATCH."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from mockapi.machinery import errors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.body import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Patch
from mockapi.registry.kind import Kind
from mockapi.registry.patch.json_patch import apply_json_patch
from mockapi.registry.patch.merge_patch import apply_merge_patch
from mockapi.registry.patch.meta import PatchMeta
from mockapi.registry.patch.strategic import apply_strategic_merge_patch
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.fields import patch_meta


class Patcher:
    """Knows the patch formats and, for strategic merges, each kind's merge keys."""

    def __init__(self, pipeline: Pipeline, definitions: Definitions) -> None:
        self._pipeline = pipeline
        self._meta: Callable[[Kind], PatchMeta] = cache(lambda kind: patch_meta(definitions, pipeline.definition_name(kind)))

    def apply(self, kind: Kind, current: Object, patch: Patch, request: Request) -> Object:
        """The object that the patch makes of `current`, decoded and with defaults. Raises StatusError."""
        patched = self._patched(kind, current, patch)
        obj, unknown = self._pipeline.decode(kind, patched)
        problems = patch.problems + unknown
        if problems and request.field_validation == "Strict":
            raise _strict_error(patched, patch, problems)
        if request.field_validation == "Warn":
            for problem in problems:
                request.warn(problem)
        return obj

    def _patched(self, kind: Kind, current: Object, patch: Patch) -> Object:
        if patch.media_type == JSON_PATCH:
            return apply_json_patch(current, patch.value)
        if patch.media_type == MERGE_PATCH:
            return apply_merge_patch(current, patch.value)
        assert patch.media_type == STRATEGIC_MERGE_PATCH
        return apply_strategic_merge_patch(current, patch.value, self._meta(kind))


def _strict_error(patched: Object, patch: Patch, problems: list[str]) -> errors.StatusError:
    """422 without kind or name; the value shown is the patch for a strategic merge, else the patched object's text."""
    strategic = patch.media_type == STRATEGIC_MERGE_PATCH
    shown = go_text(patch.value) if strategic else json.dumps(patched, ensure_ascii=False, separators=(",", ":"))
    detail = "strict decoding error: " + ", ".join(problems)
    error = FieldError("FieldValueInvalid", "patch", f"Invalid value: {json.dumps(shown, ensure_ascii=False)}: {detail}")
    return errors.invalid("", "", "", [error])


def go_text(value: Any) -> str:
    """A JSON value as Go's %v prints it: `map[a:1 b:[x y]]`."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go_text(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_text(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)
