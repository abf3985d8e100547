"""The processes of `mockapi serve`: gunicorn's arbiter, its API workers, and one supervised control plane.

All are forked from one process that has loaded the code, so they share its memory; they share no state but the database.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import socket
import struct
import sys
import threading
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from mockapi.assembly import ControlPlane, build_app
from mockapi.settings import LOOPBACK, BadSettingError, Settings

_log = logging.getLogger(__name__)

# A watch occupies a thread while it lasts; threads are made when needed.
_THREADS = 512
_CONNECTIONS = 4096
_KEEPALIVE_SECONDS = 75
_SHUTDOWN_SECONDS = 2
# A client that takes nothing of what it is sent for so long is dropped; it would hold its thread for ever.
_SEND_SECONDS = 5


def listen(settings: Settings) -> socket.socket:
    """The listening socket. BadSettingError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.address, settings.port))
        listener.listen(2048)
    except OSError as failure:
        listener.close()
        raise BadSettingError(f"cannot listen on {settings.address}:{settings.port}: {failure.strerror}") from failure
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))  # accepted connections inherit it
    listener.set_inheritable(True)
    return listener


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serves until a signal ends it; does not return."""
    _allow_many_connections()
    gc.collect()
    gc.freeze()  # what is loaded now stays shared between the processes
    _Arbiter(_Application(settings, listener)).run()


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
        record.msg, record.args, record.exc_info = "a client was dropped: it took nothing for %d s", (_SEND_SECONDS,), None
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
            "graceful_timeout": _SHUTDOWN_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "worker_exit": lambda _arbiter, _worker: self._stopping.set(),
            "worker_int": lambda _worker: self._stopping.set(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Runs in each worker, after the fork."""
        logging.getLogger("gunicorn.error").addFilter(_without_traceback)
        return build_app(self.settings, self._stopping.is_set)


class _Arbiter(Arbiter):
    """Keeps one control-plane process beside the workers."""

    control_plane = 0

    def __init__(self, application: _Application) -> None:
        self.settings = application.settings
        super().__init__(application)

    def manage_workers(self) -> None:
        if not self._control_plane_lives():
            self.control_plane = self._spawn_control_plane()
        super().manage_workers()

    def stop(self, graceful: bool = True) -> None:
        if self._control_plane_lives():
            os.kill(self.control_plane, signal.SIGTERM)
        super().stop(graceful)

    def _control_plane_lives(self) -> bool:
        """Asked by a signal that does nothing, for gunicorn reaps children that it does not know."""
        if not self.control_plane:
            return False
        try:
            os.kill(self.control_plane, 0)
        except ProcessLookupError:
            return False
        return True

    def _spawn_control_plane(self) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        try:
            for listener in self.LISTENERS:
                listener.close()
            _run_control_plane(self.settings, parent)
        except BaseException as failure:
            _log.exception("the control plane ended: %s", failure)
            os._exit(1)
        os._exit(0)


def _run_control_plane(settings: Settings, parent: int) -> None:
    """Runs the control plane in this process until SIGTERM or SIGINT, or until its parent is gone."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda *_: ending.set())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control_plane = ControlPlane(settings)
    control_plane.start()
    while not ending.wait(1.0) and os.getppid() == parent:
        pass
    control_plane.stop()


def advice(settings: Settings) -> str:
    """What a person needs to point kubectl at the server."""
    where = (
        f"export KUBECONFIG={settings.kubeconfig}"
        if settings.kubeconfig
        else "mockapi kubeconfig > mockapi.kubeconfig && export KUBECONFIG=mockapi.kubeconfig"
    )
    lines = [
        f"mockapi serves Kubernetes {settings.kubernetes_version} on {settings.server} (data in {settings.database})",
        f"  {where}",
        "  kubectl get services",
    ]
    if settings.address not in LOOPBACK:
        lines.append("  Whoever reaches this address is cluster administrator.")
    return "\n".join(lines)


def announce(settings: Settings) -> None:
    """Prints the advice at once, even into a pipe."""
    print(advice(settings), file=sys.stdout, flush=True)
