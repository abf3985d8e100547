"""What the control plane keeps in every cluster: namespaces, service accounts, the bundle of the authority, the API's Service."""

from __future__ import annotations

import pytest

from mockapi.controllers.kubernetes_service import KubernetesService
from mockapi.controllers.root_ca import RootCertificateAuthority
from mockapi.controllers.serviceaccount import ServiceAccounts
from mockapi.controllers.system_namespaces import SystemNamespaces
from mockapi.machinery.meta import Key, Object
from tests.registry.calls import MAPS, delete
from tests.world import World

BUNDLE = "kube-root-ca.crt"


@pytest.fixture
def kept(world: World) -> World:
    world.run(KubernetesService, RootCertificateAuthority, ServiceAccounts, SystemNamespaces)
    world.advance(1)
    return world


def get(world: World, resource: str, namespace: str, name: str) -> Object:
    found = world.client.get(resource, namespace, name)
    assert found is not None
    return found


def test_the_namespaces_of_every_cluster(kept: World) -> None:
    names = {namespace["metadata"]["name"] for namespace in kept.client.list("namespaces")}
    assert names == {"default", "kube-system", "kube-public", "kube-node-lease", "ns"}


def test_a_system_namespace_that_was_deleted_comes_again(kept: World) -> None:
    first = get(kept, "namespaces", "", "kube-node-lease")
    delete(kept, "namespaces", "kube-node-lease")
    kept.client.act("namespaces", Key("", "kube-node-lease"), "finalize", {"metadata": {"name": "kube-node-lease"}}, "update")
    kept.settle()
    assert get(kept, "namespaces", "", "kube-node-lease")["metadata"]["uid"] != first["metadata"]["uid"]


def test_each_namespace_has_an_account_and_a_bundle(kept: World) -> None:
    kept.create("namespaces", {"metadata": {"name": "later"}})
    kept.settle()
    for namespace in ("default", "ns", "later"):
        assert get(kept, "serviceaccounts", namespace, "default")
        assert get(kept, MAPS, namespace, BUNDLE)["data"] == {"ca.crt": ""}


def test_both_come_again_when_deleted(kept: World) -> None:
    for resource, name in (("serviceaccounts", "default"), (MAPS, BUNDLE)):
        kept.delete(resource, name)
        kept.settle()
        assert kept.get(resource, name) is not None


def test_not_in_a_namespace_that_is_going(kept: World) -> None:
    delete(kept, "namespaces", "ns")
    kept.delete("serviceaccounts", "default")
    kept.settle()
    assert kept.get("serviceaccounts", "default") is None


@pytest.mark.parametrize(
    "change",
    [{"data": {"ca.crt": "mine"}}, {"data": {"more": "x"}}, {"metadata": {"annotations": {"kubernetes.io/description": None}}}],
)
def test_a_changed_bundle_is_put_right(kept: World, change: Object) -> None:
    before = get(kept, MAPS, "ns", BUNDLE)
    kept.patch(MAPS, BUNDLE, change)
    kept.settle()
    after = get(kept, MAPS, "ns", BUNDLE)
    assert (after["data"], after["metadata"]["annotations"]) == (before["data"], before["metadata"]["annotations"])


def test_what_people_add_to_the_bundle_stays(kept: World) -> None:
    kept.patch(MAPS, BUNDLE, {"metadata": {"labels": {"mine": "yes"}, "annotations": {"mine": "too"}}, "data": {"more": "x"}})
    kept.settle()
    meta = get(kept, MAPS, "ns", BUNDLE)["metadata"]
    assert (meta["labels"], meta["annotations"]["mine"]) == ({"mine": "yes"}, "too")


class TestKubernetesService:
    def test_has_the_first_address_and_endpoints(self, kept: World) -> None:
        service = get(kept, "services", "default", "kubernetes")
        assert service["spec"]["clusterIP"] == "10.96.0.1"
        assert service["spec"]["ports"] == [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}]
        assert service["metadata"]["labels"] == {"component": "apiserver", "provider": "kubernetes"}
        endpoints = get(kept, "endpoints", "default", "kubernetes")
        assert endpoints["subsets"][0]["ports"] == [{"name": "https", "port": 6443, "protocol": "TCP"}]
        slice_ = get(kept, "endpointslices.discovery.k8s.io", "default", "kubernetes")
        assert slice_["endpoints"][0]["addresses"] == [endpoints["subsets"][0]["addresses"][0]["ip"]]

    @pytest.mark.parametrize("resource", ["services", "endpoints", "endpointslices.discovery.k8s.io"])
    def test_comes_again_when_deleted(self, kept: World, resource: str) -> None:
        before = get(kept, resource, "default", "kubernetes")
        kept.client.delete(resource, "default", "kubernetes")
        kept.settle()
        after = get(kept, resource, "default", "kubernetes")
        assert after.get("spec") == before.get("spec")
        assert after["metadata"]["uid"] != before["metadata"]["uid"]

    def test_changed_endpoints_are_put_right(self, kept: World) -> None:
        before = get(kept, "endpoints", "default", "kubernetes")["subsets"]
        kept.client.patch("endpoints", "default", "kubernetes", {"subsets": [{"addresses": [{"ip": "1.2.3.4"}]}]})
        kept.client.patch("endpointslices.discovery.k8s.io", "default", "kubernetes", {"endpoints": []})
        kept.settle()
        assert get(kept, "endpoints", "default", "kubernetes")["subsets"] == before
        assert get(kept, "endpointslices.discovery.k8s.io", "default", "kubernetes")["endpoints"]

    def test_changed_ports_are_put_right(self, kept: World) -> None:
        ports = [{"name": "https", "port": 443, "targetPort": 1}, {"name": "more", "port": 80}]
        kept.client.patch("services", "default", "kubernetes", {"spec": {"ports": ports}})
        kept.settle()
        assert get(kept, "services", "default", "kubernetes")["spec"]["ports"] == [
            {"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}
        ]

    def test_comes_to_rest(self, kept: World) -> None:
        revision = kept.database.cache.revision
        kept.advance(600)
        assert kept.database.cache.revision == revision
