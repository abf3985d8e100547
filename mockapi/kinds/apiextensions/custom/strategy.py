"""The hooks of custom resources: what the API server does to objects of any definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockapi.kinds.apiextensions.custom.scale import ScalePaths
from mockapi.machinery import errors, names
from mockapi.machinery.fielderrors import FieldError, Path
from mockapi.machinery.jsonpath import JSONPath
from mockapi.machinery.meta import Object, name_of
from mockapi.machinery.objectmeta import STANDARD_FINALIZERS, validate_object_meta, validate_object_meta_update
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.structural.embedded import embedded_errors
from mockapi.registry.structural.outcome import ABSENT, NOT_CHECKED, blocks_rules
from mockapi.registry.structural.schema import StructuralSchema

_ROOT = Path("")
_STATUS = Path("status")


class CustomResourceStrategy(Strategy):
    """The rules of one version of a custom resource."""

    unconditional_update = False
    keeps_generation = True
    status_keeps_metadata = True

    def __init__(
        self,
        schema: StructuralSchema,
        *,
        status: bool,
        scale: ScalePaths | None,
        selectable: Iterable[str],
        refuse_creation: Callable[[str], None],
    ) -> None:
        """`selectable` lists JSON paths; `refuse_creation` gets a new object's name and raises StatusError when there may be none."""
        self.has_status = status
        self._schema = schema
        self._scale = scale
        self._selectable = {path.removeprefix("."): JSONPath(path) for path in selectable}
        self._refuse_creation = refuse_creation

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        self._refuse_creation(name_of(obj))

    def spec_changed(self, obj: Object, old: Object) -> bool:
        return any(obj.get(field) != old.get(field) for field in (obj.keys() | old.keys()) - {"metadata"})

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        return validate_object_meta(obj["metadata"], namespaced=namespaced, name_rule=self.name_rule)

    def validate_metadata_update(self, obj: Object, old: Object, namespaced: bool) -> list[FieldError]:
        changes = validate_object_meta_update(obj["metadata"], old["metadata"])
        common = validate_object_meta(obj["metadata"], namespaced=namespaced, name_rule=names.path_segment_name)
        return common + changes + changes

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return self._errors(obj, None, request)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return self._errors(obj, old, request)

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = []
        if "status" in obj:
            found += self._schema.validate_status(obj["status"], old.get("status", ABSENT), "").located(_STATUS)
        if self._scale is not None:
            found += self._scale.status_errors(obj)
        return found + self._rule_errors(obj, old, found, request)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        known = set((old or {}).get("metadata", {}).get("finalizers") or ())
        return [text for name in sorted(set(obj["metadata"].get("finalizers") or ()) - known) for text in _finalizer_warnings(name)]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {name: _selected_text(path.find(obj)) for name, path in self._selectable.items()}

    def selector_refusal(self, field: str) -> str:
        return f"field label not supported: {field}"

    def _errors(self, obj: Object, old: Object | None, request: Request) -> list[FieldError]:
        found = self._schema.validate(obj, ABSENT if old is None else old, "").located()
        if self._scale is not None:
            found += [*self._scale.spec_errors(obj), *self._scale.status_errors(obj)]
        if self._schema.embedded is not None:
            found += embedded_errors(self._schema.embedded, obj)
        if self._schema.lists is not None and not (old is not None and list(self._schema.lists(old, _ROOT))):
            found += self._schema.lists(obj, _ROOT)
        return found + self._rule_errors(obj, old, found, request)

    def _rule_errors(self, obj: Object, old: Object | None, found: list[FieldError], request: Request) -> list[FieldError]:
        """What the rules in CEL say, as far as they can be asked."""
        if self._schema.rules is None:
            return []
        if blocks_rules(found):
            return [NOT_CHECKED]
        return self._schema.rules.errors(obj, old, request.warn)


def _finalizer_warnings(name: str) -> list[str]:
    where = f'metadata.finalizers: "{name}"'
    found = [f"{where}: {message}" for message in names.qualified_name(name)]
    if "/" not in name and name not in STANDARD_FINALIZERS:
        found.append(f"{where}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers")
    return found


def _selected_text(found: list[Any]) -> str:
    if not found or found[0] is None:
        return ""
    return str(found[0]).lower() if isinstance(found[0], bool) else str(found[0])


def terminating(plural: str, group: str) -> Callable[[str], None]:
    """Refuses to create objects of a definition that is being deleted."""

    def refuse(name: str) -> None:
        raise errors.forbidden(plural, group, name, "create not allowed while custom resource definition is terminating")

    return refuse


def permitted(_name: str) -> None:
    """Lets objects be created."""
