"""kubernetes_asyncio: the typed API without threads."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.e2e.clients.packages import package
from tests.e2e.harness import Server

client = package("kubernetes_asyncio.client")
config = package("kubernetes_asyncio.config")
dynamic = package("kubernetes_asyncio.dynamic")
watch = package("kubernetes_asyncio.watch")

Story = Callable[[Any], Awaitable[None]]


@contextlib.asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Any]:
    configuration = client.Configuration()
    await config.load_kube_config(str(server.kubeconfig), client_configuration=configuration)
    async with client.ApiClient(configuration) as connection:
        yield connection


def played(server: Server, story: Story) -> None:
    """Runs a coroutine that is handed a connection, within a minute."""

    async def play() -> None:
        async with asyncio.timeout(60), connected(server) as connection:
            await story(connection)

    asyncio.run(play())


def config_map(name: str, **labels: str) -> Any:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels or None), data={"k": "1"})


def test_an_object_through_its_life(server: Server, namespace: str) -> None:
    async def story(connection: Any) -> None:
        core = client.CoreV1Api(connection)
        made = await core.create_namespaced_config_map(namespace, config_map("a"))
        made.data["k"] = "2"
        assert (await core.replace_namespaced_config_map("a", namespace, made)).data == {"k": "2"}
        step = {"op": "add", "path": "/data/j", "value": "3"}
        assert (await core.patch_namespaced_config_map("a", namespace, [step])).data == {"k": "2", "j": "3"}
        merge = {"data": {"j": None}}
        merged = await core.patch_namespaced_config_map("a", namespace, merge, _content_type="application/merge-patch+json")
        assert merged.data == {"k": "2"}
        await core.delete_namespaced_config_map("a", namespace)
        with pytest.raises(client.ApiException) as caught:
            await core.read_namespaced_config_map("a", namespace)
        assert (caught.value.status, '"reason":"NotFound"' in caught.value.body) == (404, True)

    played(server, story)


def test_many_at_once_and_pages(server: Server, namespace: str) -> None:
    async def story(connection: Any) -> None:
        core = client.CoreV1Api(connection)
        await asyncio.gather(*(core.create_namespaced_config_map(namespace, config_map(f"c{n:02}", of="test")) for n in range(25)))
        names: list[str] = []
        token = None
        while token != "":
            page = await core.list_namespaced_config_map(namespace, label_selector="of=test", limit=10, _continue=token)
            names += [item.metadata.name for item in page.items]
            token = page.metadata._continue or ""
        assert names == [f"c{number:02}" for number in range(25)]
        await core.delete_collection_namespaced_config_map(namespace, label_selector="of=test")
        assert not (await core.list_namespaced_config_map(namespace, label_selector="of=test")).items

    played(server, story)


def test_a_watch(server: Server, namespace: str) -> None:
    async def story(connection: Any) -> None:
        core = client.CoreV1Api(connection)
        revision = (await core.list_namespaced_config_map(namespace)).metadata.resource_version
        seen = []
        async with watch.Watch().stream(
            core.list_namespaced_config_map, namespace, resource_version=revision, timeout_seconds=30
        ) as stream:
            await core.create_namespaced_config_map(namespace, config_map("a"))
            async for event in stream:
                seen.append((event["type"], event["object"].metadata.name))
                if event["type"] == "DELETED":
                    break
                await core.delete_namespaced_config_map("a", namespace)
        assert seen == [("ADDED", "a"), ("DELETED", "a")]

    played(server, story)


def test_a_watch_from_a_revision_that_is_too_old(forgetful: Server) -> None:
    async def story(connection: Any) -> None:
        core = client.CoreV1Api(connection)
        with pytest.raises(client.ApiException) as caught:
            async for _ in watch.Watch().stream(core.list_namespaced_config_map, "default", resource_version="1"):
                pass
        assert caught.value.status == 410

    played(forgetful, story)


def test_the_dynamic_client(server: Server, namespace: str) -> None:
    async def story(connection: Any) -> None:
        cluster = await dynamic.DynamicClient(connection)
        maps = await cluster.resources.get(api_version="v1", kind="ConfigMap")
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "1"}}
        await maps.create(body=body, namespace=namespace)
        applied = await maps.server_side_apply(body=body, name="a", namespace=namespace, field_manager="me")
        assert "me" in [entry.manager for entry in applied.metadata.managedFields]

    played(server, story)
