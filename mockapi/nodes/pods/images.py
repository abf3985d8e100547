"""Images as the container runtime names them, and what kubelets say about pulling them."""

from __future__ import annotations

import hashlib
import re
import uuid

from mockapi.machinery.chance import share

CONTAINERD = "containerd"
_NAME = re.compile(
    r"(?:[a-zA-Z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
    r"(?::\w[\w.-]{0,127})?(?:@[A-Za-z0-9]+:[0-9a-fA-F]{32,})?"
)
_MEGABYTE = 1_000_000


def is_valid(image: str) -> bool:
    """Whether a runtime can make sense of an image's name."""
    return bool(_NAME.fullmatch(image))


def reported(image: str, runtime: str) -> tuple[str, str]:
    """The image and its id as the runtime reports them."""
    if runtime != CONTAINERD:
        return image, image
    full = full_name(image)
    repository = full.partition("@")[0]
    bare = repository.rpartition(":")[0] if ":" in repository.rpartition("/")[2] else repository
    digest = full.partition("@")[2] or "sha256:" + hashlib.sha256(full.encode()).hexdigest()
    return full, f"{bare}@{digest}"


def full_name(image: str) -> str:
    """The image's name with registry and tag, as in docker.io/library/nginx:latest."""
    host, slash, _ = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif not ({".", ":"} & set(host)) and host != "localhost":
        image = f"docker.io/{image}"
    return image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"


def size(image: str) -> int:
    """Bytes of an image, made up from its name."""
    return int((2 + 180 * share("size", full_name(image))) * _MEGABYTE)


def container_id(seed: str, runtime: str) -> str:
    """The id of a container, from a seed that names one run of it."""
    if runtime != CONTAINERD:
        return f"{runtime}://{uuid.uuid5(uuid.NAMESPACE_URL, seed)}"
    return f"{runtime}://{hashlib.sha256(seed.encode()).hexdigest()}"


def not_found(image: str) -> str:
    """What containerd answers for an image that its registry does not have."""
    full = full_name(image)
    resolved = f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": {full}: not found'
    return f"rpc error: code = NotFound desc = {resolved}"
