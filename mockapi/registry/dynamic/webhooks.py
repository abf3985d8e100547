"""Mutating and validating webhooks as admission plugins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.admission import Admission, Attributes
from mockapi.registry.dynamic.hook import Hook, NotAsked
from mockapi.registry.dynamic.matching import is_exempt
from mockapi.registry.dynamic.memo import Memo
from mockapi.registry.dynamic.patches import DoesNotFit, patched
from mockapi.registry.dynamic.review import Response
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind
from mockapi.storage.cache import Cache

_GROUP = "admissionregistration.k8s.io"


class _Webhooks(Admission):
    """The webhooks of all configurations of a kind, by the names of their configurations."""

    hears_of_parts = True
    mutating = False

    def __init__(self, cache: Cache, versions: Versions) -> None:
        self._versions = versions
        resource = f"{'mutating' if self.mutating else 'validating'}webhookconfigurations.{_GROUP}"
        self._hooks = Memo(cache, (resource,), self._make)

    def _make(self, found: list[list[Object]]) -> list[Hook]:
        return [
            Hook(configuration["metadata"]["name"], position, webhook, self._versions, mutating=self.mutating)
            for configuration in found[0]
            for position, webhook in enumerate(configuration.get("webhooks") or ())
        ]


class MutatingWebhooks(_Webhooks):
    """Asks one webhook after the other; each sees what those before it made of the object."""

    mutating = True

    def mutate(self, attributes: Attributes) -> None:
        hooks = self._hooks()
        if not hooks or is_exempt(attributes):
            return
        state = attributes.reinvocation
        for hook in hooks:
            # What was not called before is not called for the first time in the second round.
            if state.running and hook.uid not in state.again:
                continue
            wanted = hook.wanted(attributes)
            if wanted is not None:
                self._call(hook, attributes, wanted)

    def _call(self, hook: Hook, attributes: Attributes, wanted: Kind) -> None:
        state = attributes.reinvocation
        try:
            if self._apply(hook, hook.ask(attributes, wanted), attributes, wanted):
                state.changed()
        except NotAsked as failure:
            if hook.fail_closed:
                raise errors.internal(str(failure)) from failure
        finally:
            if hook.reinvoked:
                state.called.add(hook.uid)

    def _apply(self, hook: Hook, response: Response, attributes: Attributes, wanted: Kind) -> bool:
        """Changes the object as the webhook says; tells whether that made a difference."""
        operations = _operations(response.patch)
        if not operations:
            return False
        obj = attributes.obj
        if obj is None or not attributes.is_whole:
            sentence = "attempted to modify the object, which is not supported for this operation"
            raise errors.internal(f'admission webhook "{hook.name}" {sentence}')
        if response.patch_type != "JSONPatch":
            raise hook.not_asked(f'unsupported patch type "{response.patch_type}"')
        kind, versions = attributes.kind, self._versions
        try:
            changed = patched(versions.converted(obj, kind, wanted) or {}, operations)
        except DoesNotFit as failure:
            raise errors.internal(str(failure)) from failure
        found = attributes.read(versions.converted(changed, wanted, kind) or {})
        if found == obj:
            return False
        obj.clear()
        obj.update(found)
        return True


class ValidatingWebhooks(_Webhooks):
    """Asks all webhooks at once; the first refusal, in their order, is the answer."""

    def validate(self, attributes: Attributes) -> None:
        hooks = self._hooks()
        if not hooks or is_exempt(attributes):
            return
        asked = [(hook, wanted) for hook in hooks if (wanted := hook.wanted(attributes)) is not None]
        if len(asked) == 1:
            failures = [self._refusal(asked[0], attributes)]
        elif asked:
            with ThreadPoolExecutor(len(asked)) as threads:
                failures = list(threads.map(lambda pair: self._refusal(pair, attributes), asked))
        else:
            return
        for failure in failures:
            if failure is not None:
                raise failure

    @staticmethod
    def _refusal(asked: tuple[Hook, Kind], attributes: Attributes) -> StatusError | None:
        hook, wanted = asked
        try:
            hook.ask(attributes, wanted)
        except NotAsked as failure:
            return errors.internal(str(failure)) if hook.fail_closed else None
        except StatusError as failure:
            return failure
        return None


def _operations(patch: bytes) -> Any:
    try:
        return orjson.loads(patch) if patch else None
    except orjson.JSONDecodeError as failure:
        raise errors.internal(f"invalid character in JSON patch: {failure}") from failure
