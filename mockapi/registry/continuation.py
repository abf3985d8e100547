"""Continue tokens: where the next page of a list begins, and of which revision it is a page.

They are URL-safe base64 without padding around JSON, as those of the real server, and refused in its words.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from typing import Any, NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.gotext import json_type_name
from mockapi.registry.schema.syntax import syntax_error

_VERSION = "meta.k8s.io/v1"
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")


class Position(NamedTuple):
    """The next page begins at the first key from `start` on. A revision below 0 means whatever is there now."""

    revision: int
    start: str


def encode_token(position: Position) -> str:
    """The token of a position."""
    text = json.dumps({"v": _VERSION, "rv": position.revision, "start": position.start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_token(token: str) -> Position:
    """The position of a token. StatusError 400 for what is none."""
    parsed = _parsed(_bytes(token))
    version, revision, start = parsed["v"], parsed["rv"], parsed["start"]
    if version != _VERSION:
        raise _refusal(f'server does not recognize this encoded version "{version}"')
    if revision == 0:
        raise _refusal(f"incorrect encoded start resourceVersion (version {_VERSION})")
    if not start:
        raise _refusal(f"encoded start key empty (version {_VERSION})")
    path = f"/{start.removeprefix('/')}"
    if posixpath.normpath(path) != path:
        raise _refusal(start)
    return Position(revision, path[1:])


def _bytes(token: str) -> bytes:
    foreign = _FOREIGN.search(token)
    if foreign or len(token) % 4 == 1:
        place = foreign.start() if foreign else len(token) - 1
        raise _refusal(f"illegal base64 data at input byte {place}")
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError as failure:
        raise _refusal(syntax_error(text) or str(failure)) from failure
    if not isinstance(parsed, dict):
        raise _refusal(f"json: cannot unmarshal {json_type_name(parsed)} into Go value of type storage.continueToken")
    fields = {"v": parsed.get("v") or "", "rv": parsed.get("rv") or 0, "start": parsed.get("start") or ""}
    for name, wanted, shown in (("v", str, "string"), ("rv", int, "int64"), ("start", str, "string")):
        if not isinstance(fields[name], wanted) or isinstance(fields[name], bool):
            found = json_type_name(fields[name])
            raise _refusal(f"json: cannot unmarshal {found} into Go struct field continueToken.{name} of type {shown}")
    return fields


def _refusal(reason: str) -> errors.StatusError:
    return errors.bad_request(f"invalid continue token: continue key is not valid: {reason}")
