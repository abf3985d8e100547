"""Plain requests with JSON, for tests that look closer than kubectl does: acknowledged or not, and what exactly."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SERVICES = "/api/v1/namespaces/default/services"


@dataclass(frozen=True)
class Answer:
    """A status code and the object that came with it."""

    status: int
    body: Any

    @property
    def made(self) -> Any:
        """The object of a 201; AssertionError with the answer when it was another."""
        assert self.status == 201, self.body
        return self.body


class Api:
    """One connection to a server, for one thread. Whatever ends it early is an OSError or an http.client.HTTPException."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        data = None if body is None else json.dumps(body)
        self._connection.request(method, path, data, {"Content-Type": "application/json"})
        with self._connection.getresponse() as answer:
            return Answer(answer.status, json.loads(answer.read()))

    def items(self, path: str) -> list[Any]:
        """The objects of a list."""
        answer = self.call("GET", path)
        assert answer.status == 200, answer.body
        items: list[Any] = answer.body["items"]
        return items

    def close(self) -> None:
        self._connection.close()


def node_port_service(name: str, node_port: int | None = None) -> dict[str, Any]:
    """A Service of type NodePort, on any node port or a chosen one."""
    port = {"port": 80} | ({"nodePort": node_port} if node_port else {})
    return {"metadata": {"name": name}, "spec": {"type": "NodePort", "selector": {"app": name}, "ports": [port]}}


def claims(service: Any) -> set[str]:
    """What a Service of IPv4 holds that no other may have: its cluster IP and node ports, as text."""
    spec = service["spec"]
    held = {spec.get("clusterIP", "None"), *(str(port["nodePort"]) for port in spec["ports"] if "nodePort" in port)}
    return held - {"None", ""}
