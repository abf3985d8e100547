"""Looks at processes through /proc: the tree below one of our own, who listens, and how much memory it is. Linux only."""

import os
import signal
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"  # a socket's state in /proc/net/tcp


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run; none when it is gone."""
    try:
        return [int(child) for task in (PROC / f"{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except FileNotFoundError:
        return []


def tree(pid: int) -> list[int]:
    """A process and all below it, parents first."""
    return [pid, *(below for child in children(pid) for below in tree(child))]


def kill_tree(pid: int) -> None:
    """SIGKILL for a process and all below it; parents first, so that none starts another."""
    os.kill(pid, signal.SIGSTOP)  # it cannot start another between the look and the kill
    for member in tree(pid):
        os.kill(member, signal.SIGKILL)


def listens(pid: int, port: int) -> bool:
    """Whether a process holds the socket that listens on an IPv4 TCP port; not when it is gone."""
    rows = [line.split() for line in (PROC / "net/tcp").read_text().splitlines()[1:]]
    wanted = {f"socket:[{row[9]}]" for row in rows if row[3] == LISTEN and int(row[1].split(":")[1], 16) == port}
    try:
        return any(os.readlink(file) in wanted for file in (PROC / f"{pid}/fd").iterdir())
    except FileNotFoundError:
        return False


def proportional_memory(pid: int) -> int:
    """Bytes of memory of a process, each shared page divided by the number of those who share it (PSS)."""
    for line in (PROC / f"{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"no Pss for process {pid}")
