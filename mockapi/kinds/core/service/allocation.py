"""What a Service takes from the pools and gives back, write by write; the errors are those of the real allocators."""

from __future__ import annotations

from mockapi.kinds.core.service.pools import (
    CLUSTER_IPS,
    NODE_PORTS,
    ClusterIPs,
    DryClusterIPs,
    DryNodePorts,
    FullError,
    Holder,
    NodePorts,
    RealClusterIPs,
    RealNodePorts,
    RefusedError,
)
from mockapi.kinds.core.service.spec import (
    cluster_ips,
    has_node_ports,
    is_headless,
    needs_cluster_ip,
    needs_health_check,
    node_ports,
    ports,
    wants_node_ports,
)
from mockapi.machinery import errors, fielderrors, names
from mockapi.machinery.errors import StatusError
from mockapi.machinery.fielderrors import SPEC
from mockapi.machinery.meta import Object, name_of, uid_of
from mockapi.registry.request import Request
from mockapi.registry.strategy import Allocator


def allocate(service: Object, old: Object | None, allocator: Allocator, request: Request) -> None:
    """Takes what the service asks for or needs and gives back what it no longer has, in place. Raises StatusError 422 or 500."""
    holder = Holder(allocator, uid_of(service), request.identity.pick)
    network, dry = request.cluster.service_cidr, request.dry_run
    addresses = DryClusterIPs(network) if dry else RealClusterIPs(network, holder, lambda ip: _check_reference(ip, name_of(service)))
    numbers = DryNodePorts(holder) if dry else RealNodePorts(request.cluster.node_ports, holder)
    if old is None:
        _take_cluster_ip(service, addresses)
        _take_node_ports(service, numbers)
        _take_health_check_port(service, numbers)
    else:
        _change_cluster_ip(service, old["spec"], addresses)
        _change_node_ports(service, old["spec"], numbers)
        _change_health_check_port(service, old["spec"], numbers)
    numbers.close()


def release(service: Object, allocator: Allocator) -> None:
    """Gives back everything that a service holds."""
    spec, owner = service["spec"], uid_of(service)
    for ip in () if is_headless(spec) else cluster_ips(spec):
        allocator.free(CLUSTER_IPS, ip, owner)
    for number in (*node_ports(spec), spec.get("healthCheckNodePort", 0)):
        allocator.free(NODE_PORTS, str(number), owner)


def _check_reference(ip: str, name: str) -> None:
    """Each address is recorded in an IPAddress that names its service (KEP-1880), and its rules come to bear here."""
    path = SPEC.child("parentRef", "name")
    found = [fielderrors.invalid(path, name, sentence) for sentence in names.path_segment_name(name)]
    found = found if name else [fielderrors.required(path)]
    if found:
        raise RefusedError(errors.invalid("IPAddress", "networking.k8s.io", ip, found).message)


def _take_cluster_ip(service: Object, addresses: ClusterIPs) -> None:
    spec = service["spec"]
    if not needs_cluster_ip(spec) or is_headless(spec):
        return
    chosen = spec.get("clusterIP", "")
    try:
        if chosen:
            addresses.take(chosen)
        else:
            spec["clusterIP"] = addresses.take_any()
            spec["clusterIPs"] = [spec["clusterIP"]]
    except FullError as failure:
        raise errors.internal(f'failed to allocate a serviceIP for Service "{name_of(service)}": {failure}') from failure
    except RefusedError as failure:
        text = f"failed to allocate IP {chosen}: {failure}" if chosen else f"failed to allocate IP: {failure}"
        raise _invalid(service, "clusterIPs", cluster_ips(spec) or [""], text) from failure


def _change_cluster_ip(service: Object, old: Object, addresses: ClusterIPs) -> None:
    spec = service["spec"]
    if not needs_cluster_ip(old):
        _take_cluster_ip(service, addresses)
    elif not needs_cluster_ip(spec) and not is_headless(old):
        for ip in cluster_ips(old):
            addresses.give_back(ip)


def _take_node_ports(service: Object, numbers: NodePorts) -> None:
    """On create, ports of one number (TCP and UDP 53, say) share a node port unless told otherwise."""
    spec = service["spec"]
    if not has_node_ports(spec):
        return
    shared: dict[int, int] = {}
    for position, port in enumerate(ports(spec)):
        number = port.get("nodePort", 0)
        if not number and not wants_node_ports(spec):
            continue
        given = shared.get(port["port"], 0)
        if not given:
            requested = next((other["nodePort"] for other in ports(spec) if other["port"] == port["port"] and other.get("nodePort")), 0)
            port["nodePort"] = shared[port["port"]] = _take_node_port(service, position, requested, numbers)
        elif not number:
            port["nodePort"] = given
        elif number != given:
            _take_node_port(service, position, number, numbers)


def _change_node_ports(service: Object, old: Object, numbers: NodePorts) -> None:
    # Node ports that an ExternalName shows are not checked, and not its own.
    spec, held = service["spec"], node_ports(old) if has_node_ports(old) else []
    if not has_node_ports(spec):
        for number in held:
            numbers.give_back(number)
        return
    taken: list[int] = []
    seen: list[tuple[str, int]] = []
    for position, port in enumerate(ports(spec)):
        number = port.get("nodePort", 0)
        if not number and not wants_node_ports(spec):
            continue
        if not number:
            number = port["nodePort"] = _take_node_port(service, position, 0, numbers)
        elif number not in held and number not in taken:
            taken.append(_take_node_port(service, position, number, numbers))
        if (port["protocol"], number) in seen:
            raise errors.unexplained(f"duplicate nodePort: {{{port['protocol']} {number}}}")
        seen.append((port["protocol"], number))
    for number in held:
        if number not in node_ports(spec):
            numbers.give_back(number)


def _take_node_port(service: Object, position: int, number: int, numbers: NodePorts) -> int:
    """Takes the number, or any for 0."""
    try:
        if not number:
            return numbers.take_any()
        numbers.take(number)
    except FullError as failure:
        raise errors.internal(f"failed to allocate a nodePort: {failure}") from failure
    except RefusedError as failure:
        raise _invalid(service, f"ports[{position}].nodePort", number, str(failure)) from failure
    return number


def _take_health_check_port(service: Object, numbers: NodePorts) -> None:
    spec = service["spec"]
    if not needs_health_check(spec):
        return
    chosen = spec.get("healthCheckNodePort", 0)
    try:
        if chosen:
            numbers.take(chosen)
        else:
            spec["healthCheckNodePort"] = numbers.take_any()
    except RefusedError as failure:
        what = "requested" if chosen else "a"
        raise errors.internal(f"failed to allocate {what} HealthCheck NodePort {chosen}: {failure}") from failure


def _change_health_check_port(service: Object, old: Object, numbers: NodePorts) -> None:
    if not needs_health_check(old):
        _take_health_check_port(service, numbers)
    elif not needs_health_check(service["spec"]):
        numbers.give_back(old["healthCheckNodePort"])


def _invalid(service: Object, field: str, value: object, text: str) -> StatusError:
    return errors.invalid("Service", "", name_of(service), [fielderrors.invalid(SPEC.child(field), value, text)])
