"""apiregistration.k8s.io/v1 APIService."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

_PORT = 443
_MOST_GROUP, _MOST_VERSION = 20000, 1000


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    group, version, service = spec.get("group", ""), spec.get("version", ""), spec.get("service")
    if group:
        yield from (fielderrors.invalid("group", group, message) for message in names.dns1123_subdomain(group))
    if not version:
        yield fielderrors.required("version")
    yield from (fielderrors.invalid("version", version, message) for message in names.dns1035_label(version) if version)
    for field, most in (("groupPriorityMinimum", _MOST_GROUP), ("versionPriority", _MOST_VERSION)):
        if not 0 < spec.get(field, 0) <= most:
            yield fielderrors.invalid(field, spec.get(field, 0), f"must be positive and less than {most}")
    if service is not None:
        yield from under("service", _service(service))
        if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
            yield fielderrors.invalid("insecureSkipTLSVerify", True, "may not be true if caBundle is present")
    elif spec.get("caBundle") or spec.get("insecureSkipTLSVerify"):
        field = "caBundle" if spec.get("caBundle") else "insecureSkipTLSVerify"
        yield fielderrors.invalid(field, "<omitted>", "local APIServices may not have a caBundle or skip TLS verification")


def _service(service: Object) -> Iterator[FieldError]:
    for field in ("namespace", "name"):
        if not service.get(field):
            yield fielderrors.required(field)
    port = service.get("port", _PORT)
    yield from (fielderrors.invalid("port", port, message) for message in names.port_number(port))


class APIServiceStrategy(Strategy):
    """Who serves a version of a group. What services behind the API server would serve is not passed on to them."""

    has_status = True
    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        service = (obj.get("spec") or {}).get("service")
        if service is not None and service.get("port") is None:
            service["port"] = _PORT

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        spec, called = obj["spec"], name_of(obj)
        expected = f"{spec.get('version', '')}.{spec.get('group', '')}"
        sentence = f'must be `spec.version+"."+spec.group`: "{expected}"'
        misnamed = [fielderrors.invalid("metadata.name", called, sentence)] if called != expected else []
        return [*misnamed, *under(SPEC, _spec_errors(spec))]

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        """The name of the core group's version ends with a dot."""
        return [error for error in super().validate_metadata(obj, namespaced) if error.field != "metadata.name"]


def _service_cell(obj: Object, _now: datetime) -> str:
    service = obj["spec"].get("service")
    return "Local" if service is None else f"{service['namespace']}/{service['name']}"


def _available(obj: Object, _now: datetime) -> str:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    found = next((each for each in conditions if each.get("type") == "Available"), None)
    if found is None:
        return "Unknown"
    reason = found.get("reason")
    return str(found["status"]) if found["status"] == "True" or not reason else f"{found['status']} ({reason})"


KIND = Kind(
    group="apiregistration.k8s.io",
    version="v1",
    kind="APIService",
    plural="apiservices",
    namespaced=False,
    categories=("api-extensions",),
    strategy=APIServiceStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Service", _service_cell, documented_by="spec.service"),
        Column("Available", _available, description="Whether it can be reached."),
        AGE,
    ),
)
