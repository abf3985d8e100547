"""The query and path parameters of operations."""

from __future__ import annotations

from mockapi.registry.schema.definitions import Schema

_PRETTY = ("pretty", "string", "'true' indents the answer.")
_DRY_RUN = ("dryRun", "string", "'All' answers as if the change were made and makes none.")
_MANAGER = ("fieldManager", "string", "The name under which the change is recorded in metadata.managedFields.")
_VALIDATION = ("fieldValidation", "string", "What is done about unknown and duplicate fields: Ignore, Warn (the default) or Strict.")
_LABELS = ("labelSelector", "string", "Selects by labels. Everything is selected by default.")
_FIELDS = ("fieldSelector", "string", "Selects by fields. Everything is selected by default.")
_LIMIT = ("limit", "integer", "The most items that one answer is to hold; the rest is had by means of metadata.continue.")
_CONTINUE = ("continue", "string", "The metadata.continue of the previous answer.")
_REVISION = ("resourceVersion", "string", "The state to read, or to begin from.")
_MATCH = ("resourceVersionMatch", "string", "How resourceVersion is meant: Exact or NotOlderThan.")
_TIMEOUT = ("timeoutSeconds", "integer", "After how many seconds a watch ends.")
_WATCH = ("watch", "boolean", "Streams changes instead of answering with a list.")
_BOOKMARKS = ("allowWatchBookmarks", "boolean", "Lets a watch send bookmarks.")
_INITIAL = ("sendInitialEvents", "boolean", "Begins a watch with the current objects and a bookmark.")
_GRACE = ("gracePeriodSeconds", "integer", "Seconds between the request and the deletion.")
_ORPHAN = ("orphanDependents", "boolean", "Deprecated; propagationPolicy says the same and more.")
_PROPAGATION = ("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground.")
_FORCE = ("force", "boolean", "Takes over fields that other appliers own.")

_SELECTION = (_CONTINUE, _FIELDS, _LABELS, _LIMIT, _REVISION, _MATCH, _INITIAL, _TIMEOUT)
_WRITE = (_DRY_RUN, _MANAGER, _VALIDATION)
_DELETE = (_DRY_RUN, _GRACE, _ORPHAN, _PROPAGATION)

_BY_VERB = {
    "get": (),
    "list": (_BOOKMARKS, *_SELECTION, _WATCH),
    "create": _WRITE,
    "update": _WRITE,
    "patch": (*_WRITE, _FORCE),
    "delete": _DELETE,
    "deletecollection": (*_SELECTION, *_DELETE),
}


def of_verb(verb: str) -> list[Schema]:
    """The query parameters of a verb."""
    return [_parameter(name, "query", kind, text) for name, kind, text in (*_BY_VERB[verb], _PRETTY)]


def of_path(path: str) -> list[Schema]:
    """The parameters in a path's braces."""
    texts = {"{namespace}": ("namespace", "The object's namespace."), "{name}": ("name", "The object's name.")}
    return [{**_parameter(name, "path", "string", text), "required": True} for brace, (name, text) in texts.items() if brace in path]


def _parameter(name: str, place: str, kind: str, text: str) -> Schema:
    return {"name": name, "in": place, "description": text, "schema": {"type": kind, "uniqueItems": True}}
