"""What running pods of a RuntimeClass costs and where it can be done (KEP-688, RuntimeClass.overhead and .scheduling)."""

from __future__ import annotations

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects
from mockapi.machinery.podresources import parsed
from mockapi.registry.admission import CREATE, Admission, Attributes

_CLASSES = "runtimeclasses.node.k8s.io"
_MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_UNFOUNDED = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


class RuntimeClassAdmission(Admission):
    """Gives pods the overhead, node selector and tolerations of the class that they name."""

    def mutate(self, attributes: Attributes) -> None:
        if not _is_concerned(attributes) or attributes.obj is None:
            return
        spec, chosen = attributes.obj["spec"], _class_of(attributes)
        fixed = (chosen.get("overhead") or {}).get("podFixed")
        if chosen.get("overhead") is not None:
            if spec.get("overhead") is not None and parsed(spec["overhead"]) != parsed(fixed):
                raise _forbidden(attributes, _MISMATCH)
            spec["overhead"] = dict(fixed or {})
        if chosen.get("scheduling") is not None:
            _schedule(attributes, spec, chosen["scheduling"])

    def validate(self, attributes: Attributes) -> None:
        if not _is_concerned(attributes) or attributes.obj is None:
            return
        overhead, chosen = attributes.obj["spec"].get("overhead"), _class_of(attributes)
        if chosen.get("overhead") is None:
            if overhead is not None:
                raise _forbidden(attributes, _UNFOUNDED)
        elif parsed(overhead) != parsed(chosen["overhead"].get("podFixed")):
            raise _forbidden(attributes, _MISMATCH)


def _is_concerned(attributes: Attributes) -> bool:
    return attributes.kind.resource == "pods" and attributes.operation == CREATE and not attributes.called_subresource


def _class_of(attributes: Attributes) -> Object:
    """The class that the pod names; an empty object when it names none."""
    name = (attributes.obj or {})["spec"].get("runtimeClassName")
    if name is None:
        return {}
    found = attributes.request.read(_CLASSES, Key("", name))
    if found is None:
        raise _forbidden(attributes, f'pod rejected: RuntimeClass "{name}" not found')
    return found


def _schedule(attributes: Attributes, spec: Object, scheduling: Object) -> None:
    wanted: dict[str, str] = scheduling.get("nodeSelector") or {}
    present: dict[str, str] = spec.get("nodeSelector") or {}
    for key, value in wanted.items():
        if present.get(key, value) != value:
            sentence = f"runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {present[key]}"
            raise _forbidden(attributes, f"conflict: {sentence}")
    if wanted:
        spec["nodeSelector"] = {**present, **wanted}
    tolerations = _merged([*(spec.get("tolerations") or ()), *(scheduling.get("tolerations") or ())])
    if tolerations:
        spec["tolerations"] = tolerations


def _merged(tolerations: Objects) -> Objects:
    """The tolerations without those that another one includes; of equal ones the first stays."""
    merged: Objects = []
    for position, each in enumerate(tolerations):
        later = [other for other in tolerations[position + 1 :] if other != each]
        if not any(_includes(other, each) for other in (*merged, *later)):
            merged.append(each)
    return merged


def _includes(wide: Object, narrow: Object) -> bool:
    """Whether one toleration tolerates all that another does."""
    if wide == narrow:
        return True
    exists = wide.get("operator") == "Exists"
    if wide.get("key", "") != narrow.get("key", "") and (wide.get("key") or not exists):
        return False
    if wide.get("effect", "") not in {"", narrow.get("effect", "")}:
        return False
    if wide.get("effect") == "NoExecute" and wide.get("tolerationSeconds") is not None:
        seconds = narrow.get("tolerationSeconds")
        if seconds is None or seconds > wide["tolerationSeconds"]:
            return False
    same = (wide.get("operator", ""), wide.get("value", "")) == (narrow.get("operator", ""), narrow.get("value", ""))
    return exists or (wide.get("operator", "") in {"", "Equal"} and same)


def _forbidden(attributes: Attributes, sentence: str) -> StatusError:
    return errors.forbidden("pods", "", attributes.key.name, sentence)
