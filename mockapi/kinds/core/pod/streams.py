"""The subresources that reach into a pod: log, exec, attach, portforward and proxy.

What the API server itself answers is answered here; what its kubelet would have to say is not supported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mockapi.machinery import errors, fielderrors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Key, Object, name_of

if TYPE_CHECKING:
    from mockapi.registry.request import Request
    from mockapi.registry.resources import Resources

Query = Mapping[str, Sequence[str]]

_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
# The least value of each number among PodLogOptions.
_LOG_NUMBERS = {"tailLines": 0, "limitBytes": 1, "sinceSeconds": 1}


def log(resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    """GET on /log: nothing while the pod has no node. StatusError 400 and 422 as the real server gives them."""
    pod = _pod(resources, key)
    check_log_options(key.name, request.parameters)
    container_for(pod, _asked(request))
    if not pod["spec"].get("nodeName"):
        return {}
    raise _unsupported("log")


def exec_(resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    """GET and POST on /exec."""
    raise _refusal(resources, key, request, "exec")


def attach(resources: Resources, key: Key, _body: Object, request: Request) -> Object:
    """GET and POST on /attach."""
    raise _refusal(resources, key, request, "attach")


def port_forward(resources: Resources, key: Key, _body: Object, _request: Request) -> Object:
    """GET and POST on /portforward."""
    node_of(_pod(resources, key))
    raise _unsupported("portforward")


def proxy(resources: Resources, key: Key, _body: Object, _request: Request) -> Object:
    """Any verb on /proxy."""
    if not (_pod(resources, key).get("status") or {}).get("podIPs"):
        raise errors.bad_request("address not allowed")
    raise _unsupported("proxy")


def _refusal(resources: Resources, key: Key, request: Request, name: str) -> StatusError:
    pod = _pod(resources, key)
    container_for(pod, _asked(request))
    node_of(pod)
    return _unsupported(name)


def _pod(resources: Resources, key: Key) -> Object:
    return resources.get(resources.catalogue.by_resource("pods"), key).object


def _asked(request: Request) -> str:
    return next(iter(request.parameters.get("container") or ()), "")


def _unsupported(name: str) -> StatusError:
    return errors.unsupported(f"the subresource pods/{name} is not supported by this server")


def container_for(pod: Object, asked: str) -> str:
    """The container that a request means. StatusError 400 when none is named and there are several, or there is no such one."""
    names = [container["name"] for field in _CONTAINER_LISTS for container in pod["spec"].get(field) or ()]
    if not asked:
        if len(names) > 1:
            choices = " ".join(names)
            raise errors.bad_request(f"a container name must be specified for pod {name_of(pod)}, choose one of: [{choices}]")
        return str(names[0])
    if asked not in names:
        raise errors.bad_request(f"container {asked} is not valid for pod {name_of(pod)}")
    return asked


def node_of(pod: Object) -> str:
    """The node whose kubelet is to be asked. StatusError 400 while the pod has none."""
    node = pod["spec"].get("nodeName")
    if not node:
        raise errors.bad_request(f"pod {name_of(pod)} does not have a host assigned")
    return str(node)


def check_log_options(pod_name: str, query: Query) -> None:
    """StatusError 422 when the options of a log request (core/v1 PodLogOptions) make no sense."""
    found = [error for field, least in _LOG_NUMBERS.items() for error in _number_errors(query, field, least)]
    if "sinceSeconds" in query and "sinceTime" in query:
        found = [error for error in found if error.field != "sinceSeconds"]
        # The real server names the field by an empty list of path elements.
        found.append(fielderrors.forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
    if found:
        raise errors.invalid("PodLogOptions", "", pod_name, found)


def _number_errors(query: Query, field: str, least: int) -> list[FieldError]:
    if field not in query:
        return []
    number = _integer(query[field][0])
    sentence = "must be greater than or equal to 0" if least == 0 else f"must be greater than {least - 1}"
    return [fielderrors.invalid(field, number, sentence)] if number < least else []


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise errors.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
