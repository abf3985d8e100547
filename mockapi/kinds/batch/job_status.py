"""What a Job's status may say, and become: other controllers may write it, too (KEP-4368 managedBy).

A rule holds for a write that changes a field that the rule is about. So a status that breaks one does not keep the rest from being written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.kinds.batch.index_intervals import count_indexes, first_common
from mockapi.kinds.batch.job_spec import INDEXED
from mockapi.kinds.podspec.checks import non_negative, part, under
from mockapi.kinds.podspec.internal import internal_form
from mockapi.machinery import fielderrors
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE

_COUNTS = ("active", "succeeded", "failed", "ready", "terminating")
_COMPLETE, _FAILED, _SUSPENDED = "Complete", "Failed", "Suspended"
_FAILURE_TARGET, _CRITERIA_MET = "FailureTarget", "SuccessCriteriaMet"


def status_errors(job: Object, old: Object) -> Iterator[FieldError]:
    """The errors of a Job's status that replaces the old one's."""
    change = _Change(job["spec"], job.get("status") or {}, old.get("status") or {})
    return under("status", _all_errors(change))


class _Change:
    """A status that is to replace another."""

    def __init__(self, spec: Object, new: Object, old: Object) -> None:
        self.spec, self.new, self.old = spec, new, old
        self.true, self.was_true = _conditions(new, "True"), _conditions(old, "True")
        self.finished = bool(self.true & {_COMPLETE, _FAILED})
        self.finishing = self.finished != bool(self.was_true & {_COMPLETE, _FAILED})

    def changed(self, *names: str) -> bool:
        """Whether a field, or whether a condition is True, is not as it was. What is 0 or empty may as well be left out."""
        return bool((self.true ^ self.was_true) & set(names)) or any(_value(self.new, name) != _value(self.old, name) for name in names)

    def fell(self, field: str) -> bool:
        """Whether a count got smaller."""
        return int(self.new.get(field) or 0) < int(self.old.get(field) or 0)


def _conditions(status: Object, value: str) -> set[str]:
    return {each["type"] for each in status.get("conditions") or () if each["status"] == value}


def _value(status: Object, field: str) -> Any:
    # That there are no failed indexes is not the same as that failures are not counted by index.
    return status.get(field) if field in {"failedIndexes", "ready", "terminating"} else status.get(field) or None


def _all_errors(change: _Change) -> Iterator[FieldError]:
    for field in _COUNTS:
        yield from part(change.new, field, non_negative)
    yield from _uncounted(change.new.get("uncountedTerminatedPods") or {})
    yield from _completion(change)
    yield from _reasons(change)
    yield from _end(change)
    yield from _indexes(change)
    yield from _pods(change)
    yield from _contradictions(change)
    yield from _steps_back(change)
    yield from _times(change)
    yield from _late_success(change)


def _uncounted(pods: Object) -> Iterator[FieldError]:
    seen = set()
    for field in ("succeeded", "failed"):
        for position, uid in enumerate(pods.get(field) or ()):
            place = f"uncountedTerminatedPods.{field}[{position}]"
            if not uid:
                yield fielderrors.invalid(place, uid, "must not be empty")
            elif uid in seen:
                yield fielderrors.duplicate(place, uid)
            seen.add(uid)


def _wrong(sentence: str) -> FieldError:
    """Conditions that cannot be; they are not repeated."""
    return FieldError("FieldValueInvalid", "conditions", f"Invalid value: {sentence}")


def _completion(change: _Change) -> Iterator[FieldError]:
    new, complete = change.new, _COMPLETE in change.true
    end, start = new.get("completionTime"), new.get("startTime")
    if change.changed(_COMPLETE, _FAILED) and change.true >= {_COMPLETE, _FAILED}:
        yield _wrong("cannot set Complete=True and Failed=true conditions")
    if change.changed(_COMPLETE, _FAILURE_TARGET) and change.true >= {_COMPLETE, _FAILURE_TARGET}:
        yield _wrong("cannot set Complete=True and FailureTarget=true conditions")
    if change.changed(_COMPLETE, "completionTime") and end and not complete:
        yield fielderrors.invalid("completionTime", end, "cannot set completionTime when there is no Complete=True condition")
    if change.changed(_COMPLETE, "completionTime") and complete and not end:
        yield fielderrors.required("completionTime", "completionTime is required for Complete jobs")
    if change.changed("startTime", "completionTime") and start and end and parse_timestamp(end) < parse_timestamp(start):
        yield fielderrors.invalid("completionTime", end, "must be equal to or after `startTime`")


def _reasons(change: _Change) -> Iterator[FieldError]:
    """A Job that ends says why before (KEP-3939, KEP-3998)."""
    if change.changed(_FAILED, "failedIndexes") and _FAILED in change.true and _FAILURE_TARGET not in change.true:
        yield _wrong("cannot set Failed=True condition without the FailureTarget=true condition")
    if change.changed(_COMPLETE, _CRITERIA_MET) and _COMPLETE in change.true and _CRITERIA_MET not in change.true:
        yield _wrong("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")


def _end(change: _Change) -> Iterator[FieldError]:
    """Of a Job that is finished nothing goes on."""
    if not change.finished:
        return
    spec, new, uncounted = change.spec, change.new, change.new.get("uncountedTerminatedPods") or {}
    never_ran = bool(spec.get("suspend")) and spec.get("completions") == 0
    if (change.finishing or change.changed("active")) and (new.get("active") or 0) > 0:
        yield fielderrors.invalid("active", new["active"], "active>0 is invalid for finished job")
    if (change.finishing or change.changed("startTime")) and not new.get("startTime") and not never_ran:
        yield fielderrors.required("startTime", "startTime is required for finished job")
    if (change.finishing or change.changed("uncountedTerminatedPods")) and any(uncounted.values()):
        shown = internal_form("UncountedTerminatedPods", uncounted)
        yield fielderrors.invalid("uncountedTerminatedPods", shown, "must be empty for finished job")


def _indexes(change: _Change) -> Iterator[FieldError]:
    spec, total = change.spec, change.spec.get("completions")
    completed, failed = change.new.get("completedIndexes") or "", change.new.get("failedIndexes")
    by_index = spec.get("backoffLimitPerIndex") is not None
    if change.changed("completedIndexes") and total is not None:
        yield from _index_list("completedIndexes", completed, total)
    if change.changed("failedIndexes") and total is not None and by_index and failed is not None:
        yield from _index_list("failedIndexes", failed, total)
    if change.changed("completedIndexes") and completed and spec.get("completionMode") != INDEXED:
        sentence = "cannot set non-empty completedIndexes when non-indexed completion mode"
        yield fielderrors.invalid("completedIndexes", completed, sentence)
    if change.changed("failedIndexes") and failed is not None and not by_index:
        yield fielderrors.invalid("failedIndexes", failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null")
    if change.changed("completedIndexes", "failedIndexes") and total is not None and completed and failed:
        both = first_common(completed, failed, total)
        if both is not None:
            yield fielderrors.invalid("failedIndexes", failed, f"failedIndexes and completedIndexes overlap at index: {both}")


def _index_list(field: str, text: str, completions: int) -> Iterator[FieldError]:
    try:
        count_indexes(text, completions)
    except ValueError as failure:
        yield fielderrors.invalid(field, text, f"error parsing {field}: {failure}")


def _pods(change: _Change) -> Iterator[FieldError]:
    ready, terminating = change.new.get("ready") or 0, change.new.get("terminating") or 0
    if change.finished and (change.finishing or change.changed("terminating")) and terminating > 0:
        yield fielderrors.invalid("terminating", terminating, "terminating>0 is invalid for finished job")
    if change.changed("ready", "active") and ready > (change.new.get("active") or 0):
        yield fielderrors.invalid("ready", ready, "cannot set more ready pods than active")


def _contradictions(change: _Change) -> Iterator[FieldError]:
    if change.true >= {_CRITERIA_MET, _FAILED}:
        yield _wrong("cannot set SuccessCriteriaMet=True and Failed=true conditions")
    if change.true >= {_CRITERIA_MET, _FAILURE_TARGET}:
        yield _wrong("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")
    if change.spec.get("successPolicy") is not None and _COMPLETE in change.true and _CRITERIA_MET not in change.true:
        yield _wrong("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True")


def _steps_back(change: _Change) -> Iterator[FieldError]:
    for type in (_FAILED, _COMPLETE, _FAILURE_TARGET):
        if type in change.was_true - change.true:
            yield _wrong(f"cannot disable the terminal {type}=True condition")
    if change.fell("failed"):
        yield fielderrors.invalid("failed", change.new.get("failed") or 0, "cannot decrease the failed counter")
    spec = change.spec
    # A Job that can shrink may lose indexes that have succeeded.
    may_shrink = spec.get("completionMode") == INDEXED and spec.get("completions") == spec.get("parallelism")
    if change.fell("succeeded") and not may_shrink:
        yield fielderrors.invalid("succeeded", change.new.get("succeeded") or 0, "cannot decrease the succeeded counter")


def _times(change: _Change) -> Iterator[FieldError]:
    new, old = change.new, change.old
    if new.get("completionTime") and old.get("completionTime") and change.changed("completionTime"):
        yield fielderrors.invalid("completionTime", new["completionTime"], IMMUTABLE)
    resumes = _SUSPENDED in change.was_true and _SUSPENDED in _conditions(new, "False")
    if old.get("startTime") and change.changed("startTime") and not resumes and not change.spec.get("suspend"):
        yield fielderrors.invalid("startTime", new.get("startTime") or "null", "field is immutable for unsuspended job once set")


def _late_success(change: _Change) -> Iterator[FieldError]:
    if _CRITERIA_MET in change.was_true - change.true:
        yield _wrong("cannot disable the SuccessCriteriaMet=True condition")
    if _COMPLETE in change.was_true and _CRITERIA_MET in change.true - change.was_true:
        yield _wrong("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions")
