"""Pod specs for tests, defaulted as the server would."""

from typing import Any

from mockapi.kinds.podspec.defaults import default_pod_spec
from mockapi.kinds.podspec.pod_spec import POD, Holder, pod_spec_errors
from mockapi.machinery.fielderrors import ROOT


def container(name: str = "c", **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx", **fields}


def spec(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    made = {"containers": list(containers) or [container()], **fields}
    default_pod_spec(made)
    return made


def errors(pod_spec: dict[str, Any], holder: Holder = POD) -> list[str]:
    return [str(error) for error in pod_spec_errors(pod_spec, ROOT, holder)]


def container_errors(**fields: Any) -> list[str]:
    """The errors of a pod with one container, relative to the container."""
    return [error.removeprefix("containers[0].") for error in errors(spec(container(**fields)))]
