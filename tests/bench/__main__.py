"""The figures of docs/architecture.md, measured here: python -m tests.bench [--seconds N]. Prints a table, asserts nothing.

The load generator has a process of its own (load.py); what storage alone costs is in storage.py.
"""

import argparse
import json
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.bench.load import Load, Requests, ceiling, measure
from tests.e2e.harness import Server, eventually, find_kubectls, serving
from tests.e2e.processes import proportional_memory, tree

STARTS = 5
IDLE_SECONDS = 5.0
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bench-{number}"}, "data": {"text": "x" * 1000}}
POD: dict[str, Any] = {"metadata": {"labels": {"app": "bench"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
SERVICE = {"spec": {"selector": {"app": "bench"}, "ports": [{"port": 80}]}}
PODS = 100
LISTED = 500


def row(what: str, figure: str, aim: str = "") -> None:
    """One line of the table."""
    print(f"{what:52} {figure:>44}  {aim}", flush=True)


def call(server: Server, method: str, path: str, body: Any = None) -> Any:
    """One request with JSON; raises urllib.error.HTTPError for what is not 2xx."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(server.url + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def time_of_start() -> tuple[float, float]:
    """Seconds from the start on a fresh database until /readyz answers, and until `kubectl get services` has succeeded."""
    kubectl = next(iter(find_kubectls().values()), None)
    began = time.perf_counter()
    with serving("realistic") as server:
        ready = time.perf_counter() - began
        if kubectl:
            environment = {"KUBECONFIG": str(server.kubeconfig), "HOME": str(server.kubeconfig.parent)}
            subprocess.run([kubectl, "get", "services"], env=environment, check=True, stdout=subprocess.DEVNULL)
        return ready, time.perf_counter() - began


def start() -> None:
    ready, first_get = zip(*(time_of_start() for _ in range(STARTS)), strict=True)
    row(f"start until /readyz answers, median of {STARTS}", f"{statistics.median(ready):.2f} s")
    row(f"start until the first `kubectl get`, median of {STARTS}", f"{statistics.median(first_get):.2f} s", "<= 1.0 s")


def memory(server: Server) -> None:
    time.sleep(IDLE_SECONDS)
    each = [proportional_memory(pid) / 1e6 for pid in tree(server.process.pid)]
    row("memory of all processes, idle", f"{sum(each):.0f} MB ({' + '.join(f'{size:.0f}' for size in each)})", "<= 150 MB")


def throughput(server: Server, seconds: float) -> None:
    call(server, "POST", "/api/v1/namespaces", {"metadata": {"name": "bench"}})
    base = "/api/v1/namespaces/bench/configmaps"
    for number in range(LISTED):
        call(server, "POST", base, {**CONFIG_MAP, "metadata": {"name": f"listed-{number}"}})
    host, port = urlsplit(server.url).netloc.split(":")

    def load(what: str, connections: int, requests: Requests, aim: str) -> None:
        measured = measure(host, int(port), connections, seconds, requests)
        row(f"{what}, {connections} connections", figure(measured), aim)
        row(f"  the load generator alone, {measured.size} bytes", figure(ceiling(connections, seconds / 3, measured.size)))

    load("GET one object", 16, Requests("GET", f"{base}/listed-0"), ">= 2900/s")
    load(f"LIST {LISTED} objects", 4, Requests("GET", base), ">= 1360/s")
    load("POST ConfigMap", 16, Requests("POST", base, json.dumps(CONFIG_MAP)), ">= 1000/s, p99 < 45 ms")


def figure(load: Load) -> str:
    text = f"{load.rate:.0f}/s, p50 {load.p50 * 1e3:.1f} ms, p99 {load.p99 * 1e3:.1f} ms"
    return text + (f", {load.refused} REFUSED" if load.refused else "")


def slices_after(server: Server, revision: str) -> Iterator[dict[str, Any]]:
    """The EndpointSlices that change after a revision, as they come."""
    path = f"/apis/discovery.k8s.io/v1/namespaces/slices/endpointslices?watch=true&resourceVersion={revision}"
    with urllib.request.urlopen(server.url + path, timeout=30) as lines:
        for line in lines:
            yield json.loads(line)["object"]


def time_to_slice(server: Server, name: str) -> float:
    """Seconds from the POST of a Service until a watch shows its EndpointSlice with all pods."""
    revision = call(server, "GET", "/apis/discovery.k8s.io/v1/endpointslices?limit=1")["metadata"]["resourceVersion"]
    changed = slices_after(server, revision)
    began = time.perf_counter()
    call(server, "POST", "/api/v1/namespaces/slices/services", {"metadata": {"name": name}, **SERVICE})
    for found in changed:
        if found["metadata"]["labels"]["kubernetes.io/service-name"] == name and len(found["endpoints"] or ()) == PODS:
            return time.perf_counter() - began
    raise AssertionError("the watch ended")


def endpoint_slices(server: Server) -> None:
    call(server, "POST", "/api/v1/namespaces", {"metadata": {"name": "slices"}})
    pods = "/api/v1/namespaces/slices/pods"
    eventually(lambda: call(server, "GET", "/api/v1/namespaces/slices/serviceaccounts")["items"])
    for number in range(PODS):
        call(server, "POST", pods, {**POD, "metadata": {**POD["metadata"], "name": f"web-{number}"}})
    eventually(lambda: sum(is_ready(pod) for pod in call(server, "GET", pods)["items"]) == PODS, seconds=60, what=f"{PODS} ready pods")
    spent = [time_to_slice(server, f"web-{number}") for number in range(STARTS)]
    row(f"Service until EndpointSlice, {PODS} ready pods, median of {STARTS}", f"{statistics.median(spent) * 1e3:.0f} ms")


def is_ready(pod: dict[str, Any]) -> bool:
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in pod["status"].get("conditions", ()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each kind of request is sent (default: 3)")
    parser.add_argument("--only", default="", help="start, memory, throughput or endpoint_slices")
    arguments = parser.parse_args()
    measures: dict[str, Callable[[Server], None]] = {
        "memory": memory,
        "throughput": lambda server: throughput(server, arguments.seconds),
        "endpoint_slices": endpoint_slices,
    }
    if arguments.only in ("", "start"):
        start()
    for name, measurement in measures.items():
        if arguments.only in ("", name):
            with serving("instant") as server:
                measurement(server)


if __name__ == "__main__":
    main()
