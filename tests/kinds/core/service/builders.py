"""Short ways to write Services."""

from typing import Any

import pytest

from mockapi.kinds.core.service.kind import KIND
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.cluster import Cluster
from tests.kinds.support import Store


def store(cluster: Cluster | None = None, seed: int = 1) -> Store:
    return Store(KIND, cluster, seed)


def service(name: str, /, **spec: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": [{"port": 80}], **spec}}


def refusal(action: Any, *args: Any, **options: Any) -> StatusError:
    """The error that the call ends in."""
    with pytest.raises(StatusError) as caught:
        action(*args, **options)
    return caught.value


def causes(failure: StatusError) -> list[str]:
    """Field and message of each cause."""
    assert failure.details is not None
    return [f"{cause['field']}: {cause['message']}" for cause in failure.details["causes"]]
