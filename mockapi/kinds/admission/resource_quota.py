"""What is created, or grows, must fit into the quotas of its namespace (core/v1 ResourceQuota).

The check and what it writes into the quotas' status belong to the transaction that writes the object: of two creations that both
would fit, but not together, the second one sees what the first has used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from mockapi.kinds.core.resourcequota import KIND as QUOTA
from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, key_of, name_of
from mockapi.machinery.podresources import Amounts, added, parsed
from mockapi.registry.admission import CREATE, UPDATE, Admission, Attributes
from mockapi.registry.ledger import Booking, Ledger
from mockapi.registry.quota.evaluator import Evaluator
from mockapi.registry.quota.quotas import IGNORED, covers, evaluator_of, exceeded, masked, measured


class ResourceQuotaAdmission(Admission):
    """Charges creations, and what of updates counts, to all quotas that cover the object, or refuses them."""

    def book(self, attributes: Attributes) -> Booking | None:
        kind = attributes.kind
        evaluator = evaluator_of(kind.resource)
        if not kind.namespaced or kind.resource in IGNORED or not _is_charged(attributes, evaluator):
            return None
        quotas = attributes.request.read_all(QUOTA.resource, attributes.key.namespace)
        return partial(_charge, attributes, evaluator, [key_of(quota) for quota in quotas]) if quotas else None


def _is_charged(attributes: Attributes, evaluator: Evaluator) -> bool:
    if attributes.operation == CREATE:
        return not attributes.called_subresource
    return attributes.operation == UPDATE and attributes.called_subresource == evaluator.charged_updates


def _charge(attributes: Attributes, evaluator: Evaluator, keys: Iterable[Key], ledger: Ledger) -> None:
    obj = attributes.obj or {}
    present = filter(None, [ledger.read(QUOTA, key) for key in keys])
    concerned = [quota for quota in present if covers(quota, evaluator, obj) and measured(evaluator, _hard(quota))]
    for quota in concerned:
        _check_can_be_measured(attributes, evaluator, quota)
    change = _change(attributes, evaluator)
    if change:
        for quota, used in [(quota, _used_then(attributes, quota, change)) for quota in concerned]:
            _write(ledger, quota, used)


def _check_can_be_measured(attributes: Attributes, evaluator: Evaluator, quota: Object) -> None:
    names = measured(evaluator, _hard(quota))
    missing = evaluator.unspecified(names, attributes.obj or {})
    if missing:
        texts = [f"{name} for: {','.join(sorted(containers))}" for name, containers in sorted(missing.items())]
        raise _forbidden(attributes, f"failed quota: {name_of(quota)}: must specify {'; '.join(texts)}")
    if names.difference(_used(quota)):
        raise _forbidden(attributes, f"status unknown for quota: {name_of(quota)}, resources: {','.join(sorted(names))}")


def _change(attributes: Attributes, evaluator: Evaluator) -> Amounts:
    """What the write uses beyond what was used before; only what is not zero."""
    now = attributes.request.clock.now()
    change = evaluator.usage(attributes.obj or {}, now)
    negative = sorted(name for name, value in change.items() if value.nanos < 0)
    if negative:
        raise _forbidden(attributes, f"quota usage is negative for resource(s): {','.join(negative)}")
    if attributes.old is not None:
        before = evaluator.usage(attributes.old, now)
        change = added(change, {name: -value for name, value in before.items()})
    return {name: value for name, value in change.items() if value.nanos > 0 or (value and evaluator.gives_back)}


def _used_then(attributes: Attributes, quota: Object, change: Amounts) -> Amounts:
    """What is used of a quota after the change. StatusError 403 when that is too much."""
    hard, used = _hard(quota), parsed(_used(quota))
    requested = masked(change, hard)
    then = added(used, requested)
    over = exceeded(masked(then, requested), hard)
    if over:
        amounts = (_text(masked(each, over)) for each in (requested, used, parsed(hard)))
        requested_text, used_text, hard_text = amounts
        sentence = f"exceeded quota: {name_of(quota)}, requested: {requested_text}, used: {used_text}, limited: {hard_text}"
        raise _forbidden(attributes, sentence)
    return then


def _write(ledger: Ledger, quota: Object, used: Amounts) -> None:
    texts = {name: str(value) for name, value in used.items()}
    if texts != _used(quota):
        ledger.write_status(QUOTA, key_of(quota), {**quota, "status": {**quota["status"], "used": texts}}, quota)


def _hard(quota: Object) -> Mapping[str, str]:
    """What counts is what the controller has taken up, not yet what spec says."""
    return (quota.get("status") or {}).get("hard") or {}


def _used(quota: Object) -> Mapping[str, str]:
    return (quota.get("status") or {}).get("used") or {}


def _text(amounts: Amounts) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in sorted(amounts))


def _forbidden(attributes: Attributes, sentence: str) -> StatusError:
    kind = attributes.kind
    return errors.forbidden(kind.plural, kind.group, attributes.key.name, sentence)
