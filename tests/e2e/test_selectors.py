"""Labels hold a Service and its pods together, and nothing else does."""

import pytest

from tests.e2e.harness import Kubectl, eventually
from tests.e2e.lessons import addresses, deploy_my_nginx, pod_addresses, shows, soon


@pytest.fixture
def three_pods(kubectl: Kubectl) -> Kubectl:
    """Three pods zone=prod,version=v1 and a Service that selects both labels."""
    for number in (1, 2, 3):
        kubectl.ok(f"kubectl run web-{number} --image=nginx --labels=zone=prod,version=v1")
    kubectl.ok("kubectl create service clusterip web --tcp=80 && kubectl set selector svc web zone=prod,version=v1")
    kubectl.ok("kubectl wait --for=condition=Ready pod --all --timeout=30s")
    eventually(lambda: addresses(kubectl, "web") == pod_addresses(kubectl, "zone=prod"))
    return kubectl


def test_labels_that_match_only_in_part_are_no_match(three_pods: Kubectl) -> None:
    assert three_pods.ok("kubectl set selector svc web zone=prod,version=v1,tier=front") == "service/web selector updated\n"
    eventually(lambda: addresses(three_pods, "web") == [])
    soon(three_pods, "kubectl get ep web --no-headers", "web <none> ‹age›")
    shows(
        three_pods.ok("kubectl get endpointslices -l kubernetes.io/service-name=web --no-headers"),
        "web-‹id› IPv4 <unset> <unset> ‹age›",
    )


def test_a_relabelled_pod_leaves_and_joins(three_pods: Kubectl) -> None:
    assert three_pods.ok("kubectl label pod web-3 version=v2 --overwrite") == "pod/web-3 labeled\n"
    eventually(lambda: addresses(three_pods, "web") == pod_addresses(three_pods, "version=v1"))
    assert len(addresses(three_pods, "web")) == 2
    assert three_pods.ok("kubectl label pod web-3 version-") == "pod/web-3 unlabeled\n"
    assert three_pods.run("kubectl label pod web-1 version=v9").err == (
        "error: 'version' already has a value (v1), and --overwrite is false\n"
    )
    three_pods.ok("kubectl label pod web-3 version=v1")
    eventually(lambda: len(addresses(three_pods, "web")) == 3)


def test_a_pod_taken_out_of_its_replica_set_is_replaced(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    first = kubectl.ok("kubectl get pods -l run=my-nginx -o jsonpath='{.items[0].metadata.name}'")
    kubectl.ok(f"kubectl label pod {first} run=debug --overwrite")
    eventually(lambda: len(pod_addresses(kubectl, "run=my-nginx")) == 2)
    assert kubectl.ok("kubectl get pods -l run=debug -o name") == f"pod/{first}\n"
    assert kubectl.ok(f"kubectl get pod {first} -o jsonpath='{{.metadata.ownerReferences}}'") == ""


def test_a_deleted_pod_comes_back_with_another_name_and_address(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    kubectl.ok("kubectl expose deployment my-nginx")
    before = eventually(lambda: addresses(kubectl, "my-nginx"))
    first = kubectl.ok("kubectl get pods -l run=my-nginx -o jsonpath='{.items[0].metadata.name}'")
    gone = kubectl.ok(f"kubectl get pod {first} -o jsonpath='{{.status.podIP}}'")
    kubectl.ok(f"kubectl delete pod {first}")
    eventually(lambda: len(found := addresses(kubectl, "my-nginx")) == 2 and found != before)
    after = addresses(kubectl, "my-nginx")
    assert gone not in after
    assert len(set(before) & set(after)) == 1


def test_pods_listed_by_what_their_labels_say(three_pods: Kubectl) -> None:
    three_pods.ok("kubectl label pod web-2 version=v2 --overwrite; kubectl label pod web-3 version-")

    def names(selector: str) -> list[str]:
        return three_pods.ok(f"kubectl get pods -l '{selector}' -o name").split()

    assert names("version=v1") == ["pod/web-1"]
    assert names("version!=v1") == ["pod/web-2", "pod/web-3"]
    assert names("version in (v1, v2)") == ["pod/web-1", "pod/web-2"]
    assert names("zone,!version") == ["pod/web-3"]
    shows(three_pods.ok("kubectl get pods -L version --no-headers | head -1"), "web-1 1/1 Running 0 ‹age› v1")
