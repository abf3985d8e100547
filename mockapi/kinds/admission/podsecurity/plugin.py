"""Pods, what makes pods, and namespaces meet the Pod Security Standards."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.admission.podsecurity.policy import Demand, policy_of
from mockapi.kinds.admission.podsecurity.standard import PRIVILEGED, violations
from mockapi.machinery import errors
from mockapi.machinery.meta import Key, Object, annotations_of, labels_of, name_of
from mockapi.machinery.versions import minor_number
from mockapi.registry.admission import CREATE, UPDATE, Admission, Attributes

# Where the resources that make pods keep the template.
_TEMPLATES = {
    "podtemplates": "template",
    "replicationcontrollers": "spec.template",
    "replicasets.apps": "spec.template",
    "deployments.apps": "spec.template",
    "statefulsets.apps": "spec.template",
    "daemonsets.apps": "spec.template",
    "jobs.batch": "spec.template",
    "cronjobs.batch": "spec.jobTemplate.spec.template",
}
_NAMESPACES, _PODS = "namespaces", "pods"
# Of these subresources of pods none changes what is checked.
_IGNORED = frozenset({"attach", "binding", "eviction", "exec", "log", "portforward", "proxy", "resize", "status"})
_SECCOMP = ("seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/")
# As many pods are looked at when a namespace becomes stricter.
_MOST_PODS = 3000


class PodSecurity(Admission):
    """Refuses and warns of pods as the labels of their namespace say; of what makes pods, and of pods that are there, it only warns."""

    def validate(self, attributes: Attributes) -> None:
        resource, operation = attributes.kind.resource, attributes.operation
        if attributes.obj is None or operation not in {CREATE, UPDATE}:
            return
        if resource == _NAMESPACES:
            _check_namespace(attributes, attributes.obj)
        elif resource == _PODS:
            _check_pod(attributes, attributes.obj)
        elif resource in _TEMPLATES and not attributes.called_subresource:
            _check_template(attributes, attributes.obj)


def _check_pod(attributes: Attributes, pod: Object) -> None:
    old = attributes.old
    if attributes.called_subresource in _IGNORED or (old is not None and not _is_significant(pod, old)):
        return
    policy, _ = policy_of(_namespace_labels(attributes))
    found = _texts(attributes, policy.enforce, pod)
    if found:
        raise errors.forbidden(_PODS, "", attributes.key.name, f'violates PodSecurity "{policy.enforce}": {found}')
    _warn(attributes, policy.warn, pod)


def _check_template(attributes: Attributes, obj: Object) -> None:
    template: Object = obj
    for field in _TEMPLATES[attributes.kind.resource].split("."):
        template = template.get(field) or {}
    if template.get("spec"):
        policy, _ = policy_of(_namespace_labels(attributes))
        _warn(attributes, policy.warn, template)


def _check_namespace(attributes: Attributes, namespace: Object) -> None:
    """StatusError 422 for labels that cannot be read, unless they were so before."""
    if attributes.called_subresource:
        return
    policy, wrong = policy_of(labels_of(namespace))
    before, wrong_before = policy_of(labels_of(attributes.old or {}))
    if wrong and (attributes.old is None or wrong != wrong_before):
        raise errors.invalid("Namespace", "", name_of(namespace), wrong)
    was, demand = before.enforce, policy.enforce
    if attributes.old is None or (was.version == demand.version and not demand.is_stricter_than(was)):
        return
    for text in _about_existing_pods(attributes, name_of(namespace), demand):
        attributes.request.warn(text)


def _about_existing_pods(attributes: Attributes, namespace: str, demand: Demand) -> Iterator[str]:
    """Pods that do the same wrong are told of together, by the first of their names."""
    if demand.level == PRIVILEGED:
        return
    pods = attributes.request.read_all(_PODS, namespace)
    wrong: dict[str, list[str]] = {}
    for pod in pods[:_MOST_PODS]:
        found = violations(demand.level, _minor(attributes, demand), pod["metadata"], pod["spec"])
        if found:
            wrong.setdefault(", ".join(finding.reason for finding in found), []).append(name_of(pod))
    if len(pods) > _MOST_PODS:
        yield f"new PodSecurity enforce level only checked against the first {_MOST_PODS} of {len(pods)} existing pods"
    if wrong:
        yield f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{demand}"'
    yield from sorted(f"{_first_of(names)}: {reasons}" for reasons, names in wrong.items())


def _first_of(names: list[str]) -> str:
    others = len(names) - 1
    return min(names) + (f" (and {others} other {'pod' if others == 1 else 'pods'})" if others else "")


def _warn(attributes: Attributes, demand: Demand, pod: Object) -> None:
    found = _texts(attributes, demand, pod)
    if found:
        attributes.request.warn(f'would violate PodSecurity "{demand}": {found}')


def _texts(attributes: Attributes, demand: Demand, pod: Object) -> str:
    return ", ".join(map(str, violations(demand.level, _minor(attributes, demand), pod.get("metadata") or {}, pod["spec"])))


def _minor(attributes: Attributes, demand: Demand) -> int:
    return demand.minor(minor_number(attributes.request.cluster.minor))


def _namespace_labels(attributes: Attributes) -> dict[str, str]:
    return labels_of(attributes.request.read(_NAMESPACES, Key("", attributes.key.namespace)) or {})


def _is_significant(pod: Object, old: Object) -> bool:
    """Whether an update of a pod changes what is checked: its containers, their images or the annotations of seccomp."""
    return _significant(pod) != _significant(old)


def _significant(pod: Object) -> list[object]:
    spec = pod["spec"]
    images = [
        [(container["name"], container.get("image")) for container in spec.get(field) or ()]
        for field in ("containers", "initContainers", "ephemeralContainers")
    ]
    return [images, {key: value for key, value in annotations_of(pod).items() if key.startswith(_SECCOMP)}]
