"""/healthz, /livez and /readyz, whole or one check at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mockapi.machinery.meta import Key
from mockapi.storage.database import Database
from mockapi.web.exchange import Answer, Call, page_not_found, text

_log = logging.getLogger(__name__)

Check = Callable[[], object]


class _NotYet(Exception):  # noqa: N818 (it is no error)
    """A check that will pass once the server has started."""


class Health:
    """Answers about the server's own state."""

    def __init__(self, database: Database, stopped: Callable[[], bool]) -> None:
        common: dict[str, Check] = {"ping": lambda: None, "log": lambda: None, "etcd": database.cache.catch_up}
        ready: dict[str, Check] = {
            **common,
            "poststarthook/bootstrap-controller": lambda: _require_bootstrap(database),
            "shutdown": lambda: _refuse(stopped()),
        }
        self._checks = {"healthz": common, "livez": common, "readyz": ready}

    def answer(self, call: Call, parts: list[str]) -> Answer:
        """The answer at `/readyz` (parts `["readyz"]`), `/readyz/ping` and the like."""
        checks = self._checks[parts[0]]
        if len(parts) == 1:
            return _summary(call, parts[0], checks)
        check = checks.get("/".join(parts[1:]))
        if check is None:
            return page_not_found()
        return text(200, "ok") if _passes(parts[1], check) else text(500, f"internal server error: {parts[1]} failed\n")


def _summary(call: Call, name: str, checks: dict[str, Check]) -> Answer:
    excluded = set(call.query.get("exclude", ()))
    lines, failed = [], False
    for check, run in checks.items():
        if check in excluded:
            lines.append(f"[+]{check} excluded: ok\n")
        elif _passes(check, run):
            lines.append(f"[+]{check} ok\n")
        else:
            failed = True
            lines.append(f"[-]{check} failed: reason withheld\n")
    unknown = ",".join(f'"{check}"' for check in sorted(excluded - checks.keys()))
    if unknown:
        lines.append(f"warn: some health checks cannot be excluded: no matches for {unknown}\n")
    if failed:
        return text(500, "".join(lines) + f"{name} check failed\n")
    if "verbose" not in call.query:
        return text(200, "ok")
    return text(200, "".join(lines) + f"{name} check passed\n")


# What the control plane makes first: before that a client would meet an empty cluster.
_BOOTSTRAPPED = (("services", Key("default", "kubernetes")), ("serviceaccounts", Key("default", "default")))


def _require_bootstrap(database: Database) -> None:
    missing = [resource for resource, key in _BOOTSTRAPPED if database.cache.get(resource, key) is None]
    if missing:
        raise _NotYet(f"no {' and '.join(missing)} yet")


def _passes(name: str, check: Check) -> bool:
    try:
        check()
    except _NotYet:
        return False
    except Exception:  # whatever is wrong, the check has failed
        _log.exception("health check %s failed", name)
        return False
    return True


def _refuse(stopping: bool) -> None:
    if stopping:
        raise _NotYet("the server is shutting down")
