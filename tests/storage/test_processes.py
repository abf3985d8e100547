"""Several processes and threads on one database, some of them killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from mockapi.storage.database import Database
from mockapi.storage.records import DELETED
from tests.storage.conftest import Open
from tests.storage.objects import MAPS, key, put
from tests.storage.writer import POOL

ROOT = Path(__file__).resolve().parents[2]
LONG = 60.0


def start(url: str, name: str, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.writer", url, name, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def check(database: Database, acknowledged: Iterable[str]) -> None:
    """What was acknowledged is there, and objects and allocations agree."""
    for line in acknowledged:
        revision, kind, name, *_ = line.split(" ")
        record = database.cache.get(MAPS, key(name))
        assert (record is None) if kind == DELETED else (record is not None and record.revision == int(revision)), line
    held = {record.key.name: record.object["data"]["port"] for record in database.cache.list(MAPS)}
    held = {name: port for name, port in held.items() if port}
    assert len(set(held.values())) == len(held)
    with database.transaction() as transaction:
        rows = transaction.link.execute("SELECT owner, value FROM allocations WHERE pool = :pool", {"pool": POOL}).fetchall()
        revisions = [row[0] for row in transaction.link.execute("SELECT revision FROM changes ORDER BY revision").fetchall()]
    assert dict(rows) == held
    assert revisions == list(range(2, 2 + len(revisions)))


def test_no_value_is_handed_out_twice(url: str, open_database: Open) -> None:
    running = [start(url, name, 50) for name in ("one", "two", "three")]
    outputs = [process.communicate(timeout=LONG)[0].splitlines() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert [len(lines) for lines in outputs] == [200, 200, 200]
    check(open_database(), [line for lines in outputs for line in lines])


def test_what_a_killed_process_had_acknowledged_is_there(url: str, open_database: Open) -> None:
    acknowledged = []
    for round_ in range(6):
        victim = start(url, f"round-{round_}", 0)
        bystander = start(url, f"bystander-{round_}", 10)
        assert victim.stdout
        lines = [victim.stdout.readline() for _ in range(20 + 17 * round_)]
        victim.kill()
        lines += victim.communicate(timeout=LONG)[0].splitlines(keepends=True)
        lines += bystander.communicate(timeout=LONG)[0].splitlines(keepends=True)
        assert bystander.returncode == 0
        acknowledged += [line.rstrip("\n") for line in lines if line.endswith("\n")]
        check(open_database(), acknowledged)


def test_watchers_see_every_change_once_and_in_order(url: str, open_database: Open) -> None:
    database = open_database()
    database.start_tailing()
    running = [start(url, name, 100) for name in ("one", "two")]
    seen = [2]
    while any(process.poll() is None for process in running) or seen[-1] < database.cache.catch_up():
        if database.cache.wait(MAPS, seen[-1], 0.05):
            seen += [change.revision for change in database.cache.changes(MAPS, seen[-1])]
    for process in running:
        process.communicate(timeout=LONG)
    assert len(seen) > 800
    assert seen == list(range(2, database.cache.revision + 1))


def test_catching_up_shows_every_acknowledged_write_to_every_thread(open_database: Open) -> None:
    """Threads of two processes hand a revision on: whoever hears of it and catches up must see it."""
    processes = [open_database(), open_database()]
    acknowledged = [2]
    failures: list[str] = []

    def write(database: Database, name: str) -> None:
        for _ in range(100):
            acknowledged[0] = max(acknowledged[0], put(database, key(name)))

    def read(database: Database) -> None:
        while any(thread.is_alive() for thread in writers):
            heard = acknowledged[0]
            reached = database.cache.catch_up()
            records, revision = database.cache.snapshot(MAPS)
            if not (heard <= reached <= revision) or max((record.revision for record in records), default=0) > revision:
                failures.append(f"heard {heard}, reached {reached}, listed {revision}")

    writers = [threading.Thread(target=write, args=(database, f"{number}")) for number, database in enumerate(processes * 2)]
    readers = [threading.Thread(target=read, args=(database,)) for database in processes * 3]
    for thread in [*writers, *readers]:
        thread.start()
    for thread in [*writers, *readers]:
        thread.join(LONG)
    assert failures == []
    assert processes[0].cache.catch_up() == processes[1].cache.catch_up() == 402
