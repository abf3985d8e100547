"""`kubectl top` and autoscalers, with `--metrics`."""

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Kubectl, Server
from tests.e2e.lessons import shows, soon

LOADED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {simulation.mockapi.dev/cpu: 80m, simulation.mockapi.dev/memory: 32Mi}
    spec:
      containers:
      - {name: main, image: nginx, resources: {requests: {cpu: 100m}}}
      - {name: side, image: busybox, command: [sleep, "9999"], resources: {limits: {cpu: "0", memory: 0Mi}}}
"""


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve("instant", "--metrics")


@pytest.fixture
def loaded(kubectl: Kubectl) -> Kubectl:
    kubectl.write("web.yaml", LOADED)
    kubectl.ok("kubectl apply -f web.yaml && kubectl rollout status deployment/web --timeout=30s")
    return kubectl


def test_pods(loaded: Kubectl) -> None:
    row = "web-‹hash›-‹id› 80m 32Mi"
    soon(loaded, "kubectl top pods", f"NAME CPU(cores) MEMORY(bytes)\n{row}\n{row}")
    soon(loaded, "kubectl top pods -l app=web --no-headers --sort-by=cpu", f"{row}\n{row}")
    assert loaded.run("kubectl top pods -l app=none").err == f"No resources found in {loaded.namespace} namespace.\n"
    assert loaded.run("kubectl top pod none").err == 'Error from server (NotFound): pods "none" not found\n'


def test_containers(loaded: Kubectl) -> None:
    rows = loaded.ok("kubectl top pods --containers --no-headers").splitlines()
    assert [row.split()[1:] for row in rows] == [["main", "80m", "32Mi"], ["side", "0m", "0Mi"]] * 2


def test_nodes(loaded: Kubectl) -> None:
    rows = [row.split() for row in loaded.ok("kubectl top nodes --no-headers").splitlines()]
    assert [row[0] for row in rows] == ["node-1", "node-2"]
    assert all(row[1].endswith("m") and row[3].endswith("Mi") for row in rows)


def test_the_api_is_announced(kubectl: Kubectl) -> None:
    assert "metrics.k8s.io/v1beta1\n" in kubectl.ok("kubectl api-versions")
    shows(
        kubectl.ok("kubectl get apiservice v1beta1.metrics.k8s.io --no-headers"),
        "v1beta1.metrics.k8s.io kube-system/metrics-server True ‹age›",
    )


def test_an_autoscaler(loaded: Kubectl) -> None:
    made = loaded.ok("kubectl autoscale deployment web --min=1 --max=4 --cpu-percent=50")
    assert made == "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    described = loaded.ok("kubectl describe hpa web")
    assert "resource cpu on pods  (as a percentage of request):  <unknown> / 50%" in described
