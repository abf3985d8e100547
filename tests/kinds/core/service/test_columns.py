from datetime import UTC, datetime
from typing import Any

import pytest

from mockapi.kinds.core.service.columns import COLUMNS
from mockapi.machinery.meta import Object

NOW = datetime(2030, 1, 1, 0, 0, 5, tzinfo=UTC)


def row(spec: Object, status: Object | None = None) -> list[Any]:
    meta = {"name": "a", "creationTimestamp": "2030-01-01T00:00:00Z"}
    return [column.cell({"metadata": meta, "spec": spec, "status": status or {}}, NOW) for column in COLUMNS]


HTTP = {"port": 80, "protocol": "TCP"}
NODE = {**HTTP, "nodePort": 30080}
INGRESS = {"loadBalancer": {"ingress": [{"ip": "203.0.113.2"}, {"hostname": "lb.example.com"}, {"ip": "203.0.113.1"}]}}


@pytest.mark.parametrize(
    ("spec", "status", "cells"),
    [
        (
            {
                "type": "ClusterIP",
                "clusterIPs": ["10.96.0.9"],
                "ports": [HTTP, {"port": 53, "protocol": "UDP"}],
                "selector": {"b": "1", "a": "2"},
            },
            {},
            ["ClusterIP", "10.96.0.9", "<none>", "80/TCP,53/UDP", "5s", "a=2,b=1"],
        ),
        (
            {"type": "NodePort", "clusterIPs": ["10.96.0.9"], "ports": [NODE]},
            {},
            ["NodePort", "10.96.0.9", "<none>", "80:30080/TCP", "5s", "<none>"],
        ),
        (
            {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "ports": [NODE]},
            {},
            ["LoadBalancer", "10.96.0.9", "<pending>", "80:30080/TCP", "5s", "<none>"],
        ),
        (
            {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "ports": [HTTP], "externalIPs": ["198.51.100.1"]},
            INGRESS,
            ["LoadBalancer", "10.96.0.9", "203.0.113.1,203.0.113.2,lb.example.com,198.51.100.1", "80/TCP", "5s", "<none>"],
        ),
        (
            {"type": "ExternalName", "externalName": "db.example.com"},
            {},
            ["ExternalName", "<none>", "db.example.com", "<none>", "5s", "<none>"],
        ),
        ({"type": "ClusterIP", "clusterIPs": ["None"]}, {}, ["ClusterIP", "None", "<none>", "<none>", "5s", "<none>"]),
    ],
)
def test_cells(spec: Object, status: Object, cells: list[str]) -> None:
    assert row(spec, status) == ["a", *cells]


def test_columns() -> None:
    assert [(column.name, column.priority) for column in COLUMNS] == [
        ("Name", 0), ("Type", 0), ("Cluster-IP", 0), ("External-IP", 0), ("Port(s)", 0), ("Age", 0), ("Selector", 1)
    ]  # fmt: skip
