"""What there is, as a table for people: each kind with its verbs, subresources, validation and controllers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from mockapi.assembly import all_controllers, build_resources, cluster_of
from mockapi.machinery.clock import SystemClock
from mockapi.reconcile.controller import Toolbox
from mockapi.reconcile.current import current_simulation
from mockapi.reconcile.informer import Informers
from mockapi.reconcile.simulation import PRESETS
from mockapi.registry.client import Client
from mockapi.registry.kind import ALL_VERBS, Kind
from mockapi.registry.resources import Resources
from mockapi.registry.strategy import Strategy
from mockapi.settings import Settings, database_url
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate

# A controller that watches more resources than these is about objects of any kind.
_FEW = 12
_HEAD = ("Kind", "API version", "Verbs", "Subresources", "Validation", "Controllers")
_TEXT = """\
# Kinds

What Kubernetes {minor} is emulated with. Made by `mockapi kinds`; `make docs` writes it anew.

- Verbs: *all* are create, delete, deletecollection, get, list, patch, update and watch.
- Validation: *rules* means that beside the schema, which holds for every kind, the rules of Kubernetes for the kind are checked.
- Controllers: who acts when objects of the kind change; those that look at nearly all kinds are left out.

"""


def overview(settings: Settings) -> str:
    """A Markdown document with a table of the kinds of the minor that the settings name."""
    with TemporaryDirectory() as folder:
        url = database_url(str(Path(folder) / "empty.db"))
        migrate(url)
        database = Database(url)
        try:
            rows = _rows(build_resources(database, cluster_of(settings), SystemClock()), settings)
        finally:
            database.close()
    lines = [_HEAD, tuple("---" for _ in _HEAD), *rows]
    return _TEXT.format(minor=settings.kubernetes_version) + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(resources: Resources, settings: Settings) -> list[tuple[str, ...]]:
    behind = _controllers_by_resource(resources, settings)
    return [_row(kind, behind) for kind in _in_order(resources)]


def _in_order(resources: Resources) -> Iterator[Kind]:
    for group, version in sorted(resources.catalogue.group_versions()):
        yield from resources.catalogue.in_group_version(group, version)


def _row(kind: Kind, behind: dict[str, list[str]]) -> tuple[str, ...]:
    verbs = "all" if kind.verbs == ALL_VERBS else ", ".join(kind.verbs)
    subresources = ", ".join(sorted(subresource.name for subresource in kind.subresources))
    return (kind.kind, kind.api_version, verbs, subresources, _validation(kind), ", ".join(behind.get(kind.resource, ())))


def _validation(kind: Kind) -> str:
    strategy = type((kind.conversion.hub if kind.conversion else kind).strategy)
    return "schema" if strategy.validate is Strategy.validate else "rules"


def _controllers_by_resource(resources: Resources, settings: Settings) -> dict[str, list[str]]:
    """The names of the controllers that watch a resource, by that resource."""
    informers = Informers(resources.database.cache)
    toolbox = Toolbox(
        client=Client(resources),
        informers=informers,
        clock=resources.clock,
        identity=resources.identity,
        cluster=resources.cluster,
        settings=current_simulation(informers, PRESETS[settings.preset]),
    )
    found: dict[str, list[str]] = {}
    for controller in all_controllers():
        watched = controller(toolbox).watches()
        for resource in watched if len(watched) <= _FEW else ():
            found.setdefault(resource, []).append(controller.name)
    return found
