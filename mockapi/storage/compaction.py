"""Forgetting old history, as etcd's compaction does: what any object is now is never forgotten, only how it became so.

The space is used again by later changes, so the database stops growing; it does not shrink.
"""

from __future__ import annotations

from mockapi.storage.backends import HEAD
from mockapi.storage.database import Database
from mockapi.storage.link import Link
from mockapi.storage.log import COMPACTED

# Revisions that one transaction works through, so that writers wait some milliseconds at most.
_STEP = 1000

_OLD = "SELECT max(revision) FROM changes WHERE revision > :compacted AND at < :oldest"
_FORGET_SUPERSEDED = (
    "DELETE FROM changes WHERE revision IN (SELECT previous FROM changes WHERE revision > :compacted AND revision <= :upto)"
)
_FORGET_DELETIONS = "DELETE FROM changes WHERE revision > :compacted AND revision <= :upto AND type = 'DELETED'"
_REMEMBER = "UPDATE settings SET value = :upto WHERE name = 'compacted'"


def compact(database: Database, *, keep_changes: int, keep_seconds: float) -> None:
    """Forgets changes of all clusters that are further back than `keep_changes` or older than `keep_seconds`. Raises StorageError.

    Asking for changes from before that then raises Compacted, unless the process still has them in memory.
    """
    while not _step(database, keep_changes, keep_seconds):
        pass


def _step(database: Database, keep_changes: int, keep_seconds: float) -> bool:
    with database.transaction() as transaction:
        link = transaction.link
        compacted = link.number(COMPACTED)
        target = _target(link, compacted, keep_changes, transaction.at - keep_seconds)
        upto = min(target, compacted + _STEP)
        if upto > compacted:
            values = {"compacted": compacted, "upto": upto}
            for statement in (_FORGET_SUPERSEDED, _FORGET_DELETIONS, _REMEMBER):
                link.execute(statement, values)
        return upto >= target


def _target(link: Link, compacted: int, keep_changes: int, oldest: float) -> int:
    head = link.number(HEAD)
    old = link.execute(_OLD, {"compacted": compacted, "oldest": oldest}).fetchone()[0] or 0
    return min(max(head - keep_changes, old), head - 1)  # the last change stays: writers count from it
