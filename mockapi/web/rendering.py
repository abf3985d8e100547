"""Objects and lists as bytes, in the representation that was negotiated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry import tables
from mockapi.registry.kind import Kind
from mockapi.registry.reads import Page
from mockapi.registry.resources import Resources
from mockapi.registry.schema.protobuf import encode as protobuf
from mockapi.registry.schema.protobuf.messages import of_type
from mockapi.storage.records import Record
from mockapi.web import yamldump
from mockapi.web.exchange import JSON, PROTOBUF, YAML, Answer
from mockapi.web.joining import Joiner
from mockapi.web.negotiation import Output

_JOINER = Joiner()


def document(value: Any, output: Output, status: int = 200) -> Answer:
    """Any JSON value, unconverted; one that is to be written in protobuf is an object of a type with a message."""
    return Answer(status, encoded(value, output), output.media_type)


def encoded(value: Any, output: Output) -> bytes:
    """A JSON value in the media type asked for. Like the real server's, compact JSON ends with a newline and indented JSON does not."""
    if output.media_type == PROTOBUF:
        return _in_protobuf(value)
    if output.media_type == YAML:
        return yamldump.dump(value)
    if output.pretty:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2)
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _in_protobuf(obj: Object) -> bytes:
    try:
        return protobuf.encode(obj)
    except LookupError:
        go_type = f"*{obj['apiVersion'].rpartition('/')[2]}.{obj['kind']}"
        sentence = f"object {go_type} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message"
        raise StatusError(406, "NotAcceptable", sentence) from None


class Renderer:
    """Answers about objects of one kind, converted as asked. `include` is the table option includeObject."""

    def __init__(self, kind: Kind, output: Output, include: str, resources: Resources) -> None:
        """StatusError 400 when a table is asked for with an unknown `include`."""
        self._kind = kind
        self._output = output
        self._resources = resources
        self._table = output.convert is not None and output.convert.kind == "Table"
        self._include = tables.include_object(include) if self._table else ""

    def record(self, record: Record) -> Answer:
        """A stored object: its bytes as they are where nothing has to be changed."""
        if self._as_stored():
            return Answer(200, record.body + b"\n")
        if self._is_stored_protobuf():
            return Answer(200, self._enveloped(record), PROTOBUF)
        return self.object(record.object)

    def object(self, obj: Object, status: int = 200) -> Answer:
        """One object."""
        return document(self.converted(obj), self._output, status)

    def page(self, page: Page) -> Answer:
        """A list: where nothing has to be changed, a join of the stored bytes."""
        meta: Object = {"resourceVersion": str(page.revision)}
        if page.continue_token:
            meta["continue"] = page.continue_token
        if page.remaining is not None:
            meta["remainingItemCount"] = page.remaining
        if self._as_stored():
            return Answer(200, _joined(self._kind, meta, page.records))
        if self._is_stored_protobuf():
            return Answer(200, self._protobuf_list(page.records, meta), PROTOBUF)
        return self.collection([record.object for record in page.records], meta)

    def collection(self, objects: list[Object], meta: Object) -> Answer:
        """A list of objects with the metadata given."""
        convert = self._output.convert
        if convert is None:
            return document({**_list_head(self._kind, meta), "items": _items(self._kind, objects)}, self._output)
        if convert.kind == "Table":
            return document(self._tabled(objects, meta), self._output)
        if convert.kind == "PartialObjectMetadata":
            raise _wrong_shape(convert.kind, f"a list ({_go_type(self._kind)}List)")
        items = [tables.partial_metadata(obj, convert.version) for obj in objects]
        head = {"kind": convert.kind, "apiVersion": f"{convert.group}/{convert.version}"}
        return document({**head, "metadata": meta, "items": items or None}, self._output)

    def converted(self, obj: Object, *, headed: bool = True) -> Object:
        """One object in the type asked for. `headed` False leaves out a table's columns."""
        convert = self._output.convert
        if convert is None:
            return obj
        if convert.kind == "Table":
            return self._tabled([obj], {"resourceVersion": obj["metadata"].get("resourceVersion", "")}, headed=headed)
        if convert.kind == "PartialObjectMetadataList":
            raise _wrong_shape(convert.kind, f"not a list ({_go_type(self._kind)})")
        return tables.partial_metadata(obj, convert.version)

    def event(self, event_type: str, record: Record, *, headed: bool) -> bytes:
        """An event of a watch about a stored object; `headed` as in `converted`."""
        if self._output.convert is not None:
            return self.event_of(event_type, self.converted(record.object, headed=headed))
        if self._output.media_type == PROTOBUF:
            return protobuf.frame(event_type, self._enveloped(record))
        return b'{"type":"%s","object":%s}\n' % (event_type.encode(), record.body)

    def event_of(self, event_type: str, obj: Object) -> bytes:
        """An event of a watch with an object that is sent as it is."""
        if self._output.media_type == PROTOBUF:
            return protobuf.frame(event_type, protobuf.encode(obj))
        return orjson.dumps({"type": event_type, "object": obj}, option=orjson.OPT_APPEND_NEWLINE)

    def _as_stored(self) -> bool:
        return self._output.convert is None and not self._output.pretty and self._output.media_type == JSON

    def _is_stored_protobuf(self) -> bool:
        return self._output.convert is None and self._output.media_type == PROTOBUF

    def _enveloped(self, record: Record) -> bytes:
        return protobuf.envelope(self._kind.api_version, self._kind.kind, self._message(record))

    def _protobuf_list(self, records: list[Record], meta: Object) -> bytes:
        message = protobuf.list_message(meta, [self._message(record) for record in records])
        return protobuf.envelope(self._kind.api_version, self._kind.list_kind, message)

    def _message(self, record: Record) -> bytes:
        return protobuf.stored(of_type(self._kind.api_version, self._kind.kind), record.body)

    def _tabled(self, objects: Iterable[Object], meta: Object, *, headed: bool = True) -> Object:
        assert self._output.convert is not None
        version, now = self._output.convert.version, self._resources.clock.now()
        definitions = self._resources.definitions
        return tables.table(self._kind, objects, now, meta, definitions, include=self._include, version=version, headed=headed)


def _joined(kind: Kind, meta: Object, records: list[Record]) -> bytes:
    """A list's JSON. Items of built-in kinds carry no kind and apiVersion, so the start of each record is left out."""
    cut = len(b'{"kind":"","apiVersion":"",') + len(kind.kind) + len(kind.api_version)
    head = orjson.dumps(_list_head(kind, meta))[:-1]
    if kind.codec is not None:
        return head + b',"items":[' + b",".join([record.body for record in records]) + b"]}\n"
    items = _JOINER.items(records, cut)
    return head + (b',"items":[{' + items + b"]}\n" if records else b',"items":[]}\n')


def _list_head(kind: Kind, meta: Object) -> Object:
    """A list without its items. The real server writes an empty token into lists of custom resources, and only there."""
    meta = meta if kind.codec is None else {"continue": "", **meta}
    return {"kind": kind.list_kind, "apiVersion": kind.api_version, "metadata": meta}


def _items(kind: Kind, objects: list[Object]) -> list[Object]:
    if kind.codec is not None:
        return objects
    return [{name: value for name, value in obj.items() if name not in {"kind", "apiVersion"}} for obj in objects]


def _wrong_shape(asked: str, what: str) -> StatusError:
    return StatusError(406, "NotAcceptable", f"you requested {asked}, but the requested object is {what}")


def _go_type(kind: Kind) -> str:
    """The Go type that holds objects of a kind inside the real server."""
    return f"*{kind.group.partition('.')[0] or 'core'}.{kind.kind}"
