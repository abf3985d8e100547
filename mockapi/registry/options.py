"""Options of requests: metav1 ListOptions, GetOptions, CreateOptions, UpdateOptions, PatchOptions and DeleteOptions.

Each is read in two steps, as the API does it: conversion from text, whose failure is a 400, then validation, whose failure is a 422.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockapi.machinery import errors
from mockapi.machinery.fielderrors import FieldError, forbidden, invalid, not_supported, required, too_long
from mockapi.registry import parameters
from mockapi.registry.validation import Leaf, Rules, rule

# A parsed query string: all values given for a name, in order.
Query = Mapping[str, list[str]]

APPLY_PATCH = "application/apply-patch+yaml"

_GROUP = "meta.k8s.io"
_MANAGER_LIMIT = 128
_DIGITS = re.compile("[0-9]+")
_NOT_OLDER_THAN = "NotOlderThan"


@dataclass(frozen=True)
class ListOptions:
    """metav1.ListOptions; `resource_version` is empty or a decimal number.

    `send_initial_events` None when not asked for nor implied.
    """

    label_selector: str = ""
    field_selector: str = ""
    limit: int = 0
    continue_token: str = ""
    resource_version: str = ""
    resource_version_match: str = ""
    watch: bool = False
    timeout_seconds: int | None = None
    allow_bookmarks: bool = False
    send_initial_events: bool | None = None


@dataclass(frozen=True)
class GetOptions:
    """metav1.GetOptions; `resource_version` is empty or a decimal number."""

    resource_version: str = ""


@dataclass(frozen=True)
class WriteOptions:
    """What metav1.CreateOptions, UpdateOptions and PatchOptions have in common, and the latter's `force`."""

    dry_run: bool = False
    field_manager: str = ""
    field_validation: str = "Warn"
    force: bool = False


@dataclass(frozen=True)
class DeleteOptions:
    """metav1.DeleteOptions; None means that the client did not say."""

    grace_period_seconds: int | None = None
    propagation_policy: str | None = None
    orphan_dependents: bool | None = None
    precondition_uid: str | None = None
    precondition_resource_version: str | None = None
    dry_run: bool = False

    def as_object(self) -> dict[str, Any]:
        """The options that the client gave, as the API writes them."""
        preconditions = {"uid": self.precondition_uid, "resourceVersion": self.precondition_resource_version}
        given = {
            "gracePeriodSeconds": self.grace_period_seconds,
            "preconditions": {field: value for field, value in preconditions.items() if value} or None,
            "orphanDependents": self.orphan_dependents,
            "propagationPolicy": self.propagation_policy,
            "dryRun": ["All"] if self.dry_run else None,
        }
        return {field: value for field, value in given.items() if value is not None}


def list_options(query: Query, *, watch: bool = False) -> ListOptions:
    """ListOptions of a query; `watch` says that the path asks for a watch already.

    Raises StatusError 400 or 422, or 500 (as the real server does) for a watch from what is no revision.
    """
    found = parameters.convert(parameters.LIST, query)
    if watch:
        found["watch"] = True
    _imply_initial_events(found)
    _check(_WatchRules if found.get("watch") else _ListRules, "ListOptions", found)
    _check_list_revision(found)
    renamed = {_LIST_NAMES[name]: value for name, value in found.items()}
    renamed["limit"] = max(renamed.get("limit", 0), 0)
    return ListOptions(**renamed)


def get_options(query: Query) -> GetOptions:
    """GetOptions of a query. Raises StatusError 500, as the real server does, for what is no revision."""
    revision = query.get("resourceVersion", [""])[0]
    problem = _no_revision(revision)
    if problem:
        raise errors.unexplained(problem)
    return GetOptions(revision)


def create_options(query: Query, user_agent: str = "") -> WriteOptions:
    """CreateOptions of a query; the user agent names the field manager when the query does not. Raises StatusError 400 or 422."""
    return _write_options(query, "CreateOptions", _WriteRules, user_agent)


def update_options(query: Query, user_agent: str = "") -> WriteOptions:
    """UpdateOptions of a query; as create_options."""
    return _write_options(query, "UpdateOptions", _WriteRules, user_agent)


def patch_options(query: Query, media_type: str, user_agent: str = "") -> WriteOptions:
    """PatchOptions of a query for a patch of that media type; as create_options."""
    return _write_options(query, "PatchOptions", _ApplyRules if media_type == APPLY_PATCH else _PatchRules, user_agent)


