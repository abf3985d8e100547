"""Services that ask for a load balancer: pending first, then an address, as a person sees it (preset realistic)."""

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Kubectl, Server, eventually
from tests.e2e.lessons import shows, soon

PENDING = "lb LoadBalancer ‹clusterIP› <pending> 80:‹n›/TCP ‹age›"


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve("realistic")


def address(kubectl: Kubectl, name: str) -> str:
    return kubectl.ok(f"kubectl get svc {name} -o jsonpath='{{.status.loadBalancer.ingress[0].ip}}'")


def test_pending_turns_into_an_address_and_events_tell_of_it(kubectl: Kubectl) -> None:
    assert kubectl.ok("kubectl create service loadbalancer lb --tcp=80") == "service/lb created\n"
    shows(kubectl.ok("kubectl get svc lb --no-headers"), PENDING)
    given = eventually(lambda: address(kubectl, "lb"))
    shows(kubectl.ok("kubectl get svc lb --no-headers"), PENDING.replace("<pending>", given))
    assert f"LoadBalancer Ingress:     {given}" in kubectl.ok("kubectl describe svc lb")
    soon(
        kubectl,
        "kubectl describe svc lb | sed '1,/^Events/d'",
        """
        Type Reason Age From Message
        ---- ------ ---- ---- -------
        Normal EnsuringLoadBalancer ‹age› service-controller Ensuring load balancer
        Normal EnsuredLoadBalancer ‹age› service-controller Ensured load balancer
        """,
    )


def test_an_address_is_one_services_until_it_is_released(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service loadbalancer first --tcp=80")
    given = eventually(lambda: address(kubectl, "first"))
    kubectl.ok("kubectl create service loadbalancer heir --tcp=80 --dry-run=client -o yaml > heir.yaml")
    kubectl.ok(f"sed -i 's/^spec:/spec:\\n  loadBalancerIP: {given}/' heir.yaml && kubectl create -f heir.yaml")
    refusal = f"Error syncing load balancer: failed to ensure load balancer: the requested address {given} is in use"
    eventually(lambda: refusal in kubectl.ok("kubectl describe svc heir"))
    assert address(kubectl, "heir") == ""
    assert kubectl.ok("kubectl delete svc first").startswith('service "first" deleted')
    kubectl.ok("kubectl delete svc heir && kubectl create -f heir.yaml")
    assert eventually(lambda: address(kubectl, "heir")) == given


def test_a_service_that_no_longer_asks_loses_the_address(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service loadbalancer lb --tcp=80")
    eventually(lambda: address(kubectl, "lb"))
    kubectl.ok("""kubectl patch svc lb -p '{"spec":{"type":"ClusterIP"}}'""")
    eventually(lambda: kubectl.ok("kubectl get svc lb -o jsonpath='{.status.loadBalancer}'") == "{}")
    shows(kubectl.ok("kubectl get svc lb --no-headers"), "lb ClusterIP ‹clusterIP› <none> 80/TCP ‹age›")


def test_a_service_of_another_class_stays_pending(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service loadbalancer ours --tcp=80 --dry-run=client -o yaml > ours.yaml")
    kubectl.ok("sed -e 's/ours/theirs/' -e 's/^spec:/spec:\\n  loadBalancerClass: example.com\\/metal/' ours.yaml > theirs.yaml")
    kubectl.ok("kubectl create -f theirs.yaml -f ours.yaml")
    eventually(lambda: address(kubectl, "ours"))
    assert address(kubectl, "theirs") == ""
