"""One webhook of a configuration: whether it is to be asked about a write, and asking it."""

from __future__ import annotations

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.admission import Attributes
from mockapi.registry.dynamic.conditions import Conditions
from mockapi.registry.dynamic.endpoint import CallFailure, Endpoint
from mockapi.registry.dynamic.expressions import Failed, Scope, bindings_of
from mockapi.registry.dynamic.matching import Matcher
from mockapi.registry.dynamic.review import InvalidReview, Response, admission_request, read_answer, review
from mockapi.registry.dynamic.versions import Versions
from mockapi.registry.kind import Kind

_KNOWN_VERSIONS = ("v1", "v1beta1")
_HARMLESS = frozenset({"None", "NoneOnDryRun"})


class NotAsked(Exception):  # noqa: N818 (the text is what matters)
    """A webhook that was to be asked was not, or gave no answer; the text is the real server's."""


class Hook:
    """A webhook, made once from its configuration; may be used by many threads."""

    def __init__(self, configuration: str, position: int, webhook: Object, versions: Versions, *, mutating: bool) -> None:
        self.name: str = webhook["name"]
        self.uid = f"{configuration}/{self.name}/{position}"
        self.fail_closed = webhook["failurePolicy"] != "Ignore"
        self.reinvoked = webhook.get("reinvocationPolicy") == "IfNeeded"
        self._mutating = mutating
        self._matcher = Matcher(webhook, webhook.get("rules") or [], versions)
        self._conditions = Conditions(webhook.get("matchConditions") or [], Scope(), fail_closed=self.fail_closed)
        self._endpoint = Endpoint(webhook["clientConfig"])
        self._timeout: int = webhook["timeoutSeconds"]
        self._harmless = webhook.get("sideEffects") in _HARMLESS
        self._version = next(version for version in webhook["admissionReviewVersions"] if version in _KNOWN_VERSIONS)

    def wanted(self, attributes: Attributes) -> Kind | None:
        """The version in which the webhook is to be asked about a write; None when it is not. StatusError 403 or 404."""
        kind = self._matcher.match(attributes)
        if kind is None or not self._conditions:
            return kind
        old = Versions.converted(attributes.old, attributes.kind, kind)
        obj = Versions.converted(attributes.obj, attributes.kind, kind) if attributes.is_whole else attributes.obj
        try:
            return kind if self._conditions.hold(bindings_of(admission_request(attributes, kind), obj, old, None, None)) else None
        except Failed as failure:
            raise errors.forbidden(attributes.kind.plural, attributes.kind.group, attributes.target.name, str(failure)) from failure

    def ask(self, attributes: Attributes, kind: Kind) -> Response:
        """The answer of a webhook that lets the write pass.

        Raises NotAsked, or StatusError: the webhook's refusal, or 400 where a dry run may not ask.
        """
        request = attributes.request
        if request.dry_run and not self._harmless:
            raise errors.bad_request(f'admission webhook "{self.name}" does not support dry run')
        uid = request.identity.uid()
        try:
            body = self._endpoint.call(review(attributes, kind, self._version, uid), self._timeout, request.read)
            response = read_answer(body, self._version, uid, mutating=self._mutating)
        except CallFailure as failure:
            raise self.not_asked(f"failed to call webhook: {failure}" if failure.called else str(failure)) from failure
        except InvalidReview as failure:
            raise self.not_asked(f"received invalid webhook response: {failure}") from failure
        for text in response.warnings:
            request.warn(text)
        if not response.allowed:
            raise self._refusal(response.result or {})
        return response

    def not_asked(self, reason: str) -> NotAsked:
        """The failure of a call."""
        return NotAsked(f'failed calling webhook "{self.name}": {reason}')

    def _refusal(self, result: Object) -> StatusError:
        """The webhook's own Status, made into one that refuses."""
        denied = f'admission webhook "{self.name}" denied the request'
        explained = result.get("message") or result.get("reason")
        code = result.get("code")
        return StatusError(
            code=code if isinstance(code, int) and code >= 400 else 400,
            reason=result.get("reason", ""),
            message=f"{denied}: {explained}" if explained else f"{denied} without explanation",
            details=result.get("details"),
        )
