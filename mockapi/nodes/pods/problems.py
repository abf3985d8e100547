"""Why a container cannot start: its image, its environment, the volumes of its pod. Each with what kubelets say about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockapi.machinery.meta import Object, namespace_of
from mockapi.nodes.pods import images
from mockapi.nodes.pods.view import ContainerView, PodView

ERR_IMAGE_PULL, PULL_BACKOFF, INVALID_NAME, NEVER_PULL = "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"
IMAGE_REASONS = frozenset({ERR_IMAGE_PULL, PULL_BACKOFF, INVALID_NAME, NEVER_PULL})
# Reasons for which a container is made but does not start.
CREATE_REASONS = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
_WORDS = {"configmaps": "ConfigMap", "secrets": "Secret"}


class Problem(NamedTuple):
    """A waiting container's reason and message."""

    reason: str
    message: str


def image_problem(container: ContainerView) -> Problem | None:
    """Why the container's image cannot be had."""
    image, failure = container.spec["image"], container_failure(container)
    if failure == INVALID_NAME or not images.is_valid(image):
        why = f'couldn\'t parse image name "{image}": invalid reference format'
        return Problem(INVALID_NAME, f'Failed to apply default image tag "{image}": {why}')
    policy, is_absent = container.spec.get("imagePullPolicy"), container.pod.around.present(image) is None
    rule = container.pod.around.image_rule(image) if policy == "Always" or is_absent else None
    reason = failure if failure in IMAGE_REASONS else rule.reason if rule else ""
    absent = policy == "Never" and is_absent
    if reason == NEVER_PULL or absent:
        return Problem(NEVER_PULL, f'Container image "{image}" is not present with pull policy of Never')
    if not reason:
        return None
    return Problem(ERR_IMAGE_PULL, (rule.message if rule else "") or images.not_found(image))


def config_problem(container: ContainerView) -> Problem | None:
    """Why the container cannot be made of its image: a ConfigMap, a Secret or a key in one that is missing."""
    failure = container_failure(container)
    if failure in CREATE_REASONS:
        return Problem(str(failure), f"the annotation {failure} of the simulation asks for it")
    message = next(_missing_environment(container), "")
    return Problem("CreateContainerConfigError", message) if message else None


def new_config_problem(container: ContainerView) -> Problem | None:
    """What is missing by now, when that is something else than the container's status says."""
    waiting = container.waiting or {}
    problem = config_problem(container) if waiting.get("reason") in CREATE_REASONS else None
    return problem if problem is not None and problem != (waiting["reason"], waiting.get("message")) else None


def mount_problem(pod: PodView) -> str | None:
    """Why the pod's volumes cannot be mounted, as an event says it."""
    if pod.annotation("fail") == "FailedMount":
        return 'MountVolume.SetUp failed for volume "simulated" : the simulation asks for it'
    for volume in pod.spec.get("volumes") or ():
        for missing in _missing_sources(pod, volume):
            return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {missing}'
    return None


def container_failure(container: ContainerView) -> str | None:
    """The failure that the pod's annotations ask of this container: of the one that they name, else of the first ordinary one."""
    failure = container.pod.annotation("fail")
    return failure if failure and is_meant(container) else None


def is_meant(container: ContainerView) -> bool:
    """Whether the pod's annotations are about this container."""
    named = container.pod.annotation("container")
    if named:
        return named == container.name
    return container.role == "app" and container.position == 0


def _missing_environment(container: ContainerView) -> Iterator[str]:
    pod = container.pod
    for source in container.spec.get("envFrom") or ():
        yield from _missing(pod, "configmaps", source.get("configMapRef"))
        yield from _missing(pod, "secrets", source.get("secretRef"))
    for variable in container.spec.get("env") or ():
        source = variable.get("valueFrom") or {}
        yield from _missing(pod, "configmaps", source.get("configMapKeyRef"))
        yield from _missing(pod, "secrets", source.get("secretKeyRef"))


def _missing(pod: PodView, resource: str, reference: Object | None) -> Iterator[str]:
    if reference is None or reference.get("optional"):
        return
    name = reference.get("name", "")
    found = pod.around.find(resource, name)
    if found is None:
        yield f'{_WORDS[resource].lower()} "{name}" not found'
    elif "key" in reference and reference["key"] not in {**(found.get("data") or {}), **(found.get("binaryData") or {})}:
        yield f"couldn't find key {reference['key']} in {_WORDS[resource]} {namespace_of(pod.pod)}/{name}"


def _missing_sources(pod: PodView, volume: Object) -> Iterator[str]:
    config, secret = volume.get("configMap"), volume.get("secret")
    if config:
        yield from _missing_volume(pod, "configmaps", config, config.get("name", ""))
    if secret:
        yield from _missing_volume(pod, "secrets", secret, secret.get("secretName", ""))
    for source in (volume.get("projected") or {}).get("sources") or ():
        for field, resource in (("configMap", "configmaps"), ("secret", "secrets")):
            if source.get(field):
                yield from _missing_volume(pod, resource, source[field], source[field].get("name", ""))


def _missing_volume(pod: PodView, resource: str, source: Object, name: str) -> Iterator[str]:
    if source.get("optional"):
        return
    found = pod.around.find(resource, name)
    if found is None:
        yield f'{_WORDS[resource].lower()} "{name}" not found'
        return
    held = {**(found.get("data") or {}), **(found.get("binaryData") or {})}
    if any(item["key"] not in held for item in source.get("items") or ()):
        word = _WORDS[resource].lower()
        yield f"{word} references non-existent {word} key: " + next(item["key"] for item in source["items"] if item["key"] not in held)
