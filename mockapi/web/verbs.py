"""The verbs of the API on the kinds of the catalogue: from a call and its target to an answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, name_of, uid_of
from mockapi.registry import options
from mockapi.registry.body import Body
from mockapi.registry.kind import Kind
from mockapi.registry.reads import field_terms, too_large
from mockapi.registry.request import Request
from mockapi.registry.resources import Resources
from mockapi.registry.scale import SCALE_KIND
from mockapi.registry.subresource import governed
from mockapi.registry.writes import Written
from mockapi.web import bodies, negotiation
from mockapi.web.configurations import configuration
from mockapi.web.exchange import Answer, Call
from mockapi.web.negotiation import MEDIA_TYPES, STREAM_TYPES, Output
from mockapi.web.rendering import Renderer, document
from mockapi.web.routes import Target
from mockapi.web.watching import Watching


class Verbs:
    """Answers calls on resources. `stopped` tells streams that the server is going down."""

    def __init__(self, resources: Resources, stopped: Callable[[], bool]) -> None:
        self._resources = resources
        self._watching = Watching(resources, stopped)
        self._verbs: dict[str, Callable[[Call, Target], Answer]] = {
            "get": self._get,
            "list": self._list,
            "watch": self._watch,
            "create": self._create,
            "update": self._update,
            "patch": self._patch,
            "delete": self._delete,
            "deletecollection": self._delete_collection,
        }

    def answer(self, call: Call, target: Target) -> Answer:
        """The answer to a call. Raises StatusError."""
        verb = target.verb(call.method)
        if verb == "patch":
            bodies.patch_type(call, target.kind if target.subresource is None or target.subresource.scale is None else None)
        negotiation.route_accepts(call, MEDIA_TYPES + STREAM_TYPES if verb in {"list", "watch"} else MEDIA_TYPES)
        if target.kind.deprecation:
            call.warnings.append(target.kind.deprecation)
        if target.subresource is not None and target.subresource.strategy is not None:
            target = target._replace(kind=governed(target.kind, target.subresource.strategy), subresource=None)
        if target.subresource is not None and target.subresource.name != "status":
            return self._on_subresource(call, target, verb)
        if target.kind.handler(verb) is not None:
            return self._unstored(call, target, verb)
        return self._verbs[verb](call, target)

    def _get(self, call: Call, target: Target) -> Answer:
        render = self._renderer(call, target.kind)
        asked = options.get_options(call.query).resource_version if call.query_string else ""
        record = self._resources.get(target.kind, target.key)
        head = self._resources.database.cache.revision
        if asked and int(asked) > head:
            raise too_large(int(asked), head)
        return render.record(record)

    def _list(self, call: Call, target: Target) -> Answer:
        wanted = options.list_options(call.query)
        if wanted.watch:
            return self._watching.answer(call, target, wanted)
        render = self._renderer(call, target.kind)
        return render.page(self._resources.list(target.kind, target.namespace, wanted))

    def _watch(self, call: Call, target: Target) -> Answer:
        """The deprecated paths below /watch/: of a collection, or of one object by its name."""
        wanted = options.list_options(call.query, watch=True)
        if target.name:
            wanted = _of_one(wanted, target.name)
        return self._watching.answer(call, target, wanted)

    def _create(self, call: Call, target: Target) -> Answer:
        render = self._renderer(call, target.kind)
        request = self._request(call, options.create_options(call.query, call.user_agent))
        body = self._body(call, target.kind)
        return render.object(self._resources.create(target.kind, target.namespace, body, request), 201)

    def _update(self, call: Call, target: Target) -> Answer:
        render = self._renderer(call, target.kind)
        request = self._request(call, options.update_options(call.query, call.user_agent))
        body = self._body(call, target.kind)
        written: Written = self._resources.update(target.kind, target.key, body, request, _subresource(target))
        return render.object(written.object, 201 if written.created else 200)

    def _patch(self, call: Call, target: Target) -> Answer:
        media_type = bodies.patch_type(call)
        render = self._renderer(call, target.kind)
        request = self._request(call, options.patch_options(call.query, media_type, call.user_agent))
        if media_type == options.APPLY_PATCH:
            written = self._resources.apply(target.kind, target.key, configuration(call), request, _subresource(target))
            return render.object(written.object, 201 if written.created else 200)
        patch = bodies.patch_body(call, media_type)
        return render.object(self._resources.patch(target.kind, target.key, patch, request, _subresource(target)))

    def _delete(self, call: Call, target: Target) -> Answer:
        render = self._renderer(call, target.kind)
        wanted = bodies.deletion(call, self._resources.definitions)
        request = self._request(call, options.WriteOptions(dry_run=wanted.dry_run))
        gone = self._resources.delete(target.kind, target.key, wanted, request)
        if gone.finished and not target.kind.strategy.returns_deleted:
            return document(_deleted(target.kind, gone.object), _unconverted(call, target.kind))
        # 202 tells those who asked for cascading deletion in its oldest form that it goes on.
        return render.object(gone.object, 202 if not gone.finished and wanted.orphan_dependents is False else 200)

    def _delete_collection(self, call: Call, target: Target) -> Answer:
        render = self._renderer(call, target.kind)
        wanted = options.list_options(call.query)
        deletion = bodies.deletion(call, self._resources.definitions)
        request = self._request(call, options.WriteOptions(dry_run=deletion.dry_run))
        gone, revision = self._resources.delete_collection(target.kind, target.namespace, wanted, deletion, request)
        return render.collection(gone, {"resourceVersion": str(revision)})

    def _unstored(self, call: Call, target: Target, verb: str) -> Answer:
        """What is worked out anew for each call: reviews, bindings, the state of components."""
        render = self._renderer(call, target.kind)
        if verb != "create":
            if verb == "list" and options.list_options(call.query).watch:
                raise errors.method_not_supported(target.kind.plural, target.kind.group, "watch")
            request = self._resources.request()
            request.parameters = call.query
            found = self._resources.act(target.kind, target.key, verb, {}, request)
            return render.object(found) if verb == "get" else render.collection(found["items"], {})
        request = self._request(call, options.create_options(call.query, call.user_agent))
        body = self._resources.decoded(target.kind, self._body(call, target.kind), request)
        return document(self._resources.act(target.kind, target.key, verb, body, request), _unconverted(call, target.kind), 201)

    def _on_subresource(self, call: Call, target: Target, verb: str) -> Answer:
        assert target.subresource is not None
        if target.subresource.scale is not None:
            return self._on_scale(call, target, verb)
        if target.subresource.handler(verb) is None:
            self._resources.get(target.kind, target.key)
            raise _not_served(target)
        output = _unconverted(call, target.kind)
        write = options.create_options if verb == "create" else options.update_options
        request = self._request(call, write(call.query, call.user_agent))
        request.parameters = call.query
        bare = verb == "get" or target.subresource.connects
        body: Object = {} if bare else self._body(call, target.kind).value
        result = self._resources.act(target.kind, target.key, verb, body, request, target.subresource)
        if not result:
            return Answer(204, b"", "")
        return document(result, output, 201 if verb == "create" else 200)

    def _on_scale(self, call: Call, target: Target, verb: str) -> Answer:
        scales = self._resources.scales
        render = self._renderer(call, SCALE_KIND)
        if verb == "get":
            return render.object(scales.get(target.kind, target.key))
        if verb == "update":
            request = self._request(call, options.update_options(call.query, call.user_agent))
            return render.object(scales.update(target.kind, target.key, self._body(call, SCALE_KIND), request))
        media_type = bodies.patch_type(call)
        request = self._request(call, options.patch_options(call.query, media_type, call.user_agent))
        if media_type == options.APPLY_PATCH:
            return render.object(scales.apply(target.kind, target.key, configuration(call), request))
        return render.object(scales.patch(target.kind, target.key, bodies.patch_body(call, media_type), request))

    def _body(self, call: Call, kind: Kind) -> Body:
        return bodies.object_body(call, kind, self._resources.definitions)

    def _renderer(self, call: Call, kind: Kind) -> Renderer:
        output = negotiation.output(call, negotiation.objects(kind))
        include = call.parameter("includeObject") if output.convert else ""
        return Renderer(kind, output, include, self._resources)

    def _request(self, call: Call, wanted: options.WriteOptions) -> Request:
        request = self._resources.request(wanted)
        # What the registry warns of is sent even when it refuses in the end.
        request.warnings = call.warnings
        return request


def _of_one(wanted: options.ListOptions, name: str) -> options.ListOptions:
    """The watch of one object. StatusError 400 when the field selector asks for another."""
    if not wanted.field_selector:
        return dataclasses.replace(wanted, field_selector=f"metadata.name={name}")
    if not any((term.field, term.value, term.equal) == ("metadata.name", name, True) for term in field_terms(wanted)):
        raise errors.bad_request("fieldSelector metadata.name doesn't match requested name")
    return wanted


def _subresource(target: Target) -> str:
    return target.subresource.name if target.subresource else ""


def _unconverted(call: Call, kind: Kind) -> Output:
    return negotiation.output(call, negotiation.objects(kind))._replace(convert=None)


def _deleted(kind: Kind, obj: Object) -> Object:
    """The Status of a completed deletion."""
    details = errors.details(kind.plural, name_of(obj), kind.group, uid=uid_of(obj))
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _not_served(target: Target) -> StatusError:
    assert target.subresource is not None
    what = f"{errors.resource_text(target.kind.plural, target.kind.group)}/{target.subresource.name}"
    return errors.unsupported(f"the subresource {what} is not supported by this server")
