"""Chance that can be repeated: what looks random is the same after a restart."""

from __future__ import annotations

import hashlib


def share(*seed: str) -> float:
    """A number from 0 to 1 that belongs to a seed."""
    digest = hashlib.sha256("/".join(seed).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
