"""What the parts of a request cost in storage: python -m tests.bench.storage [URL]. Prints figures, asserts nothing."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mockapi.machinery.meta import Key
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from mockapi.storage.records import encode

VALUE = encode({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "bench"}, "data": {"text": "x" * 1000}})
PROCESSES, THREADS, SECONDS = 2, 8, 5.0


def timed(title: str, times: int, function: Callable[[int], object]) -> None:
    spent = []
    for number in range(times):
        began = time.perf_counter()
        function(number)
        spent.append(time.perf_counter() - began)
    report(title, spent)


def report(title: str, spent: list[float], seconds: float = 0.0) -> None:
    spent.sort()
    mean, half, most, worst = sum(spent) / len(spent), spent[len(spent) // 2], spent[int(len(spent) * 0.99)], spent[-1]
    rate = f"{len(spent) / seconds:8.0f}/s" if seconds else ""
    print(f"{title:34} mean {mean * 1e6:8.1f} us  p50 {half * 1e6:8.1f}  p99 {most * 1e6:8.1f}  max {worst * 1e6:8.1f} {rate}")


def create(database: Database, resource: str, name: str) -> None:
    key = Key("default", name)
    with database.transaction() as transaction:
        if transaction.revision_of(resource, key) is None:
            transaction.create(resource, key, VALUE)


def alone(url: str) -> None:
    began = time.perf_counter()
    database = Database(url)
    print(f"open {(time.perf_counter() - began) * 1e3:.1f} ms")
    timed("create", 2000, lambda number: create(database, "configmaps", f"alone-{number}"))
    timed("catch_up, idle", 20000, lambda _: database.cache.catch_up())
    for number in range(500):
        create(database, "secrets", f"s-{number}")
    timed("snapshot of 500", 20000, lambda _: database.cache.snapshot("secrets", "default"))
    timed("write, then list of 500", 500, lambda number: (create(database, "secrets", f"t-{number}"), database.cache.snapshot("secrets")))
    began = time.perf_counter()
    Database(url).close()
    print(f"open with {len(database.cache.list('configmaps'))} objects {(time.perf_counter() - began) * 1e3:.1f} ms")
    database.close()


def crowd(url: str, process: int, results: multiprocessing.Queue[list[float]]) -> None:
    database = Database(url)
    database.start_tailing()
    spent: list[float] = []

    def write(thread: int) -> None:
        end = time.monotonic() + SECONDS
        number = 0
        while time.monotonic() < end:
            began = time.perf_counter()
            create(database, "configmaps", f"{process}-{thread}-{number}")
            spent.append(time.perf_counter() - began)
            number += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(spent)
    database.close()


def together(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[list[float]] = context.Queue()
    processes = [context.Process(target=crowd, args=(url, number, results)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    spent = [figure for _ in processes for figure in results.get()]
    for process in processes:
        process.join()
    report(f"create, {PROCESSES} processes x {THREADS} threads", spent, SECONDS)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'bench.db'}"
        began = time.perf_counter()
        migrate(url)
        print(f"migrate {(time.perf_counter() - began) * 1e3:.1f} ms")
        alone(url)
        together(url)


if __name__ == "__main__":
    main()
