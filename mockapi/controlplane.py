"""The control plane as a process of its own beside the API workers."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable

from mockapi.settings import Settings

_log = logging.getLogger(__name__)

# When to look for garbage that only Python's collector finds, of which there is little. At its own thresholds it goes through the
# many parsed objects so often that a busy control plane spends a third of its time on that.
_GARBAGE = (100_000, 50, 1_000)


def spawn(settings: Settings, close: Iterable[Callable[[], object]]) -> int:
    """Forks a process that runs the control plane until it is told to end or its parent is gone; returns its pid.

    The child calls `close` on what it has inherited and is not for it: the listening sockets.
    """
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        for function in close:
            function()
        _run(settings, parent)
    except BaseException:
        _log.exception("the control plane ended")
        os._exit(1)
    os._exit(0)


def lives(pid: int) -> bool:
    """Whether a child process is there. Asked by a signal that does nothing: whoever waits for children may have reaped it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _run(settings: Settings, parent: int) -> None:
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda *_: ending.set())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Loaded here, so that the parent may load Flask and gunicorn at the same time.
    from mockapi.assembly import ControlPlane  # noqa: PLC0415

    control_plane = ControlPlane(settings)
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    gc.enable()
    control_plane.start()
    while not ending.wait(1.0) and os.getppid() == parent:
        pass
    control_plane.stop()
