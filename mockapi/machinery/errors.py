"""Failures that a client sees: each is a metav1.Status."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object


class StatusError(Exception):
    """A request failed; `status()` is the body, `code` the HTTP status.

    `details` None leaves the field out; {} writes it empty, as some answers of the real server do. `metadata` is a ListMeta.
    """

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.metadata: Object = {}

    def status(self) -> Object:
        """The metav1.Status that a client reads."""
        body: Object = {"kind": "Status", "apiVersion": "v1", "metadata": self.metadata, "status": "Failure", "message": self.message}
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


def details(kind: str, name: str = "", group: str = "", **more: Any) -> Object:
    """metav1.StatusDetails with empty fields left out."""
    fields = {"name": name, "group": group, "kind": kind, **more}
    return {key: value for key, value in fields.items() if value}


def resource_text(plural: str, group: str) -> str:
    """A resource as sentences name it: `services`, `deployments.apps`."""
    return f"{plural}.{group}" if group else plural


def not_found(plural: str, group: str, name: str) -> StatusError:
    """404: there is no such object."""
    return StatusError(404, "NotFound", f'{resource_text(plural, group)} "{name}" not found', details(plural, name, group))


def already_exists(plural: str, group: str, name: str) -> StatusError:
    """409: a create met an object of that name."""
    return StatusError(409, "AlreadyExists", f'{resource_text(plural, group)} "{name}" already exists', details(plural, name, group))


def conflict(plural: str, group: str, name: str, sentence: str) -> StatusError:
    """409: the write no longer fits what is stored."""
    text = f'Operation cannot be fulfilled on {resource_text(plural, group)} "{name}": {sentence}'
    return StatusError(409, "Conflict", text, details(plural, name, group))


def modified(plural: str, group: str, name: str) -> StatusError:
    """409: the resourceVersion sent is not the stored one."""
    return conflict(plural, group, name, "the object has been modified; please apply your changes to the latest version and try again")


def forbidden(plural: str, group: str, name: str, sentence: str) -> StatusError:
    """403: an admission rule or authorization says no."""
    what = f'{resource_text(plural, group)} "{name}"' if name else resource_text(plural, group)
    return StatusError(403, "Forbidden", f"{what} is forbidden: {sentence}", details(plural, name, group))


def invalid(kind: str, group: str, name: str, errors: Iterable[FieldError]) -> StatusError:
    """422: the object breaks rules. The message lists each error once, the causes list all."""
    causes = list(errors)
    sentences = list(dict.fromkeys(str(error) for error in causes))
    text = sentences[0] if len(sentences) == 1 else "[" + ", ".join(sentences) + "]"
    body = {"name": name, "group": group, "kind": kind, "causes": [error.as_cause() for error in causes]}
    return StatusError(422, "Invalid", f'{resource_text(kind, group)} "{name}" is invalid: {text}', {k: v for k, v in body.items() if v})


def bad_request(message: str) -> StatusError:
    """400: the request makes no sense."""
    return StatusError(400, "BadRequest", message)


def internal(message: str) -> StatusError:
    """500 with the reason InternalError and its usual cause."""
    return StatusError(500, "InternalError", f"Internal error occurred: {message}", {"causes": [{"message": message}]})


def unexplained(message: str) -> StatusError:
    """500 without a reason: how the real server reports plain Go errors."""
    return StatusError(500, "", message)


def expired(message: str) -> StatusError:
    """410: the resourceVersion or continue token is too old."""
    return StatusError(410, "Expired", message)


def method_not_allowed() -> StatusError:
    """405: the resource has no such verb."""
    return StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def method_not_supported(plural: str, group: str, verb: str) -> StatusError:
    """405: the resource can be asked for otherwise, but not so."""
    sentence = f'{verb} is not supported on resources of kind "{resource_text(plural, group)}"'
    return StatusError(405, "MethodNotAllowed", sentence, details(plural, group=group))


def unknown_resource() -> StatusError:
    """404: no such resource is served."""
    return StatusError(404, "NotFound", "the server could not find the requested resource", {})


def unsupported(message: str) -> StatusError:
    """501: a real cluster can do this, this server cannot."""
    return StatusError(501, "NotImplemented", message)
