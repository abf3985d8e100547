"""Which volume a claim gets: one that is kept for it, or else the smallest that has all it asks for."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.controllers.persistentvolume.facts import AVAILABLE, capacity, class_of, is_for, phase_of, requested
from mockapi.machinery.meta import Object, Objects, is_terminating, labels_of, name_of
from mockapi.machinery.selectors import selector_from_object


def best_match(claim: Object, volumes: Iterable[Object], *, delayed: bool = False) -> Object | None:
    """The volume to bind: of those with fewest access modes beyond the claim's, the one kept for it, or the smallest free one.

    A `delayed` claim, which waits for its first consumer, only gets what is kept for it.
    """
    groups: dict[tuple[str, ...], Objects] = {}
    for volume in volumes:
        if has_modes(volume, claim) and could_hold(volume, claim):
            groups.setdefault(tuple(sorted(volume["spec"]["accessModes"])), []).append(volume)
    for modes in sorted(groups, key=lambda modes: (len(modes), modes)):
        found = _of_group(claim, groups[modes], delayed)
        if found is not None:
            return found
    return None


def smallest(volumes: Iterable[Object]) -> Object | None:
    """The volume of least capacity; of equal ones the first by name."""
    return min(volumes, key=lambda volume: (capacity(volume), name_of(volume)), default=None)


def would_serve(volume: Object, claim: Object) -> bool:
    """Whether the claim, if it waits for no consumer, could be bound to the volume now."""
    return has_modes(volume, claim) and could_hold(volume, claim) and (is_for(volume, claim) or is_free_for(volume, claim))


def is_free_for(volume: Object, claim: Object) -> bool:
    """Whether the volume is anybody's, and of the class and with the labels that the claim asks for."""
    if volume["spec"].get("claimRef") or phase_of(volume) != AVAILABLE or class_of(volume) != class_of(claim):
        return False
    selector = claim["spec"].get("selector")
    return selector is None or selector_from_object(selector).matches(labels_of(volume))


def could_hold(volume: Object, claim: Object) -> bool:
    """Whether the volume is large enough, of the right kind, and to stay."""
    return (
        capacity(volume) >= requested(claim)
        and _volume_mode(volume) == _volume_mode(claim)
        and _attributes_class(volume) == _attributes_class(claim)
        and not is_terminating(volume)
    )


def has_modes(volume: Object, claim: Object) -> bool:
    """Whether the volume has all access modes of the claim."""
    return set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ())


def mismatch(volume: Object, claim: Object) -> str:
    """Why a claim cannot have the volume that it names; "" when it can."""
    if is_terminating(volume):
        return f'the volume is marked for deletion "{name_of(volume)}"'
    if capacity(volume) < requested(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if _attributes_class(volume) != _attributes_class(claim):
        return "volumeAttributesClassName does not match"
    if _volume_mode(volume) != _volume_mode(claim):
        return "incompatible volumeMode"
    return "" if has_modes(volume, claim) else "incompatible accessMode"


def is_of_other_mode(volume: Object, claim: Object) -> bool:
    """Whether one is a block device and the other a file system."""
    return _volume_mode(volume) != _volume_mode(claim)


def _of_group(claim: Object, volumes: Objects, delayed: bool) -> Object | None:
    kept = [volume for volume in volumes if is_for(volume, claim)]
    if kept or delayed:
        return min(kept, key=name_of, default=None)
    return smallest(volume for volume in volumes if is_free_for(volume, claim))


def _volume_mode(obj: Object) -> str:
    return str(obj["spec"].get("volumeMode") or "Filesystem")


def _attributes_class(obj: Object) -> str:
    return str(obj["spec"].get("volumeAttributesClassName") or "")
