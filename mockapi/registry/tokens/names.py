"""How a Secret says that it holds a token, and whose (core/v1 SecretTypeServiceAccountToken)."""

from __future__ import annotations

SECRET_TYPE = "kubernetes.io/service-account-token"
NAME_ANNOTATION = "kubernetes.io/service-account.name"
UID_ANNOTATION = "kubernetes.io/service-account.uid"
