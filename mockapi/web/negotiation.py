"""Which representation an Accept header asks for, in the two steps of the real server.

The router looks at media types alone and refuses with `406: Not Acceptable…`; the serializer then reads parameters such as
`as=Table;g=meta.k8s.io;v=v1` and refuses with `only the following media types are accepted…`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mockapi.machinery.errors import StatusError
from mockapi.registry.kind import Kind
from mockapi.registry.schema.protobuf.messages import has_message
from mockapi.web.exchange import JSON, PROTOBUF, YAML, Call

MEDIA_TYPES = (JSON, YAML, PROTOBUF)
STREAM_TYPES = (f"{JSON};stream=watch", f"{PROTOBUF};stream=watch")

# User agents of people rather than programs get indented JSON.
_BROWSERS = ("curl", "Wget", "Mozilla/5.0")


class Convert(NamedTuple):
    """The type that an answer is to be turned into (`as`, `g` and `v` of a media type)."""

    kind: str
    group: str
    version: str


class Output(NamedTuple):
    """How an answer is to be written."""

    media_type: str = JSON
    convert: Convert | None = None
    pretty: bool = False


Transforms = frozenset[Convert]
_OBJECT_TRANSFORMS: Transforms = frozenset(
    Convert(kind, "meta.k8s.io", version)
    for kind in ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")
    for version in ("v1", "v1beta1")
)


class Offer(NamedTuple):
    """What an answer can be turned into, and the media types that it can be written in as it is. Tables are never written in protobuf."""

    transforms: Transforms = frozenset()
    plain: tuple[str, ...] = MEDIA_TYPES


DOCUMENTS = Offer()
_OBJECTS = Offer(_OBJECT_TRANSFORMS)
_WITHOUT_MESSAGES = Offer(_OBJECT_TRANSFORMS, (JSON, YAML))


def objects(kind: Kind) -> Offer:
    """What is offered of the objects of a kind: of custom resources no protobuf but for their metadata."""
    return _OBJECTS if kind.codec is None and has_message(kind.api_version, kind.kind) else _WITHOUT_MESSAGES


def route_accepts(call: Call, offered: tuple[str, ...] = MEDIA_TYPES) -> None:
    """The router's step. StatusError 406."""
    if call.accept and call.accept != JSON and not _overlaps(call.accept, offered):
        raise StatusError(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: " + ", ".join(offered), {})


def output(call: Call, offer: Offer = DOCUMENTS) -> Output:
    """The serializer's step. StatusError 406."""
    chosen = _choose(call.accept, offer)
    if chosen is None:
        raise not_acceptable(MEDIA_TYPES)
    return chosen._replace(pretty=True) if _wants_pretty(call) else chosen


def stream_output(call: Call, offer: Offer) -> Output:
    """The serializer's step for a watch, which is never YAML. StatusError 406."""
    chosen = _choose(call.accept, offer)
    if chosen is None or chosen.media_type == YAML:
        raise not_acceptable(STREAM_TYPES)
    return chosen


def error_output(call: Call) -> Output:
    """How to write a Status: as asked for, or as JSON when that cannot be had, as it is for those who ask for nothing but conversions."""
    chosen = _choose(call.accept, DOCUMENTS) or Output()
    return Output(chosen.media_type, None, _wants_pretty(call))


def not_acceptable(offered: tuple[str, ...]) -> StatusError:
    """The serializer's 406."""
    return StatusError(406, "NotAcceptable", "only the following media types are accepted: " + ", ".join(offered))


def _wants_pretty(call: Call) -> bool:
    asked = call.parameter("pretty") if call.query_string else ""
    if asked:
        return asked in {"1", "t", "T", "true", "TRUE", "True"}
    return call.user_agent.startswith(_BROWSERS)


@lru_cache(256)
def _overlaps(accept: str, offered: tuple[str, ...]) -> bool:
    names = [clause.partition(";")[0].strip(" ") for clause in accept.split(",")]
    return any(name == "*/*" or name in offered for name in names)


@lru_cache(256)
def _choose(accept: str, offer: Offer) -> Output | None:
    if not accept:
        return Output()
    for media_type, parameters in _clauses(accept):
        for offered in MEDIA_TYPES:
            if _matches(media_type, offered):
                chosen = _with_parameters(offered, parameters, offer)
                if chosen is not None:
                    return chosen
    return None


def _matches(asked: str, offered: str) -> bool:
    return asked in {offered, "*/*", offered.partition("/")[0] + "/*"}


def _with_parameters(offered: str, parameters: dict[str, str], offer: Offer) -> Output | None:
    convert = None
    if parameters.keys() & {"as", "g", "v"}:
        convert = Convert(parameters.get("as", ""), parameters.get("g", ""), parameters.get("v", ""))
    stream = parameters.get("stream")
    if stream and (stream != "watch" or offered == YAML):
        return None
    if not _is_offered(offered, convert, offer):
        return None
    return Output(offered, convert, parameters.get("pretty") == "1")


def _is_offered(media_type: str, convert: Convert | None, offer: Offer) -> bool:
    if convert is None:
        return media_type in offer.plain
    return convert in offer.transforms and (convert.kind != "Table" or media_type != PROTOBUF)


def _clauses(accept: str) -> list[tuple[str, dict[str, str]]]:
    """The media types of an Accept header with their parameters: by quality, then from specific to general."""
    found = [_clause(clause) for clause in accept.split(",")]
    return [(media, parameters) for media, parameters in sorted(found, key=_rank)]


def _clause(clause: str) -> tuple[str, dict[str, str]]:
    media_type, *rest = (part.strip() for part in clause.split(";"))
    return media_type, dict(_pairs(rest))


def _pairs(parameters: list[str]) -> Iterator[tuple[str, str]]:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        yield name.strip(), value.strip()


def _rank(clause: tuple[str, dict[str, str]]) -> tuple[float, bool, bool]:
    media_type, parameters = clause
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        quality = 1.0
    return -quality, media_type.startswith("*"), media_type.endswith("*")
