"""What an HTTP answer that is an error says, in the words of the real server's client."""

from __future__ import annotations

import orjson

from mockapi.machinery.gotext import quoted

_SENTENCES = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    409: "the server reported a conflict",
    422: "the server rejected our request due to an error in our request",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}
_UNKNOWN = "unknown"
# What is kept of a long text.
_LONGEST = 2048


def failure_sentence(status: int, body: bytes, content_type: str) -> str:
    """The sentence for an HTTP status; a metav1.Status in the body speaks for itself."""
    said = _status_message(body)
    if said is not None:
        return said
    text = _UNKNOWN if content_type and not content_type.startswith("text/") else body[:_LONGEST].decode(errors="replace").strip()
    if status in _SENTENCES:
        return _SENTENCES[status]
    if status >= 500:
        return f"an error on the server ({quoted(text)}) has prevented the request from succeeding"
    return text if status in {403, 406, 415} else f"the server responded with the status code {status} but did not return more information"


def _status_message(body: bytes) -> str | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if isinstance(found, dict) and found.get("kind") == "Status" and found.get("status") == "Failure":
        return str(found.get("message", ""))
    return None
