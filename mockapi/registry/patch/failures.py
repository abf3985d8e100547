"""The errors that patches of several formats share."""

from __future__ import annotations

from typing import Any

from mockapi.machinery.errors import StatusError, bad_request
from mockapi.machinery.gotext import json_type_name, type_name
from mockapi.machinery.meta import Object


def rejected() -> StatusError:
    """422 without an explanation: how the real server reports a patch that does not fit the object."""
    return StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {})


def undecodable(value: Any, target: str, prefix: str = "") -> StatusError:
    """400: the patch's JSON does not have the types that it should."""
    return bad_request(f"{prefix}json: cannot unmarshal {json_type_name(value)} into {target}")


def decoded(patch: Any, prefix: str = "") -> Object | None:
    """A patch that must be an object; None stays None. StatusError 400 otherwise, its text after `prefix`."""
    if patch is None or isinstance(patch, dict):
        return patch
    raise undecodable(patch, f"Go value of type {type_name({})}", prefix)
