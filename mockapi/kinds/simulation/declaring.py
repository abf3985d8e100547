"""Declares a kind of the group: its schema makes its codec, and its strategy adds the rules that no schema can state."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.kinds.apiextensions.custom.codec import CustomCodec
from mockapi.kinds.apiextensions.custom.scale import ScalePaths
from mockapi.kinds.apiextensions.custom.strategy import CustomResourceStrategy, permitted
from mockapi.kinds.simulation.schemas import Schema, struct
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.simulated import GROUP, VERSION
from mockapi.registry.structural.schema import StructuralSchema
from mockapi.registry.subresource import STATUS

_CATEGORY = "mockapi"
_SCALE = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}


class SimulationStrategy(CustomResourceStrategy):
    """The hooks of a kind of the group; `errors` is what each kind adds."""

    unconditional_update = True

    def __init__(self, schema: StructuralSchema, *, status: bool, scale: ScalePaths | None) -> None:
        super().__init__(schema, status=status, scale=scale, selectable=(), refuse_creation=permitted)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return super().validate(obj, request) or self.errors(obj, request)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return super().validate_update(obj, old, request) or self.errors(obj, request)

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        """What is wrong with an object that its schema allows."""
        return []


def simulation_kind(
    name: str,
    plural: str,
    *,
    description: str,
    spec: Schema | None = None,
    status: Schema | None = None,
    short_names: tuple[str, ...] = (),
    columns: Iterable[Column] = (),
    strategy: type[SimulationStrategy] = SimulationStrategy,
    scaled: bool = False,
) -> Kind:
    """A cluster-scoped kind with a `spec` and a `status`, if it has them; one that is `scaled` has its replicas in both."""
    parts = {part: schema for part, schema in (("spec", spec), ("status", status)) if schema}
    structural = StructuralSchema(struct(description, parts, required=("spec",) if spec else ()))
    scale = ScalePaths(_SCALE) if scaled else None

    def codec(definitions: Definitions) -> CustomCodec:
        return CustomCodec(GROUP, VERSION, name, {VERSION: structural}, VERSION, definitions)

    return Kind(
        group=GROUP,
        version=VERSION,
        kind=name,
        plural=plural,
        namespaced=False,
        short_names=short_names,
        categories=(_CATEGORY,),
        columns=(NAME, *columns, AGE),
        strategy=strategy(structural, status=status is not None, scale=scale),
        subresources=(*((STATUS,) if status else ()), *((scale.subresource,) if scale else ())),
        own_codec=codec,
    )
