"""admission.k8s.io/v1 AdmissionReview: the question, and reading the answer."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

import orjson

from mockapi.machinery.gotext import quoted
from mockapi.machinery.meta import Object
from mockapi.registry.admission import CONNECT, DELETE, Attributes
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request

_GROUP = "admission.k8s.io"
_OPTIONS_VERSION = "meta.k8s.io/v1"


class InvalidReview(Exception):  # noqa: N818 (the text is what matters)
    """An answer that is none; the text is the real server's."""


@dataclass(frozen=True)
class Response:
    """AdmissionResponse: `result` is a metav1.Status or None, `patch` the text of a JSON patch."""

    allowed: bool
    result: Object | None = None
    patch: bytes = b""
    patch_type: str = ""
    warnings: list[str] = field(default_factory=list)


def admission_request(attributes: Attributes, wanted: Kind) -> Object:
    """An AdmissionRequest without uid, object and oldObject: what the CEL variable `request` holds, too."""
    kind, sub = attributes.kind, attributes.called_subresource
    request = attributes.request
    named = {"name": attributes.target.name, "namespace": attributes.namespace}
    return {
        "kind": _group_version_kind(attributes, wanted),
        "resource": _group_version_resource(wanted),
        **({"subResource": sub} if sub else {}),
        "requestKind": _group_version_kind(attributes, kind),
        "requestResource": _group_version_resource(kind),
        **({"requestSubResource": sub} if sub else {}),
        **{name: value for name, value in named.items() if value},
        "operation": attributes.operation,
        "userInfo": {"username": request.user.name, "groups": list(request.user.groups)},
        "dryRun": request.dry_run,
        "options": _options(attributes),
    }


def review(attributes: Attributes, wanted: Kind, version: str, uid: str) -> bytes:
    """The body of a question about a write, in a version of AdmissionReview."""
    obj = Versions.converted(attributes.obj, attributes.kind, wanted) if attributes.is_whole else attributes.obj
    old = Versions.converted(attributes.old, attributes.kind, wanted)
    asked = {"uid": uid, **admission_request(attributes, wanted)}
    asked = {**asked, "object": obj, "oldObject": old, "dryRun": asked.pop("dryRun"), "options": asked.pop("options")}
    return orjson.dumps({"kind": "AdmissionReview", "apiVersion": f"{_GROUP}/{version}", "request": asked})


def read_answer(body: bytes, version: str, uid: str, *, mutating: bool) -> Response:
    """What a webhook answers. InvalidReview when it does not answer the question."""
    answer = _parsed(body)
    response = answer.get("response")
    if not isinstance(response, dict):
        raise InvalidReview("webhook response was absent")
    if version != "v1":
        return _response(response, patch_type="JSONPatch" if response.get("patch") else "")
    if response.get("uid", "") != uid:
        raise InvalidReview(f"expected response.uid={quoted(uid)}, got {quoted(str(response.get('uid', '')))}")
    group_version, kind = answer.get("apiVersion", ""), answer.get("kind", "")
    if (group_version, kind) != (f"{_GROUP}/v1", "AdmissionReview"):
        shown = group_version if "/" in group_version else f"/{group_version}"
        raise InvalidReview(f"expected webhook response of {_GROUP}/v1, Kind=AdmissionReview, got {shown}, Kind={kind}")
    _check_patch(response.get("patch"), response.get("patchType"), mutating)
    return _response(response, response.get("patchType") or "")


def _check_patch(patch: Any, patch_type: Any, mutating: bool) -> None:
    if not mutating:
        for name, value in (("patch", patch), ("patchType", patch_type)):
            if value:
                raise InvalidReview(f"validating webhook may not return response.{name}")
    elif patch and patch_type is None:
        raise InvalidReview("webhook returned response.patch but not response.patchType")
    elif not patch and patch_type is not None:
        raise InvalidReview("webhook returned response.patchType but not response.patch")
    elif patch_type == "":
        raise InvalidReview('webhook returned invalid response.patchType of ""')


def _response(response: Object, patch_type: str) -> Response:
    return Response(
        allowed=response.get("allowed") is True,
        result=response.get("status"),
        patch=_patch(response.get("patch")),
        patch_type=patch_type,
        warnings=list(response.get("warnings") or ()),
    )


def _patch(encoded: Any) -> bytes:
    """The text of a patch, which comes in base64."""
    if not encoded:
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError) as failure:
        raise InvalidReview("couldn't get version/kind; json parse error: illegal base64 data at input byte 0") from failure


def _parsed(body: bytes) -> Object:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise InvalidReview(f"couldn't get version/kind; json parse error: {_complaint(failure)}") from failure
    if not isinstance(answer, dict):
        raise InvalidReview("couldn't get version/kind; json parse error: json: cannot unmarshal into an AdmissionReview")
    return answer


def _complaint(failure: orjson.JSONDecodeError) -> str:
    if failure.pos >= len(failure.doc):
        return "unexpected end of JSON input"
    return f"invalid character '{failure.doc[failure.pos]}' looking for beginning of value"


def _group_version_kind(attributes: Attributes, kind: Kind) -> Object:
    """The type of the object that is written, which for some subresources is not that of their parent."""
    if attributes.is_whole:
        return {"group": kind.group, "version": kind.version, "kind": kind.kind}
    obj = attributes.obj or {}
    group, _, version = str(obj.get("apiVersion", "")).rpartition("/")
    return {"group": group, "version": version, "kind": obj.get("kind", "")}


def _group_version_resource(kind: Kind) -> Object:
    return {"group": kind.group, "version": kind.version, "resource": kind.plural}


def _options(attributes: Attributes) -> Object | None:
    """The write's options; a patch is an update or a creation to those who are asked."""
    if attributes.operation == CONNECT:
        return None
    if attributes.operation == DELETE:
        return {"kind": "DeleteOptions", "apiVersion": _OPTIONS_VERSION, **(attributes.options or {})}
    return {"kind": f"{attributes.operation.capitalize()}Options", "apiVersion": _OPTIONS_VERSION, **_write_options(attributes.request)}


def _write_options(request: Request) -> Object:
    found: Object = {"dryRun": ["All"]} if request.dry_run else {}
    if request.field_manager:
        found["fieldManager"] = request.field_manager
    if request.field_validation:
        found["fieldValidation"] = request.field_validation
    return found
