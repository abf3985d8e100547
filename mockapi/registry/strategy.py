"""What is peculiar to a kind: hooks that the pipeline calls at fixed points. A plain Strategy serves a kind without rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_kube_finalizer_names, validate_object_meta, validate_object_meta_update

if TYPE_CHECKING:
    from mockapi.registry.request import Request


class Allocator(Protocol):
    """Unique values handed out inside the writing transaction; `pool` names what they are unique in."""

    def claim(self, pool: str, value: str, owner: str) -> bool:
        """Takes the value for the owner. False when another owner has it; True also when the owner has it already."""

    def owner(self, pool: str, value: str) -> str | None:
        """Who holds the value."""

    def free(self, pool: str, value: str, owner: str) -> None:
        """Gives the value back if the owner holds it."""


class Strategy:
    """Hooks of one kind. All of them may change `obj` in place where said, and none may change `old`.

    Order on create: default, prepare_for_create, (admission), validate, allocate.
    Order on update: default, prepare_for_update (or prepare_for_status_update), (admission), validate_update, allocate.
    Before `prepare_*`, the pipeline has decoded the body and set name, namespace, uid, creationTimestamp.
    """

    # metadata.name must satisfy this: text -> messages, as in mockapi.machinery.names.
    name_rule: Callable[[str], list[str]] = staticmethod(names.dns1123_subdomain)
    # PUT on a missing object creates it.
    create_on_update = False
    # PUT without metadata.resourceVersion is accepted.
    unconditional_update = True
    # DELETE answers the object as it was, instead of a Status.
    returns_deleted = False
    # Deletion waits for a grace period (Pod only: the kubelet ends it).
    graceful = False
    # The first DELETE only begins to clear away what the object holds: Namespace and CustomResourceDefinition, which word conflicts alike.
    deletes_in_two_steps = False
    # What DELETE does to dependents when the client does not say: Background or Orphan; or Unsupported, whatever the client says.
    default_propagation = "Background"
    # What a DELETE is warned of that leaves dependents behind only because the client does not say what to do with them.
    orphan_warning = ""
    # metadata.generation starts at 1 and grows when the spec changes.
    keeps_generation = False
    # An update checks the whole object's metadata with the rules of a new one.
    revalidates_metadata = False
    # The client's status is dropped on create and PUT; only /status writes it.
    has_status = False
    # Names of fields in selectors that stand for others.
    selector_aliases: ClassVar[Mapping[str, str]] = {}
    # The subresource whose writes it rules, where they have rules of their own: managedFields name it.
    subresource = ""
    # A write to the status changes nothing of the metadata.
    status_keeps_metadata = False
    # What a new object says of its status is kept all the same.
    status_on_create = False

    def default(self, obj: Object) -> None:
        """Fills in defaults in place. Must be idempotent."""

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        """Sets what the server decides, in place. The base class resets status (where there is one) beforehand."""

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        """Carries over from `old`, in place, what clients may not change; the pipeline has restored the status already."""

    def prepare_for_status_update(self, obj: Object, old: Object, request: Request) -> None:
        """As prepare_for_update for a write to /status; the pipeline has already restored everything but status and metadata."""

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        """All errors of a new object's metadata."""
        meta = obj["metadata"]
        return validate_object_meta(meta, namespaced=namespaced, name_rule=self.name_rule) + validate_kube_finalizer_names(meta)

    def validate_metadata_update(self, obj: Object, old: Object, namespaced: bool) -> list[FieldError]:
        """All errors of changed metadata.

        The real server checks it once for all kinds and again with each kind's own rules, and its causes show both.
        """
        meta, changes = obj["metadata"], validate_object_meta_update(obj["metadata"], old["metadata"])
        common = validate_object_meta(meta, namespaced=namespaced, name_rule=names.path_segment_name)
        again = self.validate_metadata(obj, namespaced) if self.revalidates_metadata else []
        return common + changes + again + changes + validate_kube_finalizer_names(meta)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        """All errors of a new object beside its metadata."""
        return []

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """All errors of a changed object. The default applies the rules of a new one."""
        return self.validate(obj, request)

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """All errors of a changed status."""
        return []

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """What the answer should warn of; `old` is None on create."""
        return []

    def status_warnings(self, obj: Object) -> list[str]:
        """What the answer to a write to /status should warn of."""
        return []

    def allocate(self, obj: Object, old: Object | None, allocator: Allocator, request: Request) -> None:
        """Takes and gives back unique values inside the writing transaction, changing `obj` in place. Raises StatusError.

        Also called on a dry run, whose transaction is rolled back.
        """

    def release(self, obj: Object, allocator: Allocator) -> None:
        """Gives back what the object held, inside the transaction that removes it."""

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        """What field selectors may name beside metadata.name and metadata.namespace, with the object's values."""
        return {}

    def selector_refusal(self, field: str) -> str:
        """Why a field selector cannot name a field."""
        if self.selectable_fields({"metadata": {}, "spec": {}, "status": {}}):
            return f"field label not supported: {field}"
        return f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"'

    def spec_changed(self, obj: Object, old: Object) -> bool:
        """Whether an update makes metadata.generation grow."""
        return bool(obj.get("spec") != old.get("spec"))

    def reset_fields(self, subresource: str) -> tuple[str, ...]:
        """Dotted paths that a write to the object (""), or to its subresource, leaves as they were: no writer there owns them."""
        if subresource == "status":
            return ("metadata", "spec") if self.status_keeps_metadata else ("spec",)
        return ("status",) if self.has_status else ()

    def owned_fields(self, subresource: str) -> tuple[str, ...]:
        """Dotted paths that alone can be owned by who writes to a subresource, those in the items of a list included; () where all can."""
        return ()

    def grace_period(self, obj: Object, asked: int | None) -> int:
        """Seconds between a deletion's request and its completion; asked only of kinds with `graceful`."""
        return 0

    def refuse_deletion(self, obj: Object, request: Request) -> None:
        """Raises StatusError when the object may not be deleted."""

    def mark_deleted(self, obj: Object, request: Request) -> None:
        """Changes the object in place when its deletion begins; deletionTimestamp and grace period are set already."""

    def delays_deletion(self, obj: Object) -> bool:
        """Whether something must still happen before the object may go."""
        return bool(obj["metadata"].get("finalizers"))


def zero_filled(fields: Mapping[str, str | None]) -> dict[str, str]:
    """Selectable fields with None as the empty text."""
    return {name: value or "" for name, value in fields.items()}
