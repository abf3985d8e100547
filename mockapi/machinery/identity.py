"""What the server makes up: uids and random name suffixes, from one generator that a seed makes repeatable."""

from __future__ import annotations

import hashlib
import random
import uuid

# No vowels and no digits that read like letters, so that a suffix never spells a word.
_SAFE = "bcdfghjklmnpqrstvwxz2456789"
_MAX_NAME = 63
_SUFFIX = 5


class Identity:
    """Source of uids and suffixes; without a seed it is as unpredictable as the system's generator."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)

    @classmethod
    def of(cls, seed: int, what: str, ordinal: int) -> Identity:
        """The generator that belongs to the nth of something under a seed."""
        digest = hashlib.sha256(f"{seed}/{ordinal}/{what}".encode()).digest()
        return cls(int.from_bytes(digest[:16], "big"))

    def uid(self) -> str:
        """A fresh metadata.uid: a version 4 UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def suffix(self, length: int = _SUFFIX) -> str:
        """Random characters that are safe within a name."""
        return "".join(self._random.choices(_SAFE, k=length))

    def name(self, prefix: str) -> str:
        """A name from metadata.generateName: the prefix, cut so that five random characters fit in 63."""
        return prefix[: _MAX_NAME - _SUFFIX] + self.suffix()

    def pick(self, count: int) -> int:
        """A number from 0 to count - 1."""
        return self._random.randrange(count)


def safe_encode(text: str) -> str:
    """`text` with each character replaced by one that is safe in a name; equal texts give equal answers."""
    return "".join(_SAFE[ord(character) % len(_SAFE)] for character in text)
