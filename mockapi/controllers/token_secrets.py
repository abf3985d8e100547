"""Secrets that hold a token of a service account: filled when they come, gone when the account goes (Secret type service-account-token)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key, Object, annotations_of, key_of, namespace_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.registry.tokens import names

_SECRETS, _ACCOUNTS = "secrets", "serviceaccounts"
_OF_ACCOUNT = "of-account"


class TokenSecrets(Controller):
    """Writes the token into each such Secret, and deletes those whose account is not there. Keys are those of the Secrets."""

    name = "tokens-controller"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._secrets = self.informers.of(_SECRETS)
        self._secrets.add_index(_OF_ACCOUNT, _account_of)

    def watches(self) -> Mapping[str, Watch]:
        return {_SECRETS: lambda obj, previous: own_key(obj, previous) if _account_of(obj) else (), _ACCOUNTS: self._secrets_of}

    def reconcile(self, key: Key) -> float | None:
        secret = self._secrets.get(key)
        if secret is None:
            return None
        for account_key in _account_of(secret):
            account = self.client.get(_ACCOUNTS, *account_key)
            if account is None or annotations_of(secret).get(names.UID_ANNOTATION, uid_of(account)) != uid_of(account):
                self.client.delete(_SECRETS, *key, uid=uid_of(secret))
            else:
                self._fill(secret, account)
        return None

    def _secrets_of(self, obj: Object, _previous: Object | None) -> Iterable[Key]:
        return [key_of(secret) for secret in self._secrets.indexed(_OF_ACCOUNT, key_of(obj))]

    def _fill(self, secret: Object, account: Object) -> None:
        data = secret.get("data") or {}
        missing = {} if data.get("token") else {"token": _encoded(self._token(secret, account))}
        if data.get("namespace") != _encoded(namespace_of(secret)):
            missing["namespace"] = _encoded(namespace_of(secret))
        if missing or names.UID_ANNOTATION not in annotations_of(secret):
            annotations = {**annotations_of(secret), names.UID_ANNOTATION: uid_of(account)}
            meta = {**secret["metadata"], "annotations": annotations}
            self.client.update(_SECRETS, {**secret, "metadata": meta, "data": {**data, **missing}})

    def _token(self, secret: Object, account: Object) -> str:
        from mockapi.registry.tokens.issuing import legacy_token  # noqa: PLC0415 (loaded with the first token)

        return legacy_token(self.client.resources.database, account, secret)


def _account_of(secret: Object) -> list[Key]:
    """The key of the account whose token the Secret is to hold, if it is such a Secret."""
    account = annotations_of(secret).get(names.NAME_ANNOTATION)
    return [Key(namespace_of(secret), account)] if account and secret.get("type") == names.SECRET_TYPE else []


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
