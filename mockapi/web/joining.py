"""The items of a list as bytes, kept for as long as the list is the one that the cache hands out."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from mockapi.storage.records import Record

# Lists that clients ask for again and again; each costs memory of its own size.
_KEPT = 4
# Below this joining costs less than looking.
_WORTH_KEEPING = 32


class Joiner:
    """Joins records. Between two writes the cache hands out the same list object, so that is what is remembered."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._joined: OrderedDict[int, tuple[list[Record], bytes]] = OrderedDict()

    def items(self, records: list[Record], cut: int) -> bytes:
        """The records' JSON, each without its first `cut` bytes, which the caller replaces by an opening brace."""
        if len(records) < _WORTH_KEEPING:
            return _join(records, cut)
        with self._lock:
            known = self._joined.get(id(records))
            if known is not None and known[0] is records:
                self._joined.move_to_end(id(records))
                return known[1]
        joined = _join(records, cut)
        with self._lock:
            self._joined[id(records)] = (records, joined)
            if len(self._joined) > _KEPT:
                self._joined.popitem(last=False)
        return joined


def _join(records: list[Record], cut: int) -> bytes:
    return b",{".join([record.body[cut:] for record in records])
