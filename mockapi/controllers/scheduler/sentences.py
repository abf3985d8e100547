"""The sentences that say why a pod has no node: message of its PodScheduled condition and of FailedScheduling events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

NO_NODES = "no nodes available to schedule pods"
NEVER = "not eligible due to preemptionPolicy=Never."
WAITING_FOR_VICTIMS = "not eligible due to a terminating pod on the nominated node."
NO_VICTIMS = "No preemption victims found for incoming pod"
NOT_HELPFUL = "Preemption is not helpful for scheduling"

# What the plugin of resource claims adds when preemption cannot help either; and when it did not get its turn before.
_NO_CLAIMS = "no new claims to deallocate"
_NO_TURN = "not found"
_LONGEST_NOTE = 1024
_CUT = " ..."


def unavailable(count: int, reasons: Iterable[str]) -> str:
    """How many nodes there are, and for how many of them each reason holds."""
    counted = Counter(reasons)
    listed = sorted(f"{times} {reason}" for reason, times in counted.items())
    return f"0/{count} nodes are available: {', '.join(listed)}."


def blocked(count: int, reason: str) -> str:
    """About a pod that fits nowhere whatever the node."""
    return f"0/{count} nodes are available: {reason}. {_NO_TURN}"


def unhelped(sentence: str, preemption: str) -> str:
    """Adds why no other pods are evicted."""
    return f"{sentence} {_NO_CLAIMS}, preemption: {preemption}"


def note(sentence: str) -> str:
    """The sentence as far as an Event may hold it."""
    return sentence if len(sentence) <= _LONGEST_NOTE else sentence[: _LONGEST_NOTE - len(_CUT)] + _CUT
