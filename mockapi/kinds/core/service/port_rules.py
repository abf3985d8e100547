"""Rules of spec.ports: each port by itself, and the ports together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Leaf, Rules, context, rule

PROTOCOLS = ("SCTP", "TCP", "UDP")


def _port_number(value: int) -> Iterator[FieldError]:
    return (fielderrors.invalid("", value, sentence) for sentence in names.port_number(value))


def _protocol(value: str) -> Iterator[FieldError]:
    if value not in PROTOCOLS:
        yield fielderrors.not_supported("", value, PROTOCOLS)


def _target_port(value: Any) -> Iterator[FieldError]:
    sentences = names.port_number(value) if isinstance(value, int) else names.port_name(value)
    return (fielderrors.invalid("", value, sentence) for sentence in sentences)


def _app_protocol(value: str) -> Iterator[FieldError]:
    return (fielderrors.invalid("", value, sentence) for sentence in names.qualified_name(value))


class PortRules(Rules):
    """One ServicePort. The context has `several`, whether there are more, and `seen`, the names of those before."""

    name = Leaf()
    port = Leaf(_port_number)
    protocol = Leaf(_protocol)
    targetPort = Leaf(_target_port)  # noqa: N815
    appProtocol = Leaf(_app_protocol)  # noqa: N815

    @rule("name")
    def named(self, port: Object) -> Iterator[FieldError]:
        """A name is needed among several ports; it is a DNS label and stands once."""
        name, seen = port.get("name"), context()["seen"]
        if not name:
            if context()["several"]:
                yield fielderrors.required("")
            return
        for sentence in names.dns1123_label(name):
            yield fielderrors.invalid("", name, sentence)
        if name in seen:
            yield fielderrors.duplicate("", name)
        seen.add(name)


def sharing_errors(ports: list[Object], *, internal: bool) -> Iterator[FieldError]:
    """Node ports where the type has none (`internal`), then node ports and ports that stand twice; relative to spec.ports."""
    for position, port in enumerate(ports):
        if internal and port.get("nodePort"):
            yield fielderrors.forbidden(f"[{position}].nodePort", "may not be used when `type` is 'ClusterIP'")
    for position in _repeated(ports, "nodePort"):
        yield fielderrors.duplicate(f"[{position}].nodePort", ports[position]["nodePort"])
    for position in _repeated(ports, "port"):
        yield fielderrors.duplicate(f"[{position}]", _shown(ports[position]))


def _repeated(ports: list[Object], field: str) -> Iterator[int]:
    """Positions of ports whose protocol and value of the field a port before them has too."""
    seen: set[tuple[str, int]] = set()
    for position, port in enumerate(ports):
        key = (port["protocol"], port.get(field, 0))
        if field == "nodePort" and not key[1]:
            continue
        if key in seen:
            yield position
        seen.add(key)


def _shown(port: Object) -> Object:
    """How the real server prints the part of a port that must be unique: as a Go struct with the rest empty."""
    return {"Name": "", "Protocol": port["protocol"], "AppProtocol": None, "Port": port["port"], "TargetPort": 0, "NodePort": 0}
