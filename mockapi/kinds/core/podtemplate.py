"""core/v1 PodTemplate."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.pod_spec import template_errors
from mockapi.kinds.podspec.warnings import pod_spec_warnings
from mockapi.machinery.fielderrors import FieldError, Path
from mockapi.machinery.meta import Object, Objects, annotations_of, labels_of
from mockapi.registry.columns import NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import joined, labels
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_TEMPLATE = Path("template")


class PodTemplateStrategy(Strategy):
    """A pod template on its own."""

    keeps_generation = True
    returns_deleted = True

    def default(self, obj: Object) -> None:
        default_template(obj.setdefault("template", {}))

    def spec_changed(self, obj: Object, old: Object) -> bool:
        return bool(obj["template"] != old["template"])

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return template_errors(obj["template"], _TEMPLATE)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None and obj["template"] == old["template"]:
            return []
        return list(pod_spec_warnings(obj["template"]["spec"], _TEMPLATE.child("spec"), annotations_of(obj["template"])))


def _containers(obj: Object) -> Objects:
    return obj["template"]["spec"].get("containers") or []


def _names(obj: Object, _now: datetime) -> str:
    return joined(container["name"] for container in _containers(obj))


def _images(obj: Object, _now: datetime) -> str:
    return joined(container.get("image", "") for container in _containers(obj))


def _labels(obj: Object, _now: datetime) -> str:
    return labels(labels_of(obj["template"]))


KIND = Kind(
    group="",
    version="v1",
    kind="PodTemplate",
    plural="podtemplates",
    strategy=PodTemplateStrategy(),
    columns=(
        NAME,
        Column("Containers", _names, description="Names of the template's containers."),
        Column("Images", _images, description="Images of the template's containers."),
        Column("Pod Labels", _labels, description="Labels that pods of the template get."),
    ),
)
