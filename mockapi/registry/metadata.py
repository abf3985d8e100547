"""What the server does to every object's metadata, whatever its kind."""

from __future__ import annotations

from copy import deepcopy

from mockapi.machinery.meta import Object
from mockapi.registry.request import Request


def carry_over_metadata(meta: Object, old: Object) -> None:
    """What a client may leave out of an update, or tries in vain to change (ObjectMeta: generation, creationTimestamp, …)."""
    for field in ("generation", "creationTimestamp", "selfLink"):
        copy_field(field, old, meta)
    for field in ("uid", "resourceVersion"):
        if not meta.get(field):
            meta[field] = old[field]
    if old.get("deletionTimestamp"):
        for field in ("deletionTimestamp", "deletionGracePeriodSeconds"):
            copy_field(field, old, meta)


def keep_metadata(obj: Object, old: Object) -> None:
    """Undoes all that a write changed in the metadata but who owns what, where a subresource has no say in it."""
    sent, obj["metadata"] = obj["metadata"], deepcopy(old["metadata"])
    copy_field("managedFields", sent, obj["metadata"])


def copy_field(field: str, source: Object, target: Object) -> None:
    """Makes a field of the target what it is in the source, absent included."""
    if field in source:
        target[field] = source[field]
    else:
        target.pop(field, None)


def unify_owner_references(meta: Object, request: Request) -> None:
    """Drops owner references that stand twice, with a warning."""
    references = meta.get("ownerReferences") or []
    unique: list[Object] = []
    repeated: dict[str, None] = {}
    for reference in references:
        if reference in unique:
            repeated[str(reference.get("uid", ""))] = None
        else:
            unique.append(reference)
    if repeated:
        meta["ownerReferences"] = unique
        request.warn(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such "
            f"requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {', '.join(repeated)}"
        )
