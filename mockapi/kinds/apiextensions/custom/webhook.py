"""Conversion of custom resources by a webhook (apiextensions.k8s.io ConversionReview)."""

from __future__ import annotations

import uuid
from typing import Any

import orjson

from mockapi.machinery import errors
from mockapi.machinery.gotext import quoted
from mockapi.machinery.meta import Object
from mockapi.registry.dynamic.endpoint import CallFailure, Endpoint, Read

REVIEW_VERSIONS = ("v1", "v1beta1")
_GROUP = "apiextensions.k8s.io"
_TIMEOUT_SECONDS = 30
# What of its metadata a conversion may change.
_CHANGEABLE = ("labels", "annotations")


class _InvalidAnswer(Exception):  # noqa: N818 (the text is what matters)
    """An answer that is none; the text is the real server's."""


class WebhookConverter:
    """Asks the webhook of a definition; may be used by many threads."""

    def __init__(self, webhook: Object, read: Read) -> None:
        self._endpoint = Endpoint(webhook["clientConfig"])
        self._version = next(version for version in webhook["conversionReviewVersions"] if version in REVIEW_VERSIONS)
        self._read = read

    def convert(self, obj: Object, api_version: str) -> Object:
        """The object in another version. StatusError 500, without a reason, when the webhook does not give it."""
        uid = str(uuid.uuid4())
        request = {"uid": uid, "desiredAPIVersion": api_version, "objects": [obj]}
        review = {"kind": "ConversionReview", "apiVersion": f"{_GROUP}/{self._version}", "request": request}
        named = f"conversion webhook for {obj['apiVersion']}, Kind={obj['kind']}"
        try:
            found = self._converted(self._endpoint.call(orjson.dumps(review), _TIMEOUT_SECONDS, self._read), uid)
        except (CallFailure, _InvalidAnswer) as failure:
            raise errors.unexplained(f"{named} failed: {failure}") from failure
        if len(found) != 1:
            raise errors.unexplained(f"{named} returned {len(found)} objects, expected 1")
        try:
            return _checked(obj, found[0], api_version)
        except _InvalidAnswer as failure:
            raise errors.unexplained(f"{named} returned invalid converted object: {failure}") from failure

    def _converted(self, body: bytes, uid: str) -> list[Any]:
        """The converted objects of an answer."""
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError as failure:
            raise _InvalidAnswer(f"couldn't get version/kind; json parse error: {failure.msg}") from failure
        response = answer.get("response") if isinstance(answer, dict) else None
        if not isinstance(response, dict):
            raise _InvalidAnswer("no response provided")
        if self._version == "v1" and response.get("uid", "") != uid:
            raise _InvalidAnswer(f"expected response.uid={quoted(uid)}, got {quoted(str(response.get('uid', '')))}")
        result = response.get("result") or {}
        if result.get("status") != "Success":
            status = result.get("status", "")
            raise _InvalidAnswer(result.get("message") or f"response.result.status was '{status}', not 'Success'")
        return list(response.get("convertedObjects") or ())


def _checked(original: Object, converted: Any, api_version: str) -> Object:
    """The converted object with all metadata of the original but what a conversion may change."""
    converted = converted if isinstance(converted, dict) else {}
    if converted.get("apiVersion") != api_version:
        received = converted.get("apiVersion", "")
        raise _InvalidAnswer(f"invalid groupVersion (expected {api_version}, received {received})")
    if converted.get("kind") != original["kind"]:
        raise _InvalidAnswer(f"must have the same kind: {original['kind']} != {converted.get('kind', '')}")
    meta, before = converted.get("metadata"), original["metadata"]
    if not isinstance(meta, dict):
        raise _InvalidAnswer("missing metadata in converted object")
    for field in ("name", "namespace", "uid"):
        if meta.get(field, "") != before.get(field, ""):
            shown = "UID" if field == "uid" else field
            raise _InvalidAnswer(f"must have the same {shown}: {before.get(field, '')} != {meta.get(field, '')}")
    kept = {name: value for name, value in before.items() if name not in _CHANGEABLE}
    return {**converted, "metadata": {**kept, **{name: meta[name] for name in _CHANGEABLE if _is_texts(meta, name)}}}


def _is_texts(meta: Object, name: str) -> bool:
    """Whether there are labels, or annotations, and they are what they must be."""
    values = meta.get(name)
    if values is None:
        return False
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise _InvalidAnswer(f"invalid metadata.{name} in converted object")
    return True
