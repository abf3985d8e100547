"""Encoding objects as the generated Go code does: what their JSON holds, in the Kubernetes protobuf encoding.

Fields stand in the order of their numbers and maps in the order of their keys. What Go holds by value is written even when it is zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import orjson

from mockapi.machinery.meta import Object
from mockapi.registry.schema.protobuf import messages
from mockapi.registry.schema.protobuf.decode import MAGIC
from mockapi.registry.schema.protobuf.wire import delimited
from mockapi.registry.schema.protobuf.writers import writer

# runtime.Unknown and the TypeMeta in it; the encoding and type of the content are never set.
_TYPE_META, _RAW = 1, 2
_API_VERSION, _KIND = 1, 2
_NO_CONTENT_TYPE = delimited(3, b"") + delimited(4, b"")
# metav1.WatchEvent and the runtime.RawExtension in it.
_EVENT_TYPE, _EVENT_OBJECT = 1, 2
_EXTENSION_RAW = 1
# The lists of all kinds.
_LIST_META, _ITEMS = 1, 2
_FRAME_SIZE = 4

# How many stored objects stay encoded: watchers get the same bytes one after the other.
_REMEMBERED = 2048


def encode(obj: Object) -> bytes:
    """An object as the body of an answer. LookupError when there is no message for its type."""
    api_version, kind = obj.get("apiVersion", ""), obj["kind"]
    return envelope(api_version, kind, writer(messages.of_type(api_version, kind))(obj))


@lru_cache(_REMEMBERED)
def stored(definition: str, body: bytes) -> bytes:
    """The message of a definition that holds what the JSON does."""
    return writer(definition)(orjson.loads(body))


def list_message(meta: Object, items: Iterable[bytes]) -> bytes:
    """The message of a list of messages; `meta` is its ListMeta."""
    head = delimited(_LIST_META, writer(messages.LIST_META)(meta))
    return head + b"".join([delimited(_ITEMS, item) for item in items])


def envelope(api_version: str, kind: str, raw: bytes) -> bytes:
    """A message with the type that it is of: the magic bytes and a runtime.Unknown."""
    type_meta = delimited(_API_VERSION, api_version.encode()) + delimited(_KIND, kind.encode())
    return MAGIC + delimited(_TYPE_META, type_meta) + delimited(_RAW, raw) + _NO_CONTENT_TYPE


def frame(event_type: str, body: bytes) -> bytes:
    """One event of a watch, after its size; `body` is the object in its envelope."""
    event = delimited(_EVENT_TYPE, event_type.encode()) + delimited(_EVENT_OBJECT, delimited(_EXTENSION_RAW, body))
    return len(event).to_bytes(_FRAME_SIZE, "big") + event
