"""Table cells of workloads that hold a pod template."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column
from mockapi.registry.printing import joined


def _containers(obj: Object) -> list[Object]:
    return obj["spec"]["template"]["spec"].get("containers") or []


def _names(obj: Object, _now: datetime) -> str:
    return joined(container["name"] for container in _containers(obj))


def _images(obj: Object, _now: datetime) -> str:
    return joined(container.get("image", "") for container in _containers(obj))


CONTAINERS = Column("Containers", _names, priority=1, description="Names of the template's containers.")
IMAGES = Column("Images", _images, priority=1, description="Images of the template's containers.")
