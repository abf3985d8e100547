"""Many Services, measured: python -m tests.bench.services [--services N] [--pods N]. Prints a table, asserts nothing.

Each Service has a Deployment of some pods; then a tenth of all pods is deleted at once.
"""

import argparse
import time

from tests.bench.__main__ import POD, call, row
from tests.bench.scale import PATIENCE, PODS_OF_A_NODE
from tests.e2e.harness import Server, eventually, serving

NAMESPACE = "bench"
CORE, APPS = f"/api/v1/namespaces/{NAMESPACE}", f"/apis/apps/v1/namespaces/{NAMESPACE}"
SLICES = f"/apis/discovery.k8s.io/v1/namespaces/{NAMESPACE}/endpointslices"
DELETED = 10


def ready_endpoints(server: Server) -> dict[str, set[str]]:
    """The addresses that are ready, by Service."""
    found: dict[str, set[str]] = {}
    for one in call(server, "GET", SLICES)["items"]:
        addresses = {endpoint["addresses"][0] for endpoint in one["endpoints"] or () if endpoint["conditions"]["ready"]}
        found.setdefault(one["metadata"]["labels"]["kubernetes.io/service-name"], set()).update(addresses)
    return found


def ready_pods(server: Server) -> dict[str, set[str]]:
    """The addresses of the pods that are ready, by the Service that selects them."""
    found: dict[str, set[str]] = {}
    for pod in call(server, "GET", f"{CORE}/pods")["items"]:
        conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", ())}
        if conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]:
            found.setdefault(pod["metadata"]["labels"]["app"], set()).add(pod["status"]["podIP"])
    return found


def are_right(server: Server, services: int, pods: int) -> bool:
    """Whether every Service has all its pods, each of which is ready."""
    endpoints = ready_endpoints(server)
    return len(endpoints) == services and {len(each) for each in endpoints.values()} == {pods} and endpoints == ready_pods(server)


def make(server: Server, services: int, pods: int) -> None:
    call(server, "POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    eventually(lambda: call(server, "GET", f"{CORE}/serviceaccounts")["items"])
    began = time.perf_counter()
    for number in range(services):
        name = f"app-{number}"
        spec = {"replicas": pods, "selector": {"matchLabels": {"app": name}}, "template": {**POD, "metadata": {"labels": {"app": name}}}}
        call(server, "POST", f"{APPS}/deployments", {"metadata": {"name": name}, "spec": spec})
        call(server, "POST", f"{CORE}/services", {"metadata": {"name": name}, "spec": {"selector": {"app": name}, "ports": [{"port": 80}]}})
    eventually(lambda: are_right(server, services, pods), seconds=PATIENCE, what="right endpoints")
    row(f"{services} Services over {services * pods} pods, until right", f"{time.perf_counter() - began:.1f} s")


def churn(server: Server, services: int, pods: int) -> None:
    names = [pod["metadata"]["name"] for pod in call(server, "GET", f"{CORE}/pods")["items"]][::DELETED]
    began = time.perf_counter()
    for name in names:
        call(server, "DELETE", f"{CORE}/pods/{name}?gracePeriodSeconds=0")
    eventually(lambda: are_right(server, services, pods), seconds=PATIENCE, what="right endpoints")
    row(f"{len(names)} of their pods deleted, until right again", f"{time.perf_counter() - began:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.services", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--services", type=int, default=1000)
    parser.add_argument("--pods", type=int, default=5, help="of each Service")
    arguments = parser.parse_args()
    nodes = -(-arguments.services * arguments.pods // PODS_OF_A_NODE)
    with serving("instant", "--nodes", str(nodes)) as server:
        make(server, arguments.services, arguments.pods)
        churn(server, arguments.services, arguments.pods)


if __name__ == "__main__":
    main()
