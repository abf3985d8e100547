"""A process that writes and claims: python -m tests.storage.writer URL NAME TIMES (0: until killed). Prints acknowledged writes."""

from __future__ import annotations

import itertools
import random
import sys
import threading

from mockapi.machinery.meta import Key
from mockapi.storage.database import Database
from mockapi.storage.transaction import Transaction
from tests.storage.objects import MAPS, value

POOL, VALUES = "ports", 2000


def claim_any(transaction: Transaction, owner: str) -> str | None:
    """Takes a free value of the pool, as an allocator of node ports does."""
    for _ in range(20):
        port = str(random.randrange(VALUES))
        if transaction.owner(POOL, port) is None and transaction.claim(POOL, port, owner):
            return port
    return None


def write(database: Database, owner: str) -> str:
    """Creates an object that holds a value of the pool; every fourth is removed again, and its value given back."""
    with database.transaction() as transaction:
        port = claim_any(transaction, owner) or ""
        revision = transaction.create(MAPS, Key("default", owner), value(owner, port=port))
    if revision % 4:
        return f"{revision} ADDED {owner} {port}"
    with database.transaction() as transaction:
        transaction.free(POOL, port, owner)
        return f"{transaction.delete(MAPS, Key('default', owner), value(owner, port=port))} DELETED {owner} {port}"


def work(database: Database, name: str, times: int) -> None:
    for number in range(times) if times else itertools.count():
        sys.stdout.write(write(database, f"{name}-{number}") + "\n")
        sys.stdout.flush()


def main() -> None:
    url, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    database = Database(url)
    threads = [threading.Thread(target=work, args=(database, f"{name}-{thread}", times), daemon=True) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()


if __name__ == "__main__":
    main()
