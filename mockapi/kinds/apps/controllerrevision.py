"""apps/v1 ControllerRevision."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.podspec.checks import non_negative
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import ROOT, FieldError
from mockapi.machinery.meta import Object, controller_of
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import NONE
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.validation import Leaf, Rules


class ControllerRevisionRules(Rules):
    """A revision is numbered and has data."""

    data = Leaf(must=True, detail="data is mandatory")
    revision = Leaf(non_negative)


_RULES = ControllerRevisionRules()


class ControllerRevisionStrategy(Strategy):
    """A state of some workload's template, never to be changed."""

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _RULES.errors(obj, ROOT)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = self.validate(obj, request)
        if obj.get("data") != old.get("data"):
            found.append(fielderrors.invalid("data", obj.get("data"), IMMUTABLE))
        return found


def _controller(obj: Object, _now: datetime) -> str:
    owner = controller_of(obj)
    if owner is None:
        return NONE
    group = owner["apiVersion"].rpartition("/")[0]
    kind = owner["kind"].lower()
    return f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"


def _revision(obj: Object, _now: datetime) -> int:
    return int(obj.get("revision") or 0)


KIND = Kind(
    group="apps",
    version="v1",
    kind="ControllerRevision",
    plural="controllerrevisions",
    strategy=ControllerRevisionStrategy(),
    columns=(
        NAME,
        Column("Controller", _controller, description="The workload whose state this is."),
        Column("Revision", _revision, documented_by="revision"),
        AGE,
    ),
)
