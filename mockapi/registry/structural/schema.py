"""One schema with the functions made from it, each when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mockapi.registry.structural.defaulting import Default, defaulter
from mockapi.registry.structural.embedded import Walk, embedded_walk
from mockapi.registry.structural.listtypes import Check, list_check
from mockapi.registry.structural.pruning import Prune, pruner
from mockapi.registry.structural.shape import Schema, has_rules, properties
from mockapi.registry.structural.values import Validate, validator

if TYPE_CHECKING:
    from mockapi.registry.cel.rules import Rules


class StructuralSchema:
    """The schema of one version of a custom resource."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def prune(self) -> Prune:
        """Drops what the schema does not specify."""
        return pruner(self.schema, root=True)

    @cached_property
    def default(self) -> Default:
        """Fills in defaults."""
        return defaulter(self.schema) or _nothing

    @cached_property
    def validate(self) -> Validate:
        """Validates a whole object."""
        return validator(self.schema)

    @cached_property
    def validate_status(self) -> Validate:
        """Validates the status alone."""
        return validator(properties(self.schema).get("status", {}))

    @cached_property
    def lists(self) -> Check | None:
        """Finds repeated items."""
        return list_check(self.schema)

    @cached_property
    def embedded(self) -> Walk | None:
        """Finds embedded objects."""
        return embedded_walk(self.schema)

    @cached_property
    def rules(self) -> Rules | None:
        """The rules in CEL; None for a schema without any, which need not load what reads them."""
        if not has_rules(self.schema):
            return None
        from mockapi.registry.cel.rules import Rules  # noqa: PLC0415

        return Rules(self.schema)


def _nothing(_value: object) -> None:
    """Completes nothing."""
