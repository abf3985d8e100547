"""Domains of topology: all nodes that have the same value of a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mockapi.controllers.scheduler.snapshot import Snapshot


def by_domain(snapshot: Snapshot, counts: Mapping[str, int], key: str) -> Counter[str]:
    """Counts by node, summed up by the value that the nodes have of a label; nodes without it are left out."""
    domains: Counter[str] = Counter()
    for name, count in counts.items():
        info = snapshot.node(name)
        if info is not None and key in info.labels:
            domains[info.labels[key]] += count
    return domains
