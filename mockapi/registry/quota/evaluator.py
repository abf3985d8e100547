"""How objects of a resource count against quotas; the base counts how many there are."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.meta import Object
from mockapi.machinery.podresources import Amounts
from mockapi.machinery.quantity import Quantity, parse_quantity
from mockapi.machinery.selectors import LabelSelector, selector_from_object

ONE: Quantity = parse_quantity("1")
EXISTS = "Exists"
_COUNT = "count/"
# Resources that quotas may also name without `count/`.
_ALIASES = frozenset({"configmaps", "replicationcontrollers", "resourcequotas", "secrets"})


def counted_resource(name: str) -> str:
    """The resource that a quota's `count/jobs.batch` is about; "" when the name is of another kind."""
    return name.removeprefix(_COUNT) if name.startswith(_COUNT) else ""


class Evaluator:
    """Counts objects of one resource (`count/leases.coordination.k8s.io`), of which creations alone are charged."""

    # The subresource through which an update is charged too, "" for the object itself; None for none.
    charged_updates: str | None = None
    # Whether an update that needs less gives back at once.
    gives_back = False

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self._names = {_COUNT + resource} | ({resource} & _ALIASES)

    def measures(self, name: str) -> bool:
        """Whether a name in spec.hard is one of those that objects of this resource count for."""
        return name in self._names

    def usage(self, obj: Object, now: datetime) -> Amounts:
        """What an object counts for, by the names of quotas."""
        return dict.fromkeys(self._names, ONE)

    def counts_otherwise(self, before: Object, after: Object, now: datetime) -> bool:
        """Whether an update changes what an object counts for, or in which quotas."""
        return self.charged_updates is not None and self.usage(before, now) != self.usage(after, now)

    def is_in_scope(self, requirement: Object, obj: Object) -> bool:
        """Whether an object is in a scope (ScopedResourceSelectorRequirement); what knows no scopes is in none."""
        return False

    def unspecified(self, names: set[str], obj: Object) -> dict[str, set[str]]:
        """What an object must say under a quota of these names and does not: names, with the containers that lack them."""
        return {}


def value_selector(requirement: Object) -> LabelSelector:
    """A requirement on the values of a scope as a selector on labels, of which the scope's name is the key."""
    expression = {"key": requirement["scopeName"], "operator": requirement["operator"], "values": requirement.get("values") or []}
    return selector_from_object({"matchExpressions": [expression]})
