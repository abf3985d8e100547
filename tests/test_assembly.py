from __future__ import annotations

import ast
from pathlib import Path

import mockapi
from mockapi.assembly import all_controllers, all_kinds, cluster_of
from mockapi.kinds.metrics.samples import GROUP as METRICS
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.simulated import GROUP as SIMULATION
from mockapi.settings import read_settings

ROOT = Path(mockapi.__file__).parent


def declared(*rooms: str) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text())) for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def test_each_kind_is_found_once() -> None:
    kinds = all_kinds()
    names = [kind.resource for kind in kinds if kind.is_stored]
    assert len(set(names)) == len(names)
    files = [path for path, tree in declared("kinds") for node in tree.body if "KIND" in _assigned(node)]
    assert len(files) == len(kinds)


def test_each_kind_is_one_of_kubernetes() -> None:
    definitions = Definitions.for_minor("1.36")
    others = {kind.group for kind in all_kinds() if definitions.name_of(kind.group, kind.version, kind.kind) is None}
    assert others == {METRICS, SIMULATION}


def test_short_names_differ() -> None:
    kinds = [kind for kind in all_kinds() if kind.conversion is None and kind.group != METRICS]
    names = [name for kind in kinds for name in {*kind.short_names, kind.plural, kind.singular}]
    assert len(set(names)) == len(names)


def test_each_controller_is_found_once() -> None:
    classes = [
        node.name
        for _, tree in declared("controllers", "nodes")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any("name" in _assigned(part) for part in node.body)
    ]
    assert sorted(controller.__name__ for controller in all_controllers()) == sorted(classes)
    assert {"scheduler", "kubelet", "namespace", "garbage-collector"} <= {each.name for each in all_controllers()}


def test_the_cluster_is_what_the_settings_say() -> None:
    environment = {"HOME": "/", "MOCKAPI_NODES": "5", "MOCKAPI_SERVICE_CIDR": "10.1.0.0/20", "MOCKAPI_NODE_PORT_RANGE": "1-9"}
    cluster = cluster_of(read_settings(environment=environment))
    assert (cluster.nodes, str(cluster.service_cidr), str(cluster.node_ports)) == (5, "10.1.0.0/20", "1-9")


def _assigned(node: ast.AST) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) and node.value else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
