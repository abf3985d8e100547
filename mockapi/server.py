"""The processes of `mockapi serve`: gunicorn's arbiter, its API workers, and one supervised control plane.

They are forked from one process and share its memory as far as it was loaded; they share no state but the database.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import socket
import threading
import time
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from mockapi import controlplane
from mockapi.assembly import build_app, preload
from mockapi.listening import SEND_SECONDS
from mockapi.settings import Settings

# A watch occupies a thread while it lasts; threads are made when needed.
_THREADS = 512
_CONNECTIONS = 4096
_KEEPALIVE_SECONDS = 75
# Go's http.Server reads that much of a request's line and headers: long selectors, commands and tokens have to fit.
_LONGEST_HEADER = 1024 * 1024
# Then workers are killed: Ctrl-C has to end all within two seconds.
_SHUTDOWN_SECONDS = 1


def serve(settings: Settings, listener: socket.socket, control_plane: int) -> None:
    """Serves until a signal ends it; does not return. `control_plane` is the pid of the one that is running already."""
    _allow_many_connections()
    preload(settings)
    gc.freeze()  # what is loaded now stays shared between the processes
    gc.enable()
    _Arbiter(_Application(settings, listener), control_plane).run()


def _allow_many_connections() -> None:
    """Raises the number of files that the processes may have open, often 1024, as far as this user may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 2 * _CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _without_traceback(record: logging.LogRecord) -> bool:
    """A log filter: that a client was dropped is no failure of ours."""
    if record.exc_info and isinstance(record.exc_info[1], BlockingIOError):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args, record.exc_info = "a client was dropped: it took nothing for %d s", (SEND_SECONDS,), None
    return True


class _Application(BaseApplication):
    """gunicorn's configuration, and the WSGI application of each worker."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.settings = settings
        self._listener = listener
        self._stopping = threading.Event()
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self.settings.workers,
            "worker_class": "gthread",
            "threads": _THREADS,
            "worker_connections": _CONNECTIONS,
            "keepalive": _KEEPALIVE_SECONDS,
            "limit_request_line": 0,  # a mebibyte: any other limit cannot be more than 8 KiB
            "limit_request_field_size": _LONGEST_HEADER,
            "graceful_timeout": _SHUTDOWN_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_fork": lambda _arbiter, _worker: _end_while_loading(),
            "worker_exit": lambda _arbiter, _worker: self._stopping.set(),
            "worker_int": lambda _worker: self._end_at_once(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Runs in each worker, after the fork."""
        logging.getLogger("gunicorn.error").addFilter(_without_traceback)
        return build_app(self.settings, self._stopping.is_set)

    def _end_at_once(self) -> None:
        """A terminal sends its Ctrl-C to every process, and the arbiter tells its workers besides: once is enough."""
        for number in (signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)
        self._stopping.set()


def _end_while_loading() -> None:
    """Until gunicorn has set up a worker's signals they would only be noted down, as the arbiter does it."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))


class _Arbiter(Arbiter):
    """Keeps one control-plane process beside the workers."""

    def __init__(self, application: _Application, control_plane: int) -> None:
        self._settings = application.settings
        self._control_plane = control_plane
        super().__init__(application)

    def manage_workers(self) -> None:
        if not controlplane.lives(self._control_plane):
            self._control_plane = controlplane.spawn(self._settings, [listener.close for listener in self.LISTENERS])
        super().manage_workers()

    def stop(self, graceful: bool = True) -> None:
        if controlplane.lives(self._control_plane):
            os.kill(self._control_plane, signal.SIGTERM)
        super().stop(graceful)
        deadline = time.monotonic() + _SHUTDOWN_SECONDS
        while controlplane.lives(self._control_plane) and time.monotonic() < deadline:
            self.reap_workers()
            time.sleep(0.01)
