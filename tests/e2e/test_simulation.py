"""The simulation is set with kubectl, like everything else."""

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Kubectl, Server, eventually

OBJECTS = """
apiVersion: simulation.mockapi.dev/v1alpha1
kind: NodePool
metadata: {{name: {name}}}
spec: {{replicas: 2, zones: [west, east], labels: {{of: {name}}}, taints: [{{key: {name}, effect: NoSchedule}}]}}
---
apiVersion: simulation.mockapi.dev/v1alpha1
kind: ImageRule
metadata: {{name: {name}}}
spec: {{images: ["{name}/*"], failure: {{message: the registry is down}}}}
---
apiVersion: simulation.mockapi.dev/v1alpha1
kind: Stage
metadata: {{name: {name}}}
spec:
  when:
  - {{key: "metadata.labels[ends]", operator: In, values: [{name}]}}
  - {{key: status.phase, operator: In, values: [Running]}}
  fail: {{reason: Ended, message: by a stage}}
"""
BAD_STAGE = """
apiVersion: simulation.mockapi.dev/v1alpha1
kind: Stage
metadata: {name: bad}
spec:
  when: [{key: phase, operator: In}]
  delete: true
"""


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve("instant", "--simulation-api", "true")


@pytest.fixture
def name(kubectl: Kubectl) -> str:
    """Of all objects of a test, which have no namespace."""
    name = kubectl.namespace[-20:].lstrip("-")
    kubectl.write("objects.yaml", OBJECTS.format(name=name))
    kubectl.ok("kubectl apply -f objects.yaml")
    return name


def test_pools_are_scaled(kubectl: Kubectl, name: str) -> None:
    def counts(number: int) -> None:
        row = kubectl.ok(f"kubectl get nodepool {name} --no-headers").split()
        assert row[:4] == [name, *[str(number)] * 3]
        assert len(kubectl.ok(f"kubectl get nodes -l of={name} --no-headers").splitlines()) == number

    eventually(lambda: counts(2) is None)
    kubectl.ok(f"kubectl scale nodepool/{name} --replicas 5")
    eventually(lambda: counts(5) is None)
    kubectl.ok(f"kubectl scale nodepool/{name} --replicas 1")
    eventually(lambda: counts(1) is None)
    kubectl.ok(f"kubectl delete nodepool {name}")
    assert kubectl.ok(f"kubectl get nodes -l of={name} --no-headers") == ""


def test_pods_follow_rules_and_stages(kubectl: Kubectl, name: str) -> None:
    kubectl.ok(f"kubectl run broken --image={name}/a:1 && kubectl run ends --image=nginx -l ends={name}")

    def show() -> None:
        pods = kubectl.ok("kubectl get pods --no-headers").splitlines()
        assert [pod.split()[2] for pod in pods] == ["ImagePullBackOff", "Error"]

    eventually(lambda: show() is None)
    assert kubectl.ok("kubectl get pod ends -o jsonpath='{.status.reason}: {.status.message}'") == "Ended: by a stage"
    assert "the registry is down" in kubectl.ok("kubectl get pod broken -o yaml")
    kubectl.ok(f"kubectl delete imagerule {name}")
    kubectl.ok("kubectl wait pod/broken --for=condition=Ready --timeout=10s")


def test_kinds_are_explained_and_mistakes_too(kubectl: Kubectl) -> None:
    assert "taints\t<[]Object>" in kubectl.ok("kubectl explain nodepool --recursive")
    assert "Where the value is" in kubectl.ok("kubectl explain stage.spec.when.key")
    refused = kubectl.run("kubectl apply -f -", stdin=BAD_STAGE)
    assert refused.exit == 1
    assert "spec.when[0].values: Required value: must be given for the operators In and NotIn" in refused.err


def test_changes_hold_at_once(kubectl: Kubectl) -> None:
    kubectl.ok("""kubectl patch sim cluster --type merge -p '{"spec":{"delays":{"imagePull":"90s"}}}'""")
    kubectl.ok("kubectl run slow --image=redis:7 --image-pull-policy=Always")
    eventually(lambda: "ContainerCreating" in kubectl.ok("kubectl get pod slow"))
    assert "Image Pull:  90s" in kubectl.ok("kubectl describe simulation cluster")
    kubectl.ok("KUBE_EDITOR='sed -i s/90s/0s/' kubectl edit simulation cluster")
    kubectl.ok("kubectl wait pod/slow --for=condition=Ready --timeout=10s")