def delete_options(query: Query) -> DeleteOptions:
    """DeleteOptions of a query, used when the request has no body. Raises StatusError 400 or 422."""
    found = parameters.convert(parameters.DELETE, query)
    uid = found.pop("uid", "")
    return _delete_options({**found, "preconditions": {"uid": uid}} if uid else found)


def delete_options_of(body: Any) -> DeleteOptions:
    """DeleteOptions of a parsed body, which may be null. Raises StatusError 500 (as the real server does) for wrong types, or 422."""
    if body is not None and not isinstance(body, dict):
        raise errors.unexplained(f"json: cannot unmarshal {parameters.json_type(body)} into Go value of type v1.DeleteOptions")
    kind = (body or {}).get("kind") or "DeleteOptions"
    if kind != "DeleteOptions":
        version = (body or {}).get("apiVersion") or "v1"
        scheme = "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"
        raise errors.unexplained(f'no kind "{kind}" is registered for version "{version}" in scheme "{scheme}"')
    return _delete_options(parameters.typed(body or {}))


def manager_of(field_manager: str, user_agent: str) -> str:
    """The field manager's name: the one given, else the printable start of the user agent, up to a slash."""
    if field_manager:
        return field_manager
    prefix = "".join(character for character in user_agent.partition("/")[0] if _printable(character))
    return prefix.encode()[:_MANAGER_LIMIT].decode(errors="ignore") or "unknown"


def _write_options(query: Query, kind: str, rules: Rules, user_agent: str) -> WriteOptions:
    found = parameters.convert(parameters.WRITE, query)
    _check(rules, kind, found)
    return WriteOptions(
        dry_run=bool(found.get("dryRun")),
        field_manager=manager_of(found.get("fieldManager", ""), user_agent),
        field_validation=found.get("fieldValidation") or "Warn",
        force=bool(found.get("force")),
    )


def _delete_options(found: dict[str, Any]) -> DeleteOptions:
    _check(_DeleteRules, "DeleteOptions", found)
    preconditions = found.get("preconditions") or {}
    grace = found.get("gracePeriodSeconds")
    return DeleteOptions(
        # A negative period means one second (DeleteOptions.gracePeriodSeconds).
        grace_period_seconds=1 if grace is not None and grace < 0 else grace,
        propagation_policy=found.get("propagationPolicy"),
        orphan_dependents=found.get("orphanDependents"),
        precondition_uid=preconditions.get("uid"),
        precondition_resource_version=preconditions.get("resourceVersion"),
        dry_run=bool(found.get("dryRun")),
    )


def _imply_initial_events(found: dict[str, Any]) -> None:
    """A watch from no or any revision begins with the current objects; KEP-3157 treats it as if that had been asked for."""
    asked = found.get("sendInitialEvents") is not None or found.get("resourceVersionMatch")
    if found.get("watch") and not asked and found.get("resourceVersion", "") in {"", "0"}:
        found.update(sendInitialEvents=True, resourceVersionMatch=_NOT_OLDER_THAN)


def _check_list_revision(found: dict[str, Any]) -> None:
    revision = found.get("resourceVersion", "")
    problem = _no_revision(revision)
    if problem and found.get("watch"):
        raise errors.unexplained(problem)
    if problem:
        raise errors.bad_request(f"invalid resource version: {problem}")
    if found.get("continue") and revision not in {"", "0"}:
        raise errors.bad_request("specifying resource version is not allowed when using continue")


def _no_revision(text: str) -> str:
    """What is wrong with a resourceVersion; "" when it is empty or a uint64."""
    if not text or (_DIGITS.fullmatch(text) and int(text) < 2**64):
        return ""
    problem = "value out of range" if _DIGITS.fullmatch(text) else "invalid syntax"
    return str(invalid("resourceVersion", text, f'strconv.ParseUint: parsing "{text}": {problem}'))


def _check(rules: Rules, kind: str, found: dict[str, Any]) -> None:
    causes = rules.errors(found)
    if causes:
        raise errors.invalid(kind, _GROUP, "", causes)


def _manager(name: str) -> Iterator[FieldError]:
    if len(name.encode()) > _MANAGER_LIMIT:
        yield too_long("", _MANAGER_LIMIT)
    place = 0
    for character in name:
        if not _printable(character):
            yield invalid("", name, f"invalid character U+{ord(character):04X} (at position {place})")
        place += len(character.encode())


def _named(name: str) -> Iterator[FieldError]:
    if not name:
        yield required("", "is required for apply patch")


def _printable(character: str) -> bool:
    """Whether Go's unicode.IsPrint holds: letters, marks, numbers, punctuation, symbols and the plain space."""
    return character == " " or unicodedata.category(character)[0] in "LMNPS"


