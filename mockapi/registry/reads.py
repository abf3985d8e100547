"""GET and LIST: selectors, pages of one consistent snapshot, and the meaning of resourceVersion."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.fieldselectors import FieldTerm, matches, parse_field_selector
from mockapi.machinery.meta import Key, Object, labels_of
from mockapi.machinery.selectors import SelectorError, parse_label_selector
from mockapi.registry.codec import all_served, as_served
from mockapi.registry.continuation import Position, decode_token, encode_token
from mockapi.registry.kind import Kind
from mockapi.registry.options import ListOptions
from mockapi.storage.database import Database
from mockapi.storage.errors import Compacted
from mockapi.storage.records import Record

Selected = Callable[[Object], bool]

_COMMON_FIELDS = ("metadata.name", "metadata.namespace")
# What the real server says, with a token for the rest of the list as it is now.
_INCONSISTENT = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
    "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
    "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was "
    "returned and now may show up in the list."
)

Records = list[Record]


class Page(NamedTuple):
    """One answer to a LIST; `remaining` is None where the server does not say."""

    records: Records
    revision: int
    continue_token: str
    remaining: int | None


class Reads:
    """GET and LIST of every kind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, kind: Kind, key: Key) -> Record:
        """The current object. StatusError 404."""
        self._database.cache.catch_up()
        record = self._database.cache.get(kind.resource, key)
        if record is None:
            raise errors.not_found(kind.plural, kind.group, key.name)
        return as_served(kind, record)

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page:
        """The objects that the options select. StatusError 400, 410 or 504."""
        selected = selection(kind, options)
        records, revision, start = self._position(kind, namespace, options)
        records = all_served(kind, records)
        if start:
            records = records[bisect_left(records, start, key=_place) :]
        # The real server answers for resourceVersion=0 from a cache that knows no limit.
        limit = 0 if options.resource_version == "0" else options.limit
        page, rest = _first(records, selected, limit)
        if not rest:
            return Page(page, revision, "", None)
        following = Position(revision, _place(page[-1]) + "\0")
        return Page(page, revision, encode_token(following), rest if selected is None else None)

    def _position(self, kind: Kind, namespace: str, options: ListOptions) -> tuple[Records, int, str]:
        """The objects, the revision they are listed at and the place to begin from."""
        head = self._database.cache.catch_up()
        if options.continue_token:
            return self._continued(kind, namespace, decode_token(options.continue_token))
        asked = int(options.resource_version or 0)
        if asked > head:
            raise too_large(asked, head)
        # With a limit and no word on how to match, a version means that very version (KEP-1904).
        exact = options.resource_version_match == "Exact" or (options.limit and not options.resource_version_match)
        if asked and exact:
            try:
                return self._as_of(kind, namespace, asked), asked, ""
            except Compacted as gone:
                raise errors.expired("The resourceVersion for the provided list is too old.") from gone
        records, head = self._database.cache.snapshot(kind.resource, namespace)
        return records, head, ""

    def _continued(self, kind: Kind, namespace: str, position: Position) -> tuple[Records, int, str]:
        if position.revision < 0:
            records, head = self._database.cache.snapshot(kind.resource, namespace)
            return records, head, position.start
        try:
            return self._as_of(kind, namespace, position.revision), *position
        except Compacted as gone:
            refusal = errors.expired(_INCONSISTENT)
            refusal.metadata["continue"] = encode_token(Position(-1, position.start))
            raise refusal from gone

    def _as_of(self, kind: Kind, namespace: str, revision: int) -> Records:
        """The objects as they stood at a revision: today's with the later changes undone. Raises Compacted."""
        cache = self._database.cache
        records, head = cache.snapshot(kind.resource, namespace)
        later = [change for change in cache.changes(kind.resource, revision) if change.revision <= head]
        found = {record.key: record for record in records}
        for change in reversed(later):
            if namespace not in {"", change.record.key.namespace}:
                continue
            if change.previous is None:
                found.pop(change.record.key, None)
            else:
                found[change.record.key] = change.previous
        return sorted(found.values(), key=_place) if later else records


def _first(records: Records, selected: Selected | None, limit: int) -> tuple[Records, int]:
    """The first selected records, at most `limit` unless that is 0, and how many records were not looked at."""
    if selected is None:
        return (records[:limit], max(len(records) - limit, 0)) if limit else (records, 0)
    found: Records = []
    for place, record in enumerate(records, 1):
        if selected(record.object):
            found.append(record)
            if len(found) == limit:
                return found, len(records) - place
    return found, 0


def selection(kind: Kind, options: ListOptions) -> Selected | None:
    """The test that label and field selectors ask of an object; None where there is no selector. StatusError 400."""
    try:
        labels = parse_label_selector(options.label_selector)
    except SelectorError as failure:
        raise errors.bad_request(str(failure)) from failure
    terms = field_terms(options)
    _check_fields(kind, terms)
    if labels.empty and not terms:
        return None

    def selected(obj: Object) -> bool:
        if not labels.matches(labels_of(obj)):
            return False
        return not terms or matches(terms, lambda name: _field(kind, obj, name))

    return selected


def field_terms(options: ListOptions) -> tuple[FieldTerm, ...]:
    """The comparisons of the field selector. StatusError 400."""
    try:
        return parse_field_selector(options.field_selector)
    except SelectorError as failure:
        raise errors.bad_request(str(failure)) from failure


def too_large(asked: int, head: int) -> errors.StatusError:
    """504: the client has seen a revision that this server has not."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    text = f"Timeout: Too large resource version: {asked}, current: {head}"
    return errors.StatusError(504, "Timeout", text, {"causes": [cause], "retryAfterSeconds": 1})


def _check_fields(kind: Kind, terms: tuple[FieldTerm, ...]) -> None:
    strategy = kind.strategy
    own = {*strategy.selectable_fields({"metadata": {}, "spec": {}, "status": {}}), *strategy.selector_aliases}
    # Kinds with fields of their own say which of the common ones they have; the others allow both, whatever their scope.
    common = _COMMON_FIELDS if kind.namespaced or not (own or kind.codec) else _COMMON_FIELDS[:1]
    for term in terms:
        if term.field not in own and term.field not in common:
            raise errors.bad_request(strategy.selector_refusal(term.field))


def _field(kind: Kind, obj: Object, name: str) -> str:
    if name in _COMMON_FIELDS:
        return str(obj["metadata"].get(name.removeprefix("metadata."), ""))
    return kind.strategy.selectable_fields(obj).get(kind.strategy.selector_aliases.get(name, name), "")


def _place(record: Record) -> str:
    return str(record.key)
