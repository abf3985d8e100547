"""Addons by the command line: written into the database, where the control plane sees them, now or when it starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mockapi.assembly import build_resources, cluster_of
from mockapi.machinery.clock import SystemClock
from mockapi.registry.client import Client
from mockapi.registry.simulated import ADDONS, GROUP, VERSION
from mockapi.settings import Settings, database_url
from mockapi.storage.database import Database


def enable(settings: Settings, name: str) -> None:
    """Has an addon installed; one that is there already stays as it is."""
    with _client(settings) as client:
        if client.get(ADDONS, "", name) is None:
            client.create(ADDONS, {"apiVersion": f"{GROUP}/{VERSION}", "kind": "Addon", "metadata": {"name": name}})


def disable(settings: Settings, name: str) -> None:
    """Has an addon taken away with all of its objects."""
    with _client(settings) as client:
        client.delete(ADDONS, "", name)


@contextmanager
def _client(settings: Settings) -> Iterator[Client]:
    database = Database(database_url(settings.database))
    try:
        yield Client(build_resources(database, cluster_of(settings), SystemClock()), "mockapi")
    finally:
        database.close()
