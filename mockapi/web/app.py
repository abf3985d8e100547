"""The Flask application: turns what Flask hands over into calls, and answers into what Flask sends."""

from __future__ import annotations

import gzip
import select
import socket
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask import request as current_request
from werkzeug.routing import Rule

from mockapi.machinery.errors import StatusError
from mockapi.registry.resources import Resources
from mockapi.web import errors
from mockapi.web.dispatch import Dispatch
from mockapi.web.exchange import Answer, Call
from mockapi.web.hosts import require_loopback
from mockapi.web.warnings import warning_header

# From this size on kube-apiserver compresses for clients that accept it, at the fastest level.
_GZIP_BYTES = 128 * 1024
_GZIP_LEVEL = 1
# How many compressed bodies are kept: there are that many documents of OpenAPI, and some of custom resources.
_LASTING = 64


def create_app(resources: Resources, *, stopped: Callable[[], bool], loopback_only: bool = True) -> Flask:
    """The API on `resources`.

    `stopped` tells streams to end; `loopback_only` lets only requests through that name a loopback host.
    """
    app = Flask("mockapi", static_folder=None)
    dispatch = Dispatch(resources, stopped)

    def serve(path: str = "") -> Response:
        call = _call(current_request)
        return _response(current_request, call, _answer(dispatch, call, loopback_only))

    # One rule for all: paths and methods are the API's own business, also those that it refuses.
    app.view_functions["api"] = serve
    app.url_map.merge_slashes = False
    app.url_map.add(Rule("/", endpoint="api"))
    app.url_map.add(Rule("/<path:path>", endpoint="api"))
    return app


def _answer(dispatch: Dispatch, call: Call, loopback_only: bool) -> Answer:
    try:
        if loopback_only:
            require_loopback(call.headers.get("Host", ""))
        return dispatch.answer(call)
    except StatusError as error:
        return errors.failure(call, error)
    except Exception as error:  # the client is owed a Status whatever goes wrong
        return errors.unexpected(call, error)


def _call(request: Request) -> Call:
    environ = request.environ

    def read(limit: int) -> bytes:
        return request.stream.read(limit)

    return Call(
        method=request.method,
        path=request.path,
        query_string=environ.get("QUERY_STRING", ""),
        headers=request.headers,
        read=read,
        disconnected=_disconnection(environ),
    )


def _disconnection(environ: dict[str, Any]) -> Callable[[], bool]:
    """Whether the client has closed the connection, as far as the server software lets us see its socket."""
    connection: socket.socket | None = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")

    def closed() -> bool:
        if connection is None:
            return False
        try:
            readable = select.poll()  # not select, which knows no descriptor from 1024 on
            readable.register(connection, select.POLLIN)
            return bool(readable.poll(0)) and not connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    return closed


def _response(request: Request, call: Call, answer: Answer) -> Response:
    headers = [
        ("Audit-Id", request.headers.get("Audit-ID") or str(uuid.uuid4())),
        ("Cache-Control", answer.cache_control),
        ("Content-Type", answer.content_type),
        *answer.headers,
        *(("Warning", warning_header(text)) for text in call.warnings),
    ]
    body = answer.body
    if isinstance(body, bytes) and len(body) > _GZIP_BYTES and _accepts_gzip(request):
        body = (_packed_once if answer.lasting else _packed)(body)
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    response = Response(body, answer.status, headers)
    if not answer.content_type:
        del response.headers["Content-Type"]
    return response


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, _GZIP_LEVEL)


_packed_once = lru_cache(_LASTING)(_packed)


def _accepts_gzip(request: Request) -> bool:
    return "gzip" in [token.strip() for token in request.headers.get("Accept-Encoding", "").split(",")]
