"""What the rules of CustomResourceDefinition and the controller behind it both go by: conditions, the finalizer, and API approval.

Definitions in the groups of the Kubernetes project need its approval (KEP-1111).
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from mockapi.machinery.meta import Object, annotations_of

RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"
CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"

NAMES_ACCEPTED, ESTABLISHED, TERMINATING = "NamesAccepted", "Established", "Terminating"
APPROVED = "KubernetesAPIApprovalPolicyConformant"

ANNOTATION = "api-approved.kubernetes.io"
_PROTECTED = ("k8s.io", "kubernetes.io")
_DOCUMENT = "see https://github.com/kubernetes/enhancements/pull/1111"


class Approval(NamedTuple):
    """How a definition stands with the policy: a condition's status, reason and message."""

    status: str
    reason: str
    message: str


def is_protected(group: str) -> bool:
    """Whether the group belongs to the Kubernetes project."""
    return any(group == domain or group.endswith(f".{domain}") for domain in _PROTECTED)


def approval_of(definition: Object) -> Approval:
    """How the annotation of a definition in a protected group is to be read."""
    value = annotations_of(definition).get(ANNOTATION, "")
    if not value:
        return Approval("False", "MissingAnnotation", f'protected groups must have approval annotation "{ANNOTATION}", {_DOCUMENT}')
    if value.startswith("unapproved"):
        return Approval("False", "UnapprovedAnnotation", f'not approved: "{value}"')
    url = urlsplit(value)
    if url.scheme and url.netloc:
        return Approval("True", "ApprovedAnnotation", f"approved in {value}")
    message = f'protected groups must have approval annotation "{ANNOTATION}" with either a URL or a reason starting with "unapproved", '
    return Approval("False", "InvalidAnnotation", message + _DOCUMENT)
