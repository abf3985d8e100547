"""Calls that a handler answers: of subresources that are not views of their parent, and of kinds of which nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockapi.machinery.meta import Key, Object
from mockapi.registry.admission import CONNECT, CREATE, UPDATE, Attributes
from mockapi.registry.kind import Kind
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.registry.subresource import Subresource

_OPERATIONS = {"create": CREATE, "update": UPDATE}
_FLAGS = frozenset({"stdin", "stdout", "stderr", "tty"})


def admit_call(
    pipeline: Pipeline, kind: Kind, key: Key, verb: str, body: Object, request: Request, subresource: Subresource | None
) -> Object:
    """Asks admission about a call, and gives the body as admission leaves it. StatusError when refused.

    A call that ends in a write of the parent itself is asked about when that is written.
    """
    if subresource is None:
        if verb == "create":
            # What is not named, as a review, has no name and no namespace of its own.
            pipeline.admit(Attributes(CREATE, kind, body, None, request, read=pipeline.reader(kind)))
        return body
    if subresource.connects:
        pipeline.admit(Attributes(CONNECT, kind, _options(subresource, request), None, request, subresource.name, part_of=key))
    elif verb in _OPERATIONS and subresource.kind not in {"", kind.kind}:
        typed = {"kind": subresource.kind, "apiVersion": _version(kind, subresource)}
        sent = {**typed, **body}
        pipeline.admit(Attributes(_OPERATIONS[verb], kind, sent, None, request, subresource.name, part_of=key))
        return {field: value for field, value in sent.items() if field in body or field not in typed}
    return body


def _version(kind: Kind, subresource: Subresource) -> str:
    version = subresource.version or kind.version
    group = subresource.group or (kind.group if not subresource.version else "")
    return f"{group}/{version}" if group else version


def _options(subresource: Subresource, request: Request) -> Object:
    """The query of a connection as an object: PodExecOptions and its like."""
    return {"kind": subresource.kind, "apiVersion": "v1", **_values(request.parameters)}


def _values(query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, given in query.items():
        if name == "command":
            found[name] = list(given)
        elif name == "ports":
            found[name] = [int(port) for port in given if port.isdigit()]
        else:
            found[name] = given[0] in {"true", "1"} if name in _FLAGS else given[0]
    return found
