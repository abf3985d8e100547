"""Copies of decoded objects."""

from __future__ import annotations

import orjson

from mockapi.machinery.meta import Object


def copy_of(obj: Object) -> Object:
    """A copy of a decoded object, which shares nothing with it: by way of JSON, which is ten times as fast as copy.deepcopy."""
    copied: Object = orjson.loads(orjson.dumps(obj))
    return copied