def _dry_run(values: list[str]) -> Iterator[FieldError]:
    if set(values) - {"All"}:
        yield not_supported("", values, ["All"])


def _field_validation(value: str) -> Iterator[FieldError]:
    if value not in {"", "Ignore", "Strict", "Warn"}:
        yield not_supported("", value, ["", "Ignore", "Strict", "Warn"])


class _Write(Rules):
    """Rules of CreateOptions and UpdateOptions."""

    fieldManager = Leaf(_manager)  # noqa: N815 (fields of the API keep their names)
    dryRun = Leaf(_dry_run)  # noqa: N815
    fieldValidation = Leaf(_field_validation)  # noqa: N815


class _Patch(Rules):
    """Rules of PatchOptions for any patch but an apply."""

    force = Leaf(lambda _: [forbidden("", "may not be specified for non-apply patch")])
    fieldManager = Leaf(_manager)  # noqa: N815
    dryRun = Leaf(_dry_run)  # noqa: N815
    fieldValidation = Leaf(_field_validation)  # noqa: N815


class _Apply(_Write):
    """Rules of PatchOptions for an apply: it must say who applies."""

    fieldManager = Leaf(_named, _manager, must=True, detail="is required for apply patch")  # noqa: N815


class _Delete(Rules):
    """Rules of DeleteOptions."""

    propagationPolicy = Leaf()  # noqa: N815
    dryRun = Leaf(_dry_run)  # noqa: N815

    @rule("propagationPolicy")
    def policy(self, found: dict[str, Any]) -> Iterator[FieldError]:
        """One of three words, and not together with its predecessor orphanDependents."""
        policy = found.get("propagationPolicy")
        if policy is None:
            return
        if found.get("orphanDependents") is not None:
            yield invalid("", policy, "orphanDependents and deletionPropagation cannot be both set")
        if policy not in {"Foreground", "Background", "Orphan"}:
            yield not_supported("", policy, ["Foreground", "Background", "Orphan", "nil"])


class _List(Rules):
    """Rules of ListOptions that ask for a list."""

    resourceVersionMatch = Leaf()  # noqa: N815
    sendInitialEvents = Leaf(lambda _: [forbidden("", "sendInitialEvents is forbidden for list")])  # noqa: N815

    @rule("resourceVersionMatch")
    def match(self, found: dict[str, Any]) -> Iterator[FieldError]:
        """How to match a revision makes sense only with a revision (KEP-1904)."""
        match, revision = found.get("resourceVersionMatch"), found.get("resourceVersion")
        if not match:
            return
        if not revision:
            yield forbidden("", "resourceVersionMatch is forbidden unless resourceVersion is provided")
        if found.get("continue"):
            yield forbidden("", "resourceVersionMatch is forbidden when continue is provided")
        if match not in {"Exact", _NOT_OLDER_THAN}:
            yield not_supported("", match, ["Exact", _NOT_OLDER_THAN, ""])
        if match == "Exact" and revision == "0":
            yield forbidden("", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')


class _Watch(Rules):
    """Rules of ListOptions that ask for a watch (KEP-3157)."""

    resourceVersionMatch = Leaf()  # noqa: N815

    @rule("resourceVersionMatch")
    def match(self, found: dict[str, Any]) -> Iterator[FieldError]:
        """Initial events and NotOlderThan need each other."""
        match, initial = found.get("resourceVersionMatch"), found.get("sendInitialEvents")
        if initial is not None and match != _NOT_OLDER_THAN:
            yield forbidden("", f"sendInitialEvents requires setting resourceVersionMatch to {_NOT_OLDER_THAN}")
        if match and initial is None:
            yield forbidden("", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
        if match and match != _NOT_OLDER_THAN:
            yield not_supported("", match, [_NOT_OLDER_THAN])
        if found.get("continue"):
            yield forbidden("", "resourceVersionMatch is forbidden when continue is provided")


_WriteRules, _PatchRules, _ApplyRules, _DeleteRules, _ListRules, _WatchRules = _Write(), _Patch(), _Apply(), _Delete(), _List(), _Watch()

_LIST_NAMES = {
    "labelSelector": "label_selector",
    "fieldSelector": "field_selector",
    "limit": "limit",
    "continue": "continue_token",
    "resourceVersion": "resource_version",
    "resourceVersionMatch": "resource_version_match",
    "watch": "watch",
    "timeoutSeconds": "timeout_seconds",
    "allowWatchBookmarks": "allow_bookmarks",
    "sendInitialEvents": "send_initial_events",
}
