"""A big cluster, measured: python -m tests.bench.scale [--pods N] [--nodes N]. Prints a table, asserts nothing."""

import argparse
import os
import time
from collections.abc import Iterator

from tests.bench.__main__ import IDLE_SECONDS, POD, call, row
from tests.e2e.harness import Server, eventually, serving
from tests.e2e.processes import PROC, proportional_memory, tree

NAMESPACE = "bench"
PODS_OF_A_DEPLOYMENT = 500
PODS_OF_A_NODE = 100
PATIENCE = 600.0
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
TICKS = os.sysconf("SC_CLK_TCK")


def deployments(pods: int) -> Iterator[dict[str, object]]:
    """Deployments of 500 pods each that together have so many."""
    for first in range(0, pods, PODS_OF_A_DEPLOYMENT):
        labels = {"app": f"bench-{first}"}
        template = {**POD, "metadata": {"labels": labels}}
        spec = {"replicas": min(PODS_OF_A_DEPLOYMENT, pods - first), "selector": {"matchLabels": labels}, "template": template}
        yield {"metadata": {"name": f"bench-{first}"}, "spec": spec}


def available(server: Server) -> int:
    return sum(deployment["status"].get("availableReplicas", 0) for deployment in call(server, "GET", APPS)["items"])


def cpu_seconds(server: Server) -> float:
    """Processor time that the server has used so far."""
    return (
        sum(sum(map(int, (PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) for pid in tree(server.process.pid)) / TICKS
    )


def run_pods(server: Server, pods: int) -> None:
    eventually(lambda: len(call(server, "GET", "/api/v1/nodes")["items"]) * PODS_OF_A_NODE >= pods, seconds=PATIENCE, what="nodes")
    call(server, "POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    eventually(lambda: call(server, "GET", f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts")["items"])
    used, began = cpu_seconds(server), time.perf_counter()
    for deployment in deployments(pods):
        call(server, "POST", APPS, deployment)
    eventually(lambda: available(server) == pods, seconds=PATIENCE, what=f"{pods} available pods")
    spent = time.perf_counter() - began
    row(f"{pods} pods by Deployments until available", f"{spent:.1f} s ({cpu_seconds(server) - used:.1f} s of processor time)", "<= 45 s")


def idle(server: Server, pods: int) -> None:
    time.sleep(IDLE_SECONDS)
    used = cpu_seconds(server)
    time.sleep(2 * IDLE_SECONDS)
    row(f"processor, idle with {pods} pods", f"{(cpu_seconds(server) - used) / (2 * IDLE_SECONDS):.1%} of a core", "<= 3 %")
    each = [proportional_memory(pid) / 1e6 for pid in tree(server.process.pid)]
    row(f"memory of all processes, {pods} pods", f"{sum(each):.0f} MB ({' + '.join(f'{size:.0f}' for size in each)})", "<= 500 MB")


def start_nodes(nodes: int) -> None:
    """Seconds from the start of a server until all its nodes are ready."""
    began = time.perf_counter()
    with serving("instant", "--nodes", str(nodes)) as server:
        eventually(lambda: ready_nodes(server) == nodes, seconds=PATIENCE, what=f"{nodes} nodes")
        row(f"start until {nodes} nodes are ready", f"{time.perf_counter() - began:.1f} s", "<= 10 s")


def ready_nodes(server: Server) -> int:
    def is_ready(node: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
        return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in node["status"].get("conditions", ()))

    return sum(map(is_ready, call(server, "GET", "/api/v1/nodes")["items"]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pods", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=1_000)
    arguments = parser.parse_args()
    start_nodes(arguments.nodes)
    with serving("instant", "--nodes", str(-(-arguments.pods // PODS_OF_A_NODE))) as server:
        run_pods(server, arguments.pods)
        idle(server, arguments.pods)


if __name__ == "__main__":
    main()
