"""What all kinds of the group have in common."""

from __future__ import annotations

from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_object_meta, validate_object_meta_update
from mockapi.registry.strategy import Strategy


class RegistrationStrategy(Strategy):
    """Their metadata is checked by the rules of the API machinery alone, on an update once more as on creation."""

    keeps_generation = True

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        return validate_object_meta(obj["metadata"], namespaced=namespaced, name_rule=self.name_rule)

    def validate_metadata_update(self, obj: Object, old: Object, namespaced: bool) -> list[FieldError]:
        common = validate_object_meta(obj["metadata"], namespaced=namespaced, name_rule=names.path_segment_name)
        return common + validate_object_meta_update(obj["metadata"], old["metadata"]) + self.validate_metadata(obj, namespaced)
