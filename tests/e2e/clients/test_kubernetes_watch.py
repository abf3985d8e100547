"""The official Python client: watches, its informer, and leader election."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.api import Api
from tests.e2e.clients.outage import Interrupted
from tests.e2e.clients.packages import package
from tests.e2e.harness import Server, eventually

client = package("kubernetes.client")
config = package("kubernetes.config")
watch = package("kubernetes.watch")

MAPS = "/api/v1/namespaces/default/configmaps"
CANDIDATE = """
import sys
from kubernetes import config
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

kubeconfig, namespace, identity = sys.argv[1:]
config.load_kube_config(kubeconfig)
rules = electionconfig.Config(LeaseLock("lock", namespace, identity), 4, 3, 1, lambda: None, lambda: None)
leaderelection.LeaderElection(rules).run()
"""
SYNCHRONISED = {"allow_watch_bookmarks": True, "send_initial_events": True, "resource_version_match": "NotOlderThan"}


@contextlib.contextmanager
def connected(server: Server) -> Iterator[Any]:
    with config.new_client_from_config(str(server.kubeconfig)) as connection:
        yield client.CoreV1Api(connection)


@pytest.fixture
def core(server: Server) -> Iterator[Any]:
    with connected(server) as core:
        yield core


def config_map(name: str, **labels: str) -> Any:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels or None))


def events(core: Any, namespace: str, **options: Any) -> Iterator[tuple[str, str]]:
    """Type and name of each event, until the server ends the stream."""
    for event in watch.Watch().stream(core.list_namespaced_config_map, namespace, **options):
        yield event["type"], event["raw_object"]["metadata"].get("name", "")


def head(core: Any, namespace: str) -> str:
    revision: str = core.list_namespaced_config_map(namespace).metadata.resource_version
    return revision


def test_a_watch_ends_when_its_time_is_up(core: Any, namespace: str) -> None:
    assert list(events(core, namespace, timeout_seconds=1)) == [("ADDED", "kube-root-ca.crt")]
    assert list(events(core, namespace, timeout_seconds=1, resource_version=head(core, namespace))) == []


def test_changes_in_their_order(core: Any, namespace: str) -> None:
    stream = events(core, namespace, resource_version=head(core, namespace), timeout_seconds=30)
    core.create_namespaced_config_map(namespace, config_map("a"))
    core.patch_namespaced_config_map("a", namespace, {"data": {"k": "1"}})
    core.create_namespaced_config_map(namespace, config_map("b"))
    core.delete_namespaced_config_map("a", namespace)
    assert [next(stream) for _ in range(4)] == [("ADDED", "a"), ("MODIFIED", "a"), ("ADDED", "b"), ("DELETED", "a")]


def test_objects_enter_and_leave_a_selector(core: Any, namespace: str) -> None:
    stream = events(core, namespace, label_selector="in=yes", resource_version=head(core, namespace), timeout_seconds=30)
    core.create_namespaced_config_map(namespace, config_map("a"))
    for value in ("yes", "no", "yes"):
        core.patch_namespaced_config_map("a", namespace, {"metadata": {"labels": {"in": value}}})
    assert [next(stream) for _ in range(3)] == [("ADDED", "a"), ("DELETED", "a"), ("ADDED", "a")]


def test_a_watch_that_lists_first(core: Any, namespace: str) -> None:
    stream = watch.Watch().stream(core.list_namespaced_config_map, namespace, timeout_seconds=30, **SYNCHRONISED)
    assert next(stream)["object"].metadata.name == "kube-root-ca.crt"
    bookmark = next(stream)
    assert (bookmark["type"], bookmark["raw_object"]["kind"]) == ("BOOKMARK", "ConfigMap")
    assert bookmark["raw_object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    made = core.create_namespaced_config_map(namespace, config_map("a"))
    assert next(stream)["object"].metadata.uid == made.metadata.uid


def test_a_revision_that_is_too_old(forgetful: Server) -> None:
    with connected(forgetful) as core, pytest.raises(client.ApiException) as caught:
        list(events(core, "default", resource_version="1"))
    assert caught.value.status == 410
    assert caught.value.reason.startswith("Expired: too old resource version: 1 (")


def test_a_page_that_is_too_old(forgetful: Server) -> None:
    with connected(forgetful) as core, pytest.raises(client.ApiException) as caught:
        core.list_namespace(resource_version="1", resource_version_match="Exact")
    assert (caught.value.status, '"reason":"Expired"' in caught.value.body) == (410, True)


def rewritten(api: Api) -> None:
    """What a client misses: something changed, something gone, something new."""
    assert api.call("PUT", f"{MAPS}/changed", {"metadata": {"name": "changed"}, "data": {"k": "2"}}).status == 200
    assert api.call("DELETE", f"{MAPS}/gone").status == 200
    assert api.call("POST", MAPS, {"metadata": {"name": "new"}}).made


def test_an_informer_goes_on_after_its_revision_has_expired(outage: Interrupted, caplog: pytest.LogCaptureFixture) -> None:
    informers = package("kubernetes.informer")
    with contextlib.closing(Api(outage.server.url)) as api:
        for name in ("changed", "gone"):
            api.call("POST", MAPS, {"metadata": {"name": name}, "data": {"k": "1"}})
    with connected(outage.server) as core:
        informer = informers.SharedInformer(core.list_namespaced_config_map, namespace="default")
        expired = threading.Event()
        informer.add_event_handler("ERROR", lambda error: getattr(error, "status", None) == 410 and expired.set())
        informer.start()
        try:
            eventually(lambda: known(informer).items() >= {"changed": "1", "gone": "1"}.items())
            outage.miss(rewritten)
            eventually(lambda: known(informer).items() >= {"changed": "2", "new": None}.items(), seconds=30)
            assert "gone" not in known(informer)
            assert expired.is_set()
        finally:
            informer.stop()


def known(informer: Any) -> dict[str, str | None]:
    """The value of k in each config map that an informer knows."""
    return {item.metadata.name: (item.data or {}).get("k") for item in informer.cache.list()}


@contextlib.contextmanager
def candidate(server: Server, namespace: str, identity: str) -> Iterator[None]:
    """A process that stands for election, and is killed on leaving: the library has no other end for it."""
    command = [sys.executable, "-c", CANDIDATE, str(server.kubeconfig), namespace, identity]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def test_one_leader_at_a_time_and_a_successor(server: Server, core: Any, namespace: str) -> None:
    leases = client.CoordinationV1Api(core.api_client)

    def leader() -> tuple[str, str]:
        found = leases.list_namespaced_lease(namespace).items
        return (found[0].spec.holder_identity, found[0].spec.renew_time) if found else ("", "")

    with contextlib.ExitStack() as others:
        with candidate(server, namespace, "first"):
            _, elected = eventually(lambda: leader()[0] == "first" and leader())
            others.enter_context(candidate(server, namespace, "second"))
            eventually(lambda: leader()[1] > elected, what="a renewal")
            assert leader()[0] == "first"
        eventually(lambda: leader()[0] == "second", seconds=30)
