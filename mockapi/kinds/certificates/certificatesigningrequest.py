"""certificates.k8s.io/v1 CertificateSigningRequest."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from mockapi.kinds.certificates.conditions import ApprovalStrategy, set_times, status_errors
from mockapi.kinds.podspec.checks import part, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.durations import human_duration
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS, Subresource

_USAGES = (
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
)
_SHORTEST = 600
_LONGEST_SIGNER = 253 + 1 + 63 + 253
_BLOCK = re.compile(rb"-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s+([A-Za-z0-9+/=\s]+)-----END (NEW )?CERTIFICATE REQUEST-----")


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    usages = spec.get("usages") or []
    if not usages:
        yield fielderrors.required("usages")
    for position, usage in enumerate(usages):
        if usage not in _USAGES:
            yield fielderrors.not_supported(f"usages[{position}]", usage, _USAGES)
        if usage in usages[:position]:
            yield fielderrors.duplicate(f"usages[{position}]", usage)
    yield from under("request", _request(spec.get("request") or ""))
    yield from under("signerName", _signer(spec.get("signerName") or ""))
    yield from part(spec, "expirationSeconds", _expiration)


def _request(encoded: str) -> Iterator[FieldError]:
    if not _BLOCK.search(base64.b64decode(encoded)):
        yield fielderrors.invalid("", encoded, "PEM block type must be CERTIFICATE REQUEST")


def _signer(signer: str) -> Iterator[FieldError]:
    domain, slash, path = signer.partition("/")
    if not signer:
        yield fielderrors.required("")
        return
    if not slash:
        yield fielderrors.invalid("", signer, 'must be a fully qualified domain and path of the form "example.com/signer-name"')
        return
    messages = names.dns1123_subdomain(domain) + [message for part in path.split(".") for message in names.dns1123_subdomain(part)]
    yield from (fielderrors.invalid("", signer, message) for message in messages)
    if "." not in domain:
        yield fielderrors.invalid("", signer, "should be a domain with at least two segments separated by dots")
    if len(signer) > _LONGEST_SIGNER:
        yield fielderrors.too_long("", _LONGEST_SIGNER)


def _expiration(seconds: int) -> Iterator[FieldError]:
    if seconds < _SHORTEST:
        yield fielderrors.invalid("", seconds, f"may not specify a duration less than {_SHORTEST} seconds (10 minutes)")


class CertificateSigningRequestStrategy(Strategy):
    """Asks a signer for a certificate in the name of whoever creates it; its spec never changes."""

    has_status = True
    revalidates_metadata = True
    name_rule = staticmethod(names.path_segment_name)

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        spec = obj["spec"]
        for field in ("uid", "extra"):
            spec.pop(field, None)
        spec["username"], spec["groups"] = request.user.name, list(request.user.groups)

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        obj["spec"] = old["spec"]

    def reset_fields(self, subresource: str) -> tuple[str, ...]:
        return ("spec", "status.conditions") if subresource == "status" else super().reset_fields(subresource)

    def prepare_for_status_update(self, obj: Object, old: Object, request: Request) -> None:
        set_times(obj, old, request)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _spec_errors(obj["spec"])))

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(under("status", status_errors(obj, old, approves=False)))

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {"spec.signerName": (obj.get("spec") or {}).get("signerName") or ""}


def _signer_cell(obj: Object, _now: datetime) -> str:
    return str(obj["spec"].get("signerName") or NONE)


def _requestor(obj: Object, _now: datetime) -> str:
    return str(obj["spec"].get("username") or "")


def _requested(obj: Object, _now: datetime) -> str:
    seconds = obj["spec"].get("expirationSeconds")
    return NONE if seconds is None else human_duration(seconds)


def _condition(obj: Object, _now: datetime) -> str:
    status = obj.get("status") or {}
    types = {each.get("type") for each in status.get("conditions") or ()}
    verdict = "Denied" if "Denied" in types else "Approved" if "Approved" in types else "Pending"
    return f"{verdict}{',Failed' if 'Failed' in types else ''}{',Issued' if status.get('certificate') else ''}"


KIND = Kind(
    group="certificates.k8s.io",
    version="v1",
    kind="CertificateSigningRequest",
    plural="certificatesigningrequests",
    namespaced=False,
    short_names=("csr",),
    strategy=CertificateSigningRequestStrategy(),
    subresources=(Subresource("approval", strategy=ApprovalStrategy()), STATUS),
    columns=(
        NAME,
        AGE,
        Column("SignerName", _signer_cell, documented_by="spec.signerName"),
        Column("Requestor", _requestor, documented_by="spec.username"),
        Column("RequestedDuration", _requested, documented_by="spec.expirationSeconds"),
        Column("Condition", _condition, documented_by="status.conditions"),
    ),
)
