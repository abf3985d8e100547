"""A pod without a priority class has priority 0 and may preempt (Pod.spec.priority, Pod.spec.preemptionPolicy)."""

from __future__ import annotations

from mockapi.machinery import errors
from mockapi.registry.admission import CREATE, Admission, Attributes

# The classes that every cluster has (scheduling.k8s.io).
_SYSTEM_CLASSES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_PREEMPT = "PreemptLowerPriority"


class DefaultPriority(Admission):
    """Computes priority and preemption policy; clients may send nothing else."""

    def mutate(self, attributes: Attributes) -> None:
        if attributes.kind.resource != "pods" or attributes.operation != CREATE or attributes.obj is None:
            return
        spec = attributes.obj["spec"]
        name = spec.get("priorityClassName", "")
        if name and name not in _SYSTEM_CLASSES:
            raise errors.forbidden("pods", "", attributes.key.name, f"no PriorityClass with name {name} was found")
        priority = _SYSTEM_CLASSES.get(name, 0)
        if spec.get("priority", priority) != priority:
            sentence = (
                f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
                f"priority admission controller computed {priority} from the given PriorityClass name"
            )
            raise errors.forbidden("pods", "", attributes.key.name, sentence)
        if spec.get("preemptionPolicy", _PREEMPT) != _PREEMPT:
            sentence = (
                f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be provided in pod spec; "
                f"priority admission controller computed {_PREEMPT} from the given PriorityClass name"
            )
            raise errors.forbidden("pods", "", attributes.key.name, sentence)
        spec["priority"], spec["preemptionPolicy"] = priority, _PREEMPT
