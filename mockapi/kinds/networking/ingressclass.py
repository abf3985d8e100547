"""networking.k8s.io/v1 IngressClass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.networking.checks import ReferenceRules, follows
from mockapi.kinds.podspec.checks import domain_prefixed_path
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.validation import Leaf, Part, Rules, rule

_CLUSTER, _NAMESPACE = "Cluster", "Namespace"
_MAX_CONTROLLER = 250


def _controller(value: str) -> Iterator[FieldError]:
    """A path below a domain, such as `example.com/ingress-controller`."""
    if names.size(value) > _MAX_CONTROLLER:
        yield fielderrors.too_long("", _MAX_CONTROLLER)
    yield from domain_prefixed_path(value)


def _scope(value: str) -> Iterator[FieldError]:
    if value not in {_CLUSTER, _NAMESPACE}:
        yield fielderrors.not_supported("", value, (_CLUSTER, _NAMESPACE))


class ParametersRules(ReferenceRules):
    """IngressClassParametersReference: to an object of the cluster, or of a namespace that it names."""

    scope = Leaf(_scope)
    namespace = Leaf()

    @rule("namespace")
    def fits_scope(self, parameters: Object) -> Iterator[FieldError]:
        """Only what is in a namespace has one."""
        namespace, scope = parameters.get("namespace"), parameters["scope"]
        if scope == _CLUSTER and namespace is not None:
            yield fielderrors.forbidden("", f"`parameters.scope` is set to '{_CLUSTER}'")
        elif scope == _NAMESPACE and namespace is None:
            yield fielderrors.required("", f"`parameters.scope` is set to '{_NAMESPACE}'")
        elif scope == _NAMESPACE:
            yield from follows(names.dns1123_label)(namespace)


class SpecRules(Rules):
    """IngressClassSpec."""

    controller = Leaf(_controller, must=True)
    parameters = Part(ParametersRules)


_SPEC = SpecRules()


class IngressClassStrategy(Strategy):
    """Which controller serves the ingresses of a class, for good, and with which parameters."""

    keeps_generation = True

    def default(self, obj: Object) -> None:
        parameters = obj["spec"].get("parameters")
        if parameters is not None and parameters.get("scope") is None:
            parameters["scope"] = _CLUSTER

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _SPEC.errors(obj["spec"], SPEC)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        controller = obj["spec"].get("controller", "")
        changed = [fielderrors.invalid(SPEC.child("controller"), controller, IMMUTABLE)] if controller != old["spec"]["controller"] else []
        return [*changed, *self.validate_metadata(obj, False), *self.validate(obj, request)]


def _shown_controller(obj: Object, _now: datetime) -> str:
    return str(obj["spec"].get("controller", ""))


def _shown_parameters(obj: Object, _now: datetime) -> str:
    """`Kind.group/name`."""
    parameters = obj["spec"].get("parameters")
    if parameters is None:
        return NONE
    group = parameters.get("apiGroup")
    kind = parameters["kind"] if group is None else f"{parameters['kind']}.{group}"
    return f"{kind}/{parameters['name']}"


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IngressClass",
    plural="ingressclasses",
    namespaced=False,
    strategy=IngressClassStrategy(),
    columns=(
        NAME,
        Column("Controller", _shown_controller, description="Controller that is responsible for handling this class"),
        Column("Parameters", _shown_parameters, description="A reference to a resource with additional parameters"),
        AGE,
    ),
)
