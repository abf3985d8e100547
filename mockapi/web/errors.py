"""Failures as answers."""

from __future__ import annotations

import logging

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.web.exchange import Answer, Call
from mockapi.web.negotiation import error_output
from mockapi.web.rendering import document

_log = logging.getLogger(__name__)


def failure(call: Call, error: StatusError) -> Answer:
    """The metav1.Status of a refusal."""
    answer = document(error.status(), error_output(call), error.code)
    seconds = (error.details or {}).get("retryAfterSeconds")
    if seconds:
        answer.headers.append(("Retry-After", str(seconds)))
    return answer


def unexpected(call: Call, error: Exception) -> Answer:
    """500 for what should not happen; the traceback is in the log, not in the answer."""
    _log.error("%s %s failed", call.method, call.path, exc_info=error)
    return failure(call, errors.internal(f"{type(error).__name__}; the server's log says more"))
