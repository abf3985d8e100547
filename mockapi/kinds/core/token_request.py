"""The subresource serviceaccounts/token: a token for a service account (authentication.k8s.io/v1 TokenRequest, KEP-1205)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mockapi.machinery import errors, fielderrors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Key, Object, name_of, uid_of
from mockapi.registry.body import Body
from mockapi.registry.kind import Kind
from mockapi.registry.strategy import Strategy

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources
    from mockapi.registry.tokens.issuing import Bound

# TokenRequestSpec.expirationSeconds
_USUAL, _LEAST, _MOST = 3600, 10 * 60, 2**32


class _TokenRequestStrategy(Strategy):
    """A request is answered and forgotten."""

    subresource = "token"

    def default(self, obj: Object) -> None:
        if obj.setdefault("spec", {}).get("expirationSeconds") is None:
            obj["spec"]["expirationSeconds"] = _USUAL


_KIND = Kind(group="authentication.k8s.io", version="v1", kind="TokenRequest", plural="tokenrequests", strategy=_TokenRequestStrategy())


def request_token(resources: Resources, key: Key, body: Object, request: Request) -> Object:
    """POST on /token. StatusError 400 for what a token cannot be bound to, 404 without the account or the object, 409, 422."""
    from mockapi.registry.tokens.issuing import ISSUER, bound_token  # noqa: PLC0415 (loaded with the first token)

    asked = resources.decoded(_KIND, Body(body), request)
    account = resources.get(resources.catalogue.by_resource("serviceaccounts"), key).object
    _check_place(asked, key)
    found = _duration_errors(asked["spec"])
    if found:
        raise errors.invalid("TokenRequest", "authentication.k8s.io", "", found)
    spec = asked["spec"]
    audiences, seconds, now = spec.get("audiences") or [ISSUER], spec["expirationSeconds"], request.clock.now()
    bound = _bound(resources, account, spec["boundObjectRef"]) if spec.get("boundObjectRef") else None
    token = bound_token(resources.database, account, audiences, seconds, bound, request.identity.uid(), now)
    meta = {**asked["metadata"], **key._asdict(), "uid": request.identity.uid(), "creationTimestamp": timestamp(now)}
    return {
        "kind": "TokenRequest",
        "apiVersion": _KIND.api_version,
        "metadata": meta,
        "spec": {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": spec.get("boundObjectRef")},
        "status": {"token": token, "expirationTimestamp": timestamp(now + timedelta(seconds=seconds))},
    }


def _check_place(asked: Object, key: Key) -> None:
    meta = asked["metadata"]
    if meta.get("namespace") not in {None, "", key.namespace}:
        raise errors.bad_request("the namespace of the provided object does not match the namespace sent on the request")
    if meta.get("name") not in {None, "", key.name}:
        raise errors.bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({key.name})")


def _duration_errors(spec: Object) -> list[FieldError]:
    seconds = spec["expirationSeconds"]
    if seconds < _LEAST:
        return [fielderrors.invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")]
    if seconds > _MOST:
        return [fielderrors.invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


def _bound(resources: Resources, account: Object, reference: Object) -> Bound:
    from mockapi.registry.tokens.issuing import Bound  # noqa: PLC0415 (as above)

    version, kind = reference.get("apiVersion", ""), reference.get("kind", "")
    if version != "v1" or kind not in {"Pod", "Secret", "Node"}:
        group = version if "/" in version else f"/{version}"
        raise errors.bad_request(f"cannot bind token to object of type {group}, Kind={kind}")
    name, namespace = reference.get("name", ""), account["metadata"]["namespace"]
    resource = f"{kind.lower()}s"
    obj = resources.get(resources.catalogue.by_resource(resource), Key("" if kind == "Node" else namespace, name)).object
    if kind == "Pod" and obj["spec"].get("serviceAccountName") != name_of(account):
        sentence = f'cannot bind token for serviceaccount "{name_of(account)}" to pod running with different serviceaccount name.'
        raise errors.bad_request(sentence)
    uid = reference.get("uid")
    if uid and uid != uid_of(obj):
        sentence = (
            f"the UID in the bound object reference ({uid}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )
        raise errors.conflict(kind, "", name, sentence)
    return Bound(kind.lower(), name, uid_of(obj), _node_of(resources, obj) if kind == "Pod" else None)


def _node_of(resources: Resources, pod: Object) -> Object | None:
    record = resources.database.cache.get("nodes", Key("", pod["spec"].get("nodeName") or ""))
    return record.object if record else None
