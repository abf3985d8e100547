"""The hooks of Ingress."""

from __future__ import annotations

from mockapi.kinds.networking.ingress.rules import spec_errors
from mockapi.kinds.networking.ingress.status import status_errors, status_warnings
from mockapi.machinery.fielderrors import FieldError, Path, invalid
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

CLASS_ANNOTATION = "kubernetes.io/ingress.class"


class IngressStrategy(Strategy):
    """Routes from hosts and paths to services, which the controller of a class serves."""

    has_status = True
    keeps_generation = True

    def default(self, obj: Object) -> None:
        # Decoding keeps an empty list of rules for the error that shows it; stored, it is as good as none.
        if obj["spec"].get("rules") == [] and obj["spec"].get("defaultBackend") is not None:
            del obj["spec"]["rules"]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return spec_errors(obj["spec"]) + _class_errors(obj)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """The annotation may come to differ from the field, since controllers prefer the field."""
        return [*self.validate_metadata(obj, True), *spec_errors(obj["spec"])]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return status_errors(obj)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is None and CLASS_ANNOTATION in annotations_of(obj) and obj["spec"].get("ingressClassName") is None:
            return [f"annotation \"{CLASS_ANNOTATION}\" is deprecated, please use 'spec.ingressClassName' instead"]
        return []

    def status_warnings(self, obj: Object) -> list[str]:
        return list(status_warnings(obj))


def _class_errors(ingress: Object) -> list[FieldError]:
    field, annotation = ingress["spec"].get("ingressClassName"), annotations_of(ingress).get(CLASS_ANNOTATION)
    if field is None or annotation is None or field == annotation:
        return []
    return [invalid(Path("annotations").child(CLASS_ANNOTATION), annotation, "must match `ingressClassName` when both are specified")]
