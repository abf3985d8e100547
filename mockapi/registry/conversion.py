"""Built-in resources that are served in several versions: all but one of them are converted when they are read and written.

The version in which objects are stored is the hub; its rules hold for what is written in any version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from mockapi.machinery.meta import Object
from mockapi.storage.records import Record

if TYPE_CHECKING:
    from mockapi.registry.kind import Kind

_REMEMBERED = 4096


@dataclass(frozen=True, eq=False)
class Conversion:
    """How objects of one version become objects of the hub, and back.

    Both functions return new objects that name their kind and version first, and share what they do not change.
    """

    hub: Kind
    to_hub: Callable[[Object], Object]
    from_hub: Callable[[Object], Object]


def to_hub(kind: Kind, obj: Object) -> tuple[Kind, Object]:
    """The kind whose rules hold for a written object, and the object in that kind's version, with its defaults."""
    conversion = kind.conversion
    if conversion is None:
        return kind, obj
    converted = conversion.to_hub(obj)
    conversion.hub.strategy.default(converted)
    return conversion.hub, converted


@lru_cache(_REMEMBERED)
def converted(conversion: Conversion, record: Record) -> Record:
    """A stored record in the version of a conversion."""
    return Record(record.revision, record.resource, record.key, orjson.dumps(conversion.from_hub(record.object)))
