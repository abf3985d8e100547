"""The priority of a pod and whether it may preempt follow from its class (Pod.spec.priorityClassName, scheduling.k8s.io)."""

from __future__ import annotations

from mockapi.kinds.scheduling.priorityclass import SYSTEM_CLASSES
from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, name_of
from mockapi.registry.admission import CREATE, UPDATE, Admission, Attributes

_CLASSES = "priorityclasses.scheduling.k8s.io"
_PREEMPT = "PreemptLowerPriority"
_COMPUTED = ("priority", "preemptionPolicy")


class DefaultPriority(Admission):
    """Computes both on creation; clients may send nothing else. An update that leaves them out keeps them."""

    def mutate(self, attributes: Attributes) -> None:
        if attributes.kind.resource != "pods" or attributes.obj is None:
            return
        spec = attributes.obj["spec"]
        if attributes.operation == CREATE:
            _admit(spec, attributes)
        elif attributes.operation == UPDATE and attributes.old is not None:
            before = attributes.old["spec"]
            spec.update({field: before[field] for field in _COMPUTED if field in before and spec.get(field) is None})

    def validate(self, attributes: Attributes) -> None:
        """Only one class can be the default."""
        obj = attributes.obj
        if attributes.kind.resource != _CLASSES or obj is None or not obj.get("globalDefault"):
            return
        for found in attributes.request.read_all(_CLASSES, ""):
            if found.get("globalDefault") and name_of(found) != name_of(obj):
                sentence = f"PriorityClass {name_of(found)} is already marked as default. Only one default can exist"
                raise errors.forbidden("priorityclasses", "scheduling.k8s.io", name_of(obj), sentence)


def _admit(spec: Object, attributes: Attributes) -> None:
    chosen = _chosen(spec, attributes)
    if chosen is not None:
        spec["priorityClassName"] = name_of(chosen)
    priority = chosen.get("value", 0) if chosen else 0
    policy = (chosen.get("preemptionPolicy") if chosen else None) or _PREEMPT
    if spec.get("priority", priority) != priority:
        raise _contradiction(attributes, f"the integer value of priority ({spec['priority']})", priority)
    if spec.get("preemptionPolicy", policy) != policy:
        raise _contradiction(attributes, f"the string value of PreemptionPolicy ({spec['preemptionPolicy']})", policy)
    spec["priority"], spec["preemptionPolicy"] = priority, policy


def _chosen(spec: Object, attributes: Attributes) -> Object | None:
    """The class that the pod names; else the default one of the cluster, of several the lowest; else none."""
    name = spec.get("priorityClassName")
    if not name:
        defaults = [found for found in attributes.request.read_all(_CLASSES, "") if found.get("globalDefault")]
        return min(defaults, key=lambda found: int(found["value"]), default=None)
    found = attributes.request.read(_CLASSES, Key("", name))
    if found is None and name in SYSTEM_CLASSES:
        return {"metadata": {"name": name}, "value": SYSTEM_CLASSES[name]}
    if found is None:
        raise errors.forbidden("pods", "", attributes.key.name, f"no PriorityClass with name {name} was found")
    return found


def _contradiction(attributes: Attributes, what: str, computed: object) -> StatusError:
    sentence = (
        f"{what} must not be provided in pod spec; priority admission controller computed {computed} from the given PriorityClass name"
    )
    return errors.forbidden("pods", "", attributes.key.name, sentence)
