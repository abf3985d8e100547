"""What a NodePool says: how many machines there are, and which machine is whose."""

from __future__ import annotations

from mockapi.machinery.meta import Key, Object, is_terminating, name_of
from mockapi.nodes.machine import Machine
from mockapi.reconcile.informer import Informer


def wanted(pool: Object) -> int:
    """How many nodes the pool is to have."""
    return 0 if is_terminating(pool) else int(pool["spec"]["replicas"])


def made(pool: Object) -> int:
    """The highest number of a node that the pool has made or may make now."""
    return int((pool.get("status") or {}).get("replicas") or 0)


def node_names(pool: Object) -> list[str]:
    """The nodes that the pool has, is to have or is to lose."""
    return [f"{name_of(pool)}-{number}" for number in range(1, max(wanted(pool), made(pool)) + 1)]


def pool_key(node: str) -> Key:
    """The pool whose node that is by its name, if there is such a pool."""
    return Key("", node.rpartition("-")[0])


def machine_in(pools: Informer, node: str) -> Machine | None:
    """The machine behind a node's name; None when there is no such pool."""
    number = node.rpartition("-")[2]
    if not (number.isascii() and number.isdigit()) or number.startswith("0"):
        return None
    pool = pools.get(pool_key(node))
    return None if pool is None else Machine(pool, int(number))
