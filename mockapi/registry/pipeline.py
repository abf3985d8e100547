"""The one order in which every write of every kind is made ready for storage.

decode -> defaults -> admission (mutating) -> metadata and strategy.prepare -> validation -> admission (validating)
What follows, admission's bookings, allocation and the stored row, happens inside the writing transaction (see `writes`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from mockapi.machinery import errors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Key, Object
from mockapi.registry.admission import CREATE, DELETE, UPDATE, Attributes, Chain, Reader
from mockapi.registry.body import Body, cannot_be_handled, typed_as
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.kind import Kind
from mockapi.registry.metadata import carry_over_metadata, copy_field, keep_metadata, unify_owner_references
from mockapi.registry.namespaces import NAMESPACES, require_namespace
from mockapi.registry.options import DeleteOptions
from mockapi.registry.request import Request
from mockapi.registry.schema.decode import DecodeError, Decoder
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.strategy import Strategy

if TYPE_CHECKING:
    from mockapi.registry.ledger import Booking

_STRICT, _WARN = "Strict", "Warn"
# Of a new object's metadata, what clients have no say in.
_SYSTEM_FIELDS = ("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "selfLink", "uid")


class Pipeline:
    """Turns what a client sent into what may be stored, or raises the StatusError that Kubernetes would give."""

    def __init__(self, catalogue: Catalogue, definitions: Definitions, admission: Chain) -> None:
        self._catalogue = catalogue
        self._definitions = definitions
        self._admission = admission
        self._decoder: Callable[[Kind], Decoder] = cache(self._make_decoder)
        self._empty_status: Callable[[Kind], Object | None] = cache(self._make_empty_status)

    def decoded(self, kind: Kind, body: Body, request: Request) -> Object:
        """The body as an object of the kind, defaults filled in."""
        value = typed_as(body, kind, self._is_known(body, kind)) if kind.codec is None else body.value
        try:
            obj, unknown = self.decode(kind, value)
        except DecodeError as failure:
            raise cannot_be_handled(value, kind, str(failure)) from failure
        if request.field_validation == _STRICT and (found := body.strict_errors(unknown)):
            raise cannot_be_handled(value, kind, "strict decoding error: " + ", ".join(found))
        if request.field_validation == _WARN:
            for problem in body.problems_with(unknown):
                request.warn(problem)
        return obj

    def decode(self, kind: Kind, value: Object, *, converted: bool = False) -> tuple[Object, list[str]]:
        """The object in the shape that the server keeps, with the unknown fields it had. DecodeError on wrong types.

        `converted` words errors as the real server does after a strategic merge, which it does not do on JSON.
        """
        decoder = kind.codec or self._decoder(kind)
        decoded = decoder.convert(value) if converted else decoder.decode(value)
        obj = {"kind": kind.kind, "apiVersion": kind.api_version, **decoded.object}
        obj["kind"], obj["apiVersion"] = kind.kind, kind.api_version
        kind.strategy.default(obj)
        return obj, decoded.unknown

    def create(self, kind: Kind, obj: Object, request: Request) -> list[Booking]:
        """Makes a decoded object ready to be created, in place; its metadata has its namespace already.

        What is returned is to be done inside the writing transaction.
        """
        strategy = kind.strategy
        unify_owner_references(obj["metadata"], request)
        attributes = Attributes(CREATE, kind, obj, None, request, read=self.reader(kind))
        if kind.namespaced:
            require_namespace(request.read(NAMESPACES, Key("", obj["metadata"]["namespace"])), kind, attributes.key)
        for field in _SYSTEM_FIELDS:
            obj["metadata"].pop(field, None)
        self._admission.mutate(attributes)
        meta = obj["metadata"]
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = request.identity.name(meta["generateName"])
        meta["uid"] = request.identity.uid()
        meta["creationTimestamp"] = timestamp(request.clock.now())
        if strategy.keeps_generation:
            meta["generation"] = 1
        if strategy.has_status and not strategy.status_on_create:
            self._reset_status(kind, obj)
        strategy.prepare_for_create(obj, request)
        self._check(kind, obj, self._creation_errors(kind, obj, request))
        self._admission.validate(attributes)
        for text in strategy.warnings(obj, None):
            request.warn(text)
        return self._admission.bookings(attributes)

    def update(self, kind: Kind, obj: Object, old: Object, request: Request, subresource: str = "") -> list[Booking]:
        """Makes a decoded object ready to replace `old`, in place; returns as create does.

        What other subresources than status write is made by their handlers, and checked by them.
        """
        strategy = kind.strategy
        carry_over_metadata(obj["metadata"], old["metadata"])
        unify_owner_references(obj["metadata"], request)
        attributes = Attributes(UPDATE, kind, obj, old, request, subresource, read=self.reader(kind))
        self._admission.mutate(attributes)
        if subresource == "":
            if strategy.has_status:
                copy_field("status", old, obj)
            strategy.prepare_for_update(obj, old, request)
        elif subresource == "status":
            _keep_all_but_status(obj, old)
            if strategy.status_keeps_metadata:
                keep_metadata(obj, old)
            strategy.prepare_for_status_update(obj, old, request)
        if strategy.keeps_generation and subresource != "status" and strategy.spec_changed(obj, old):
            obj["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
        self._check(kind, obj, self._update_errors(kind, obj, old, request, subresource))
        self._admission.validate(attributes)
        for text in _update_warnings(strategy, obj, old, subresource):
            request.warn(text)
        return self._admission.bookings(attributes)

    def admit_deletion(self, kind: Kind, old: Object, options: DeleteOptions, request: Request, *, named: bool = True) -> None:
        """Asks admission whether an object may be deleted; `named` is False where the request names a collection. StatusError when not."""
        self.admit(Attributes(DELETE, kind, None, old, request, options=options.as_object(), named=named))

    def admit(self, attributes: Attributes) -> None:
        """Asks admission about what is neither created nor updated here: deletions and calls of subresources. StatusError when refused."""
        self._admission.mutate(attributes)
        self._admission.validate(attributes)

    def definition_name(self, kind: Kind) -> str:
        """The OpenAPI definition of a kind."""
        name = self._definitions.name_of(kind.group, kind.version, kind.kind)
        if name is None:
            raise LookupError(f"no definition of {kind.api_version} {kind.kind}")
        return name

    def reader(self, kind: Kind) -> Reader:
        """Reads what admission made of an object of the kind; raises StatusError 500 when it made something else of it."""

        def read(value: Object, *, strict: bool = False) -> Object:
            try:
                obj, unknown = self.decode(kind, value)
            except DecodeError as failure:
                raise errors.internal(str(failure)) from failure
            if strict and unknown:
                raise errors.internal("strict decoding error: " + ", ".join(unknown))
            return obj

        return read

    def _creation_errors(self, kind: Kind, obj: Object, request: Request) -> list[FieldError]:
        return kind.strategy.validate_metadata(obj, kind.namespaced) + kind.strategy.validate(obj, request)

    def _update_errors(self, kind: Kind, obj: Object, old: Object, request: Request, subresource: str) -> list[FieldError]:
        found = kind.strategy.validate_metadata_update(obj, old, kind.namespaced)
        if subresource == "status":
            return found + kind.strategy.validate_status_update(obj, old, request)
        whole = subresource == "" or kind.codec is not None
        return found + (kind.strategy.validate_update(obj, old, request) if whole else [])

    @staticmethod
    def _check(kind: Kind, obj: Object, found: list[FieldError]) -> None:
        if found:
            raise errors.invalid(kind.kind, kind.group, obj["metadata"].get("name", ""), found)

    def _reset_status(self, kind: Kind, obj: Object) -> None:
        status = self._empty_status(kind)
        if status is None:
            obj.pop("status", None)
        else:
            obj["status"] = dict(status)

    def _is_known(self, body: Body, kind: Kind) -> bool:
        """Whether the server knows the type that the body names; what it leaves out is the kind's."""
        value = body.value if isinstance(body.value, dict) else {}
        api_version, name = str(value.get("apiVersion") or kind.api_version), str(value.get("kind") or kind.kind)
        group, _, version = api_version.rpartition("/")
        return self._definitions.name_of(group, version, name) is not None

    def _make_decoder(self, kind: Kind) -> Decoder:
        return Decoder(self._definitions, self.definition_name(kind))

    def _make_empty_status(self, kind: Kind) -> Object | None:
        if kind.codec is not None:
            return None
        empty = self._decoder(kind).decode({"metadata": {}}).object
        status: Object | None = empty.get("status")
        return status


def _keep_all_but_status(obj: Object, old: Object) -> None:
    status, meta = obj.get("status"), obj["metadata"]
    obj.clear()
    obj.update(old)
    obj["metadata"] = meta
    obj.pop("status", None)
    if status is not None:
        obj["status"] = status


def _update_warnings(strategy: Strategy, obj: Object, old: Object, subresource: str) -> list[str]:
    if subresource == "status":
        return strategy.status_warnings(obj)
    return strategy.warnings(obj, old) if subresource == "" else []
