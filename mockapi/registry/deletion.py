"""Deletion: preconditions, grace periods, finalizers and propagation, as the API server's generic store does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mockapi.machinery import errors
from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.meta import Object, is_terminating
from mockapi.registry.kind import Kind
from mockapi.registry.options import DeleteOptions
from mockapi.registry.request import Request

ORPHAN_FINALIZER = "orphan"
FOREGROUND_FINALIZER = "foregroundDeletion"


@dataclass(frozen=True)
class Step:
    """What a DELETE comes to: the object's next state, whether it must be stored, and whether the object goes now."""

    obj: Object
    changed: bool
    remove: bool


def check_preconditions(kind: Kind, obj: Object, options: DeleteOptions) -> None:
    """StatusError 409 when the client meant another object or another version of it (DeleteOptions.preconditions)."""
    meta = obj["metadata"]
    if options.precondition_uid is not None and options.precondition_uid != meta["uid"]:
        raise _mismatch(kind, obj, "UID", options.precondition_uid, "deleted and then recreated")
    if options.precondition_resource_version is not None and options.precondition_resource_version != meta["resourceVersion"]:
        raise _mismatch(kind, obj, "ResourceVersion", options.precondition_resource_version, "modified")


def changes_nothing(kind: Kind, obj: Object, options: DeleteOptions) -> bool:
    """Whether the object's grace period runs already and is not to be shortened."""
    left, asked = obj["metadata"].get("deletionGracePeriodSeconds") or 0, options.grace_period_seconds
    return kind.strategy.graceful and is_terminating(obj) and left > 0 and (asked is None or asked >= left)


def _mismatch(kind: Kind, obj: Object, what: str, given: str, how: str) -> errors.StatusError:
    meta = obj["metadata"]
    stored = meta["uid"] if what == "UID" else meta["resourceVersion"]
    if kind.strategy.deletes_in_two_steps:
        sentence = f"Precondition failed: {what} in precondition: {given}, {what} in object meta: {stored}"
        return errors.conflict(kind.plural, kind.group, meta["name"], sentence)
    sentence = f"the {what} in the precondition ({given}) does not match the {what} in record ({stored}). The object might have been {how}"
    return errors.conflict(kind.kind, kind.group, meta["name"], sentence)


def delete_step(kind: Kind, obj: Object, options: DeleteOptions, request: Request) -> Step:
    """Takes one DELETE as far as it goes now. `obj` may be changed."""
    strategy = kind.strategy
    if strategy.graceful and is_terminating(obj):
        return _shorten(kind, obj, options, request)
    grace = strategy.grace_period(obj, options.grace_period_seconds) if strategy.graceful else 0
    changed = _set_propagation(kind, obj, options)
    stays = strategy.delays_deletion(obj)
    if not is_terminating(obj) and (strategy.graceful or stays):
        _mark(kind, obj, grace, request)
        changed = True
    return Step(obj, changed, remove=not stays and grace == 0)


def may_be_removed(kind: Kind, obj: Object) -> bool:
    """Whether an update has taken away the last thing that kept a deleted object."""
    grace = obj["metadata"].get("deletionGracePeriodSeconds") or 0
    return is_terminating(obj) and grace == 0 and not kind.strategy.delays_deletion(obj)


def _shorten(kind: Kind, obj: Object, options: DeleteOptions, request: Request) -> Step:
    """A second DELETE may only shorten the grace period (DeleteOptions.gracePeriodSeconds)."""
    meta = obj["metadata"]
    left, asked = meta.get("deletionGracePeriodSeconds") or 0, options.grace_period_seconds or 0
    if left == 0:
        return Step(obj, changed=False, remove=may_be_removed(kind, obj))
    meta["deletionTimestamp"] = timestamp(parse_timestamp(meta["deletionTimestamp"]) - timedelta(seconds=left - asked))
    meta["deletionGracePeriodSeconds"] = asked
    _set_propagation(kind, obj, options)
    return Step(obj, changed=True, remove=may_be_removed(kind, obj))


def _mark(kind: Kind, obj: Object, grace: int, request: Request) -> None:
    meta = obj["metadata"]
    meta["deletionTimestamp"] = timestamp(request.clock.now() + timedelta(seconds=grace))
    meta["deletionGracePeriodSeconds"] = grace
    if meta.get("generation"):
        meta["generation"] += 1
    kind.strategy.mark_deleted(obj, request)


def _set_propagation(kind: Kind, obj: Object, options: DeleteOptions) -> bool:
    """Puts in place the finalizer that tells the garbage collector what to do with dependents."""
    meta = obj["metadata"]
    before = list(meta.get("finalizers") or ())
    wanted = _propagation_finalizer(kind, before, options)
    after = [name for name in before if name not in {ORPHAN_FINALIZER, FOREGROUND_FINALIZER}]
    after += [wanted] if wanted else []
    if sorted(after) == sorted(before):
        return False
    meta.pop("finalizers", None)
    if after:
        meta["finalizers"] = after
    return True


def _propagation_finalizer(kind: Kind, present: list[str], options: DeleteOptions) -> str:
    if kind.strategy.default_propagation == "Unsupported":
        return ""
    if options.orphan_dependents is not None:
        return ORPHAN_FINALIZER if options.orphan_dependents else ""
    if options.propagation_policy:
        return {"Orphan": ORPHAN_FINALIZER, "Foreground": FOREGROUND_FINALIZER}.get(options.propagation_policy, "")
    for name in (ORPHAN_FINALIZER, FOREGROUND_FINALIZER):
        if name in present:
            return name
    return ORPHAN_FINALIZER if kind.strategy.default_propagation == "Orphan" else ""
