"""What a person sees happen: pods that start and stop, addresses that come, rollouts that go on (preset realistic)."""

import subprocess

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Kubectl, Server
from tests.e2e.lessons import MY_NGINX, addresses, deploy_my_nginx, pod_addresses


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve("realistic")


def states(process: subprocess.Popen[str], column: int, last: str) -> list[str]:
    """What a watch prints in a column, line by line without repetitions, up to a last word."""
    seen: list[str] = []
    assert process.stdout
    for line in process.stdout:
        word = line.split()[column]
        seen += [word] if not seen or seen[-1] != word else []
        if word == last:
            break
    return seen


def test_a_pod_is_seen_to_start_and_to_stop(kubectl: Kubectl) -> None:
    with kubectl.started("kubectl get pods -w --no-headers") as watch:
        assert kubectl.ok("kubectl run web --image=nginx") == "pod/web created\n"
        # A watch that begins late on a busy machine has missed that the pod was Pending.
        assert states(watch, 2, "Running")[-2:] == ["ContainerCreating", "Running"]
        with kubectl.started("kubectl get pods -w --no-headers --output-watch-events") as deletion:
            kubectl.ok("kubectl delete pod web")
            seen = states(deletion, 0, "DELETED")
            assert (seen[0], seen[-1]) == ("ADDED", "DELETED")
        assert "Terminating" in states(watch, 2, "Terminating")


def test_a_load_balancer_is_seen_to_get_its_address(kubectl: Kubectl) -> None:
    with kubectl.started("kubectl get svc -w --no-headers") as watch:
        kubectl.ok("kubectl create service loadbalancer lb --tcp=80")
        assert watch.stdout
        shown = [next(watch.stdout).split()[3]]
        while shown[-1] == "<pending>":
            shown.append(next(watch.stdout).split()[3])
        assert shown[0] == "<pending>"
        assert shown[-1].startswith("172.18.255.")


def test_a_rollout_is_told_step_by_step(kubectl: Kubectl) -> None:
    kubectl.write("web.yaml", MY_NGINX)
    kubectl.ok("kubectl apply -f web.yaml")
    told = kubectl.ok("kubectl rollout status deployment/my-nginx").splitlines()
    # What is told of the time before the ReplicaSet has its pods depends on how soon kubectl asks.
    available = [line for line in told if "available" in line]
    assert available[0] == 'Waiting for deployment "my-nginx" rollout to finish: 0 of 2 updated replicas are available...'
    assert told[-1] == 'deployment "my-nginx" successfully rolled out'


def test_the_service_is_never_without_endpoints_while_the_image_changes(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    kubectl.ok("kubectl expose deployment my-nginx && kubectl set image deployment/my-nginx my-nginx=nginx:1.27")
    with kubectl.started(
        "kubectl get endpointslices -w --no-headers -o jsonpath='{.endpoints[?(@.conditions.ready==true)].addresses}{\"\\n\"}'"
    ) as watch:
        assert watch.stdout
        kubectl.ok("kubectl rollout status deployment/my-nginx --timeout=30s")
        wanted = pod_addresses(kubectl, "pod-template-hash=" + newest_hash(kubectl))
        for line in watch.stdout:
            assert "10.244." in line
            if all(address in line for address in wanted):
                break
    assert addresses(kubectl, "my-nginx") == wanted


def newest_hash(kubectl: Kubectl) -> str:
    """The pod-template-hash of the ReplicaSet made last."""
    line = "kubectl get rs --sort-by={.metadata.creationTimestamp} -o jsonpath='{.items[-1:].metadata.labels.pod-template-hash}'"
    return kubectl.ok(line)


def test_waiting_for_what_comes_and_for_what_does_not(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl run web --image=nginx")
    assert kubectl.ok("kubectl wait --for=condition=Ready pod/web --timeout=30s") == "pod/web condition met\n"
    assert kubectl.ok("kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web --timeout=5s") == "pod/web condition met\n"
    late = kubectl.run("kubectl wait --for=condition=Initialised pod/web --timeout=1s")
    assert (late.exit, late.err) == (1, "error: timed out waiting for the condition on pods/web\n")
    kubectl.ok("kubectl delete pod web --wait=false")
    assert "condition met" in kubectl.ok("kubectl wait --for=delete pod/web --timeout=30s")


def test_describe_tells_what_the_kubelet_did(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl run web --image=nginx && kubectl wait --for=condition=Ready pod/web --timeout=30s")
    reasons = kubectl.ok("kubectl describe pod web | sed '1,/^Events/d;/Reason/d;/----/d'").splitlines()
    assert [line.split()[1] for line in reasons] == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]
