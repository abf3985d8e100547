"""GET and LIST: selectors, pages of one consistent snapshot, and the meaning of resourceVersion."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.fieldselectors import FieldTerm, matches, parse_field_selector
from mockapi.machinery.meta import Key, Object, labels_of
from mockapi.machinery.selectors import SelectorError, parse_label_selector
from mockapi.registry.codec import all_served, as_served
from mockapi.registry.kind import Kind
from mockapi.registry.options import ListOptions
from mockapi.registry.schema.syntax import syntax_error
from mockapi.storage.database import Database
from mockapi.storage.errors import Compacted
from mockapi.storage.records import ADDED, Record

Selected = Callable[[Object], bool]

_COMMON_FIELDS = ("metadata.name", "metadata.namespace")
_TOKEN_LETTERS = frozenset(f"{string.ascii_letters}{string.digits}-_".encode())


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
            records = [record for record in records if _place(record) >= start]
        if selected is not None:
            records = [record for record in records if selected(record.object)]
        if not options.limit or len(records) <= options.limit:
            return Page(records, revision, "", None)
        page = records[: options.limit]
        remaining = None if selected is not None else len(records) - len(page)
        return Page(page, revision, _continue_token(revision, _place(page[-1]) + "\0"), remaining)

    def _position(self, kind: Kind, namespace: str, options: ListOptions) -> tuple[Records, int, str]:
        """The objects, the revision they are listed at and the place to begin from."""
        head = self._database.cache.catch_up()
        if options.continue_token:
            revision, start = _parse_continue_token(options.continue_token)
            if revision > 0:
                return self._as_of(kind, namespace, revision), revision, start
            records, head = self._database.cache.snapshot(kind.resource, namespace)
            return records, head, start
        asked = int(options.resource_version or 0)
        if asked > head:
            raise too_large(asked, head)
        if options.resource_version_match == "Exact":
            return self._as_of(kind, namespace, asked), asked, ""
        records, head = self._database.cache.snapshot(kind.resource, namespace)
        return records, head, ""

    def _as_of(self, kind: Kind, namespace: str, revision: int) -> Records:
        """The objects as they stood at a revision: today's with the later changes undone."""
        cache = self._database.cache
        records, head = cache.snapshot(kind.resource)
        found = {record.key: record for record in records}
        try:
            later = cache.changes(kind.resource, revision)
        except Compacted as gone:
            raise errors.expired("The resourceVersion for the provided list is too old.") from gone
        for change in reversed(later):
            if change.revision > head:
                continue
            if change.type == ADDED or change.previous is None:
                found.pop(change.record.key, None)
            else:
                found[change.record.key] = change.previous
        kept = [record for record in found.values() if namespace in {"", record.key.namespace}]
        return sorted(kept, key=_place)


def selection(kind: Kind, options: ListOptions) -> Selected | None:
    """The test that label and field selectors ask of an object; None where there is no selector. StatusError 400."""
    try:
        labels, terms = parse_label_selector(options.label_selector), parse_field_selector(options.field_selector)
    except SelectorError as failure:
        raise errors.bad_request(str(failure)) from failure
    _check_fields(kind, terms)
    if labels.empty and not terms:
        return None

    def selected(obj: Object) -> bool:
        if not labels.matches(labels_of(obj)):
            return False
        return not terms or matches(terms, lambda name: _field(kind, obj, name))

    return selected


def too_large(asked: int, head: int) -> errors.StatusError:
    """504: the client has seen a revision that this server has not."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    text = f"Timeout: Too large resource version: {asked}, current: {head}"
    return errors.StatusError(504, "Timeout", text, {"causes": [cause], "retryAfterSeconds": 1})


def _check_fields(kind: Kind, terms: tuple[FieldTerm, ...]) -> None:
    own = kind.strategy.selectable_fields({"metadata": {}, "spec": {}, "status": {}})
    for term in terms:
        if term.field in own or term.field in _COMMON_FIELDS:
            continue
        if own:
            raise errors.bad_request(f"field label not supported: {term.field}")
        raise errors.bad_request(f'"{term.field}" is not a known field selector: only "metadata.name", "metadata.namespace"')


def _field(kind: Kind, obj: Object, name: str) -> str:
    if name in _COMMON_FIELDS:
        return str(obj["metadata"].get(name.removeprefix("metadata."), ""))
    return kind.strategy.selectable_fields(obj).get(name, "")


def _place(record: Record) -> str:
    return str(record.key)


def _continue_token(revision: int, start: str) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parse_continue_token(token: str) -> tuple[int, str]:
    text = _unpadded(token)
    try:
        parsed = json.loads(text)
        revision, start = int(parsed["rv"]), str(parsed["start"])
    except (ValueError, KeyError, TypeError) as failure:
        raise _bad_token(syntax_error(text) or "incorrect encoded start key") from failure
    return revision, start


def _unpadded(token: str) -> bytes:
    """Base64 for URLs without padding, as Go reads it. StatusError 400 with the offset of the first flaw."""
    letters = token.encode()
    flaw = next((index for index, letter in enumerate(letters) if letter not in _TOKEN_LETTERS), None)
    if flaw is None and len(letters) % 4 == 1:
        flaw = len(letters) - 1
    if flaw is not None:
        raise _bad_token(f"illegal base64 data at input byte {flaw}")
    return base64.urlsafe_b64decode(letters + b"=" * (-len(letters) % 4))


def _bad_token(reason: str) -> errors.StatusError:
    return errors.bad_request(f"invalid continue token: continue key is not valid: {reason}")
