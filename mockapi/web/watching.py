"""Watches: a stream of events, as JSON lines or as messages in protobuf."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from mockapi.registry.options import ListOptions
from mockapi.registry.resources import Resources
from mockapi.registry.schema.decode import Decoder
from mockapi.registry.watching import WatchEvent
from mockapi.web import negotiation
from mockapi.web.exchange import JSON, Answer, Call
from mockapi.web.rendering import Renderer
from mockapi.web.routes import Target

# kube-apiserver ends a watch that names no timeout after a random time between this and twice this (--min-request-timeout).
_MIN_TIMEOUT_SECONDS = 1800.0
# The most events that are sent as one piece.
_AT_ONCE = 100
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"


class Watching:
    """Serves watches until they time out, the client leaves or the server stops."""

    def __init__(self, resources: Resources, stopped: Callable[[], bool]) -> None:
        self._resources = resources
        self._stopped = stopped

    def answer(self, call: Call, target: Target, wanted: ListOptions) -> Answer:
        """The stream of events. StatusError 400, 406 or 422 for a watch that cannot be begun."""
        output = negotiation.stream_output(call, negotiation.objects(target.kind))
        include = call.parameter("includeObject") if output.convert else ""
        render = Renderer(target.kind, output, include, self._resources)
        ended = self._ending(call, wanted)
        events = self._resources.watch(target.kind, target.namespace, wanted, ended)
        content_type = JSON if output.media_type == JSON else f"{output.media_type};stream=watch"
        return Answer(200, self._sent(target.kind, events, render), content_type)

    def _ending(self, call: Call, wanted: ListOptions) -> Callable[[], bool]:
        """Whether it is time to end the stream."""
        monotonic = self._resources.clock.monotonic
        seconds = wanted.timeout_seconds or _MIN_TIMEOUT_SECONDS * (1 + random.random())
        deadline = monotonic() + seconds
        return lambda: monotonic() >= deadline or self._stopped() or call.disconnected()

    def _sent(self, kind: Kind, events: Iterator[WatchEvent | None], render: Renderer) -> Iterator[bytes]:
        # The empty item sends the headers: a client waits for them before it counts as watching.
        yield b""
        headed = True
        ready: list[bytes] = []
        try:
            for event in events:
                if event is not None:
                    ready.append(self._event(kind, event, render, headed))
                    headed = False
                if ready and (event is None or len(ready) == _AT_ONCE):
                    yield b"".join(ready)
                    ready.clear()
        except StatusError as error:
            yield b"".join([*ready, render.event_of("ERROR", error.status())])

    def _event(self, kind: Kind, event: WatchEvent, render: Renderer, headed: bool) -> bytes:
        if event.record is None:
            return render.event_of(event.type, render.converted(self._bookmark(kind, event), headed=headed))
        return render.event(event.type, event.record, headed=headed)

    def _bookmark(self, kind: Kind, event: WatchEvent) -> Object:
        """An empty object of the kind, as Go writes it, that carries the revision reached."""
        definition = self._resources.definitions.name_of(kind.group, kind.version, kind.kind)
        empty = Decoder(self._resources.definitions, definition).decode({}).object if definition else {}
        meta: Object = {"resourceVersion": str(event.revision)}
        if event.initial:
            meta["annotations"] = {_INITIAL_EVENTS_END: "true"}
        return {"kind": kind.kind, "apiVersion": kind.api_version, **empty, "metadata": meta}
