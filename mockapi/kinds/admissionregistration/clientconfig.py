"""Rules of how a webhook is reached (admissionregistration.k8s.io/v1 WebhookClientConfig)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mockapi.kinds.podspec.checks import under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, invalid, required
from mockapi.machinery.meta import Object

_HTTPS = 443
_FORM = "; desired format: https://host[/path]"


def default_client_config(config: Object) -> None:
    """Services are asked at the port of HTTPS."""
    if config.get("service") is not None and config["service"].get("port") is None:
        config["service"]["port"] = _HTTPS


def client_config_errors(config: Object) -> Iterator[FieldError]:
    """The errors of a client config, relative to it."""
    url, service = config.get("url"), config.get("service")
    if (url is None) == (service is None):
        yield required("", "exactly one of url or service is required")
    elif url is not None:
        yield from under("url", _url_errors(url))
    elif service is not None:
        yield from under("service", _service_errors(service))


def _url_errors(text: str) -> Iterator[FieldError]:
    try:
        url = urlsplit(text)
    except ValueError as failure:
        yield required("", f"url must be a valid URL: {failure}{_FORM}")
        return
    user, at, host = url.netloc.rpartition("@")
    if url.scheme != "https":
        yield invalid("", url.scheme, f"'https' is the only allowed URL scheme{_FORM}")
    if not host:
        yield invalid("", host, f"host must be specified{_FORM}")
    if at:
        yield invalid("", user, "user information is not permitted in the URL")
    if url.fragment:
        yield invalid("", url.fragment, "fragments are not permitted in the URL")
    if url.query:
        yield invalid("", url.query, "query parameters are not permitted in the URL")


def _service_errors(service: Object) -> Iterator[FieldError]:
    for field in ("name", "namespace"):
        if not service.get(field):
            yield required(field, f"service {field} is required")
    if messages := names.port_number(service["port"]):
        yield invalid("port", service["port"], "port is not valid: " + ",".join(messages))
    if service.get("path") not in {None, "", "/"}:
        yield from under("path", _path_errors(service["path"]))


def _path_errors(path: str) -> Iterator[FieldError]:
    if path == "//":
        yield invalid("", path, "segment[0] may not be empty")
        return
    if not path.startswith("/"):
        yield invalid("", path, "must start with a '/'")
    for position, segment in enumerate(path[1:].removesuffix("/").split("/")):
        if not segment:
            yield invalid("", path, f"segment[{position}] may not be empty")
            continue
        yield from (invalid("", path, f"segment[{position}]: {message}") for message in names.dns1123_subdomain(segment))
