"""The whole API as calls on kinds: what the web room answers with and what the in-process client goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockapi.machinery import errors
from mockapi.machinery.clock import Clock
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Key, Object, Objects
from mockapi.registry.admission import Chain
from mockapi.registry.applying import Applier
from mockapi.registry.body import Body, Patch
from mockapi.registry.calls import admit_call
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.cluster import Cluster
from mockapi.registry.deletes import Ask, Deleted, Deletes
from mockapi.registry.kind import Kind
from mockapi.registry.options import DeleteOptions, ListOptions, WriteOptions
from mockapi.registry.ownership import Ownership
from mockapi.registry.patching import Patcher
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.reads import Page, Reads
from mockapi.registry.request import Request
from mockapi.registry.scale import Scales
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.seeding import Identities
from mockapi.registry.subresource import Subresource
from mockapi.registry.watching import Watches, WatchEvent
from mockapi.registry.writes import Writes, Written
from mockapi.storage.database import Database
from mockapi.storage.records import Record


class Resources:
    """Every verb on every kind. Nothing is kept here: all state is in the database."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        cluster: Cluster,
        clock: Clock,
        identity: Identity,
        admission: Chain,
    ) -> None:
        self.database = database
        self.catalogue = catalogue
        self.cluster = cluster
        self.clock = clock
        self.identity = identity
        self.definitions = Definitions.for_minor(cluster.minor)
        pipeline = self._pipeline = Pipeline(catalogue, self.definitions, admission)
        patcher = Patcher(pipeline, self.definitions)
        ownership = self._ownership = Ownership(pipeline, self.definitions)
        applier = Applier(pipeline, ownership)
        identities = Identities(database, identity, cluster.seed)
        self.writes = Writes(database, pipeline, patcher, ownership, applier, identities)
        self._deletes = Deletes(database, pipeline)
        self._reads = Reads(database)
        self.scales = Scales(self._reads, self.writes, pipeline, patcher, ownership, applier)
        self._watches = Watches(database, clock.monotonic)

    def request(self, options: WriteOptions | None = None, *, dry_run: bool = False) -> Request:
        """A request of the administrator with the options of a write."""
        options = options or WriteOptions(dry_run=dry_run)
        return Request(
            cluster=self.cluster,
            clock=self.clock,
            identity=self.identity,
            read=self._read,
            read_all=self._read_all,
            dry_run=options.dry_run,
            field_validation=options.field_validation,
            field_manager=options.field_manager,
            force=options.force,
        )

    def decoded(self, kind: Kind, body: Body, request: Request) -> Object:
        """A body as an object of a kind of which nothing is stored, its fields owned by whoever sent it. StatusError 400."""
        obj = self._pipeline.decoded(kind, body, request)
        self._ownership.created(kind, obj, request)
        return obj

    def get(self, kind: Kind, key: Key) -> Record:
        """The current object. StatusError 404."""
        return self._reads.get(kind, key)

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page:
        """The objects of a namespace, or of all with "". StatusError 400, 410 or 504."""
        return self._reads.list(kind, namespace, options)

    def watch(self, kind: Kind, namespace: str, options: ListOptions, stopped: Callable[[], bool]) -> Iterator[WatchEvent | None]:
        """Events until `stopped`; None now and then where nothing happens. StatusError 400, 410 or 504."""
        return self._watches.watch(kind, namespace, options, stopped)

    def act(self, kind: Kind, key: Key, verb: str, body: Object, request: Request, subresource: Subresource | None = None) -> Object:
        """A call that a handler of the kind, or of its subresource, answers. StatusError, 405 when there is no such handler."""
        handler = (subresource or kind).handler(verb)
        if handler is None:
            raise errors.method_not_allowed()
        return handler(self, key, admit_call(self._pipeline, kind, key, verb, body, request, subresource), request)

    def create(self, kind: Kind, namespace: str, body: Body, request: Request) -> Object:
        """POST. StatusError 400, 403, 404, 409 or 422."""
        return self.writes.create(kind, namespace, body, request)

    def update(self, kind: Kind, key: Key, body: Body, request: Request, subresource: str = "") -> Written:
        """PUT on an object or its status. StatusError 400, 403, 404, 409 or 422."""
        return self.writes.update(kind, key, body, request, subresource)

    def patch(self, kind: Kind, key: Key, patch: Patch, request: Request, subresource: str = "") -> Object:
        """PATCH on an object or its status. StatusError 400, 403, 404, 409 or 422."""
        return self.writes.patch(kind, key, patch, request, subresource)

    def apply(self, kind: Kind, key: Key, patch: Patch, request: Request, subresource: str = "") -> Written:
        """Server-side apply on an object or its status. StatusError 400, 403, 404, 409, 422, or 500 for what has another shape."""
        return self.writes.apply(kind, key, patch, request, subresource)

    def delete(self, kind: Kind, key: Key, options: DeleteOptions, request: Request, ask: Ask = Ask.BY_NAME) -> Deleted:
        """DELETE of one object. StatusError 403, 404 or 409."""
        return self._deletes.delete(kind, key, options, request, ask)

    def delete_collection(
        self, kind: Kind, namespace: str, options: ListOptions, delete: DeleteOptions, request: Request
    ) -> tuple[Objects, int]:
        """DELETE of all that the options select: the objects as they were found, and the revision listed at."""
        page = self.list(kind, namespace, options)
        for record in page.records:
            try:
                self.delete(kind, record.key, delete, request, Ask.UNNAMED)
            except errors.StatusError as failure:
                if failure.code != 404:  # somebody else deleted it in the meantime
                    raise
        return [record.object for record in page.records], page.revision

    def _read(self, resource: str, key: Key) -> Object | None:
        self.database.cache.catch_up()
        record = self.database.cache.get(resource, key)
        return record.object if record else None

    def _read_all(self, resource: str, namespace: str) -> Objects:
        self.database.cache.catch_up()
        return [record.object for record in self.database.cache.list(resource, namespace)]
