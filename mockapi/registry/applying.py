"""Server-side apply on an object of a kind, with the strictness and the errors of a PATCH of application/apply-patch+yaml."""

from __future__ import annotations

from mockapi.machinery import errors
from mockapi.machinery.meta import Object, name_of, namespace_of
from mockapi.registry.body import Patch
from mockapi.registry.kind import Kind
from mockapi.registry.ownership import Ownership
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.registry.schema.decode import DecodeError
from mockapi.registry.schema.yamltext import strict_yaml_error


class Applier:
    """Turns a live object and what is applied to it into what may be stored."""

    def __init__(self, pipeline: Pipeline, ownership: Ownership) -> None:
        self._pipeline = pipeline
        self._ownership = ownership

    def apply(self, kind: Kind, live: Object | None, patch: Patch, request: Request, subresource: str = "") -> Object:
        """The object that the apply makes, decoded and with defaults; `live` is None where there is none yet. Raises StatusError."""
        merged = self._ownership.applied(kind, live, patch, request, subresource)
        try:
            obj, _ = self._pipeline.decode(kind, merged, converted=True)
        except DecodeError as failure:
            what = f"{namespace_of(merged)}/{name_of(merged)}; {kind.group}/{kind.version}, Kind={kind.kind}"
            sentence = f"failed to convert new object ({what}) to proper version ({kind.api_version}): {failure}"
            raise errors.unexplained(sentence) from failure
        if patch.problems and request.field_validation == "Strict":
            sentence = strict_yaml_error(patch.problems)
            raise errors.bad_request(f"error strict decoding YAML: error converting YAML to JSON: {sentence}")
        if request.field_validation == "Warn":
            for problem in patch.problems:
                request.warn(problem)
        return obj
