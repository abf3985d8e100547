"""Applying a patch to an object of a kind, with the strictness and the errors of a PATCH."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

from mockapi.machinery import errors
from mockapi.machinery.fielderrors import invalid
from mockapi.machinery.gotext import value_text
from mockapi.machinery.meta import Object
from mockapi.registry.body import JSON_PATCH, STRATEGIC_MERGE_PATCH, Patch
from mockapi.registry.kind import Kind
from mockapi.registry.patch.merge_patch import apply_merge_patch
from mockapi.registry.patch.meta import PatchMeta
from mockapi.registry.patch.strategic import merge
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.registry.schema.decode import DecodeError
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.fields import patch_meta


class Patcher:
    """Knows the patch formats and, for strategic merges, each kind's merge keys."""

    def __init__(self, pipeline: Pipeline, definitions: Definitions) -> None:
        self._pipeline = pipeline
        self._meta: Callable[[Kind], PatchMeta] = cache(lambda kind: patch_meta(definitions, pipeline.definition_name(kind)))

    def apply(self, kind: Kind, current: Object, patch: Patch, request: Request) -> Object:
        """The object that the patch makes of `current`, decoded and with defaults. Raises StatusError."""
        patched, shown = self._patched(kind, current, patch)
        try:
            # The real server writes the patched object with sorted keys before it reads it.
            obj, unknown = self._pipeline.decode(kind, patched, converted=patch.media_type == STRATEGIC_MERGE_PATCH)
        except DecodeError as failure:
            raise _invalid(shown(), str(failure)) from failure
        problems = patch.problems + sorted(unknown)
        if problems and request.field_validation == "Strict":
            raise _invalid(shown(), "strict decoding error: " + ", ".join(problems))
        if request.field_validation == "Warn":
            for problem in problems:
                request.warn(problem)
        return obj

    def _patched(self, kind: Kind, current: Object, patch: Patch) -> tuple[Object, Callable[[], str]]:
        """The patched object, and what an error about it shows: the patch of a strategic merge, else the patched object."""
        if patch.media_type == STRATEGIC_MERGE_PATCH:
            merged = merge(current, patch.value, self._meta(kind))
            return merged.obj, lambda: value_text(merged.rest)
        patched = self._by_media_type(current, patch)
        return patched, lambda: json.dumps(patched, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def _by_media_type(current: Object, patch: Patch) -> Object:
        if patch.media_type != JSON_PATCH:
            return apply_merge_patch(current, patch.value)
        from mockapi.registry.patch.json_patch import apply_json_patch  # noqa: PLC0415 (its library is slow to load)

        return apply_json_patch(current, patch.value)


def _invalid(shown: str, detail: str) -> errors.StatusError:
    """422 without kind or name."""
    return errors.invalid("", "", "", [invalid("patch", shown, detail)])
