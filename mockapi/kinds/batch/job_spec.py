"""Rules of a JobSpec (batch/v1), in a Job and in a CronJob's template."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from mockapi.kinds.batch.failure_policy import failure_policy, success_policy
from mockapi.kinds.podspec.checks import domain_prefixed_path, non_negative, under
from mockapi.kinds.podspec.pod_spec import TEMPLATE, template_errors
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import ROOT, FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.registry.validation import Leaf, Rules, rule

INDEXED = "Indexed"
_COMPLETION_MODES = ("NonIndexed", INDEXED)
_UNINDEXED = (None, "NonIndexed")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
_ENDING = ("OnFailure", "Never")
_MOST_PARALLEL = _MOST_FAILED = 100_000
# With more completions than that, failures that are counted by index take more room: less of other things is allowed then.
_MANY_COMPLETIONS, _MANY_PARALLEL, _MANY_FAILED = 100_000, 10_000, 10_000
_HARD_TO_TRACK = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to "
    "track completedIndexes when a big number of indexes fail"
)
_LONGEST_MANAGER = 63
_NOT_INDEXED = "requires indexed completion mode"


def _short(value: str) -> Iterator[FieldError]:
    if names.size(value) > _LONGEST_MANAGER:
        yield fielderrors.too_long("", _LONGEST_MANAGER)


def _is_large(spec: Object) -> bool:
    """Whether failures are counted for each of very many indexes."""
    indexed = spec.get("completionMode") == INDEXED and spec.get("backoffLimitPerIndex") is not None
    return indexed and (spec.get("completions") or 0) > _MANY_COMPLETIONS


def _at_most(limit: int) -> str:
    return f"must be less than or equal to {limit} when completions are above {_MANY_COMPLETIONS} and used with backoff limit per index"


def _most_failed(most: int, completions: int | None) -> Iterator[FieldError]:
    if completions is not None and most > completions:
        yield fielderrors.invalid("", most, "must be less than or equal to completions")
    if most > _MOST_FAILED:
        yield fielderrors.invalid("", most, f"must be less than or equal to {_MOST_FAILED}")


class JobSpecRules(Rules):
    """JobSpec, without its selector, in the order in which the API server checks it."""

    parallelism = Leaf(non_negative)
    completions = Leaf(non_negative)
    activeDeadlineSeconds = Leaf(non_negative)  # noqa: N815 (fields of the API keep their names)
    backoffLimit = Leaf(non_negative)  # noqa: N815
    ttlSecondsAfterFinished = Leaf(non_negative)  # noqa: N815
    backoffLimitPerIndex = Leaf(non_negative)  # noqa: N815
    maxFailedIndexes = Leaf(non_negative)  # noqa: N815
    managedBy = Leaf(domain_prefixed_path, _short)  # noqa: N815
    completionMode = Leaf()  # noqa: N815
    podFailurePolicy = Leaf()  # noqa: N815
    successPolicy = Leaf()  # noqa: N815
    podReplacementPolicy = Leaf()  # noqa: N815
    template = Leaf()

    @rule("completionMode")
    def mode(self, spec: Object) -> Iterator[FieldError]:
        """How completions are told apart."""
        mode = spec.get("completionMode")
        if mode is not None and mode not in _COMPLETION_MODES:
            yield fielderrors.not_supported("", mode, _COMPLETION_MODES)

    @rule("completions")
    def indexes(self, spec: Object) -> Iterator[FieldError]:
        """Jobs with indexes must say how many."""
        if spec.get("completionMode") == INDEXED and spec.get("completions") is None:
            yield fielderrors.required("", f"when completion mode is {INDEXED}")

    @rule("parallelism")
    def width(self, spec: Object) -> Iterator[FieldError]:
        """Jobs with indexes may not run too many pods at once."""
        parallelism = spec.get("parallelism") or 0
        if spec.get("completionMode") == INDEXED and parallelism > _MOST_PARALLEL:
            sentence = f"must be less than or equal to {_MOST_PARALLEL} when completion mode is {INDEXED}"
            yield fielderrors.invalid("", parallelism, sentence)
        if _is_large(spec) and parallelism > _MANY_PARALLEL:
            yield fielderrors.invalid("", parallelism, _at_most(_MANY_PARALLEL))

    @rule("backoffLimitPerIndex")
    def failures_of_an_index(self, spec: Object) -> Iterator[FieldError]:
        """Failures can be counted by index where there are indexes, and must be where indexes can fail."""
        limit = spec.get("backoffLimitPerIndex")
        if limit is None and spec.get("maxFailedIndexes") is not None:
            yield fielderrors.required("", "when maxFailedIndexes is specified")
        if limit is not None and spec.get("completionMode") in _UNINDEXED:
            yield fielderrors.invalid("", limit, _NOT_INDEXED)

    @rule("maxFailedIndexes")
    def failed_indexes(self, spec: Object) -> Iterator[FieldError]:
        """So can the indexes that failed."""
        most, mode = spec.get("maxFailedIndexes"), spec.get("completionMode")
        if most is not None and mode in _UNINDEXED:
            yield fielderrors.invalid("", most, _NOT_INDEXED)
        if most is not None and mode == INDEXED:
            yield from _most_failed(most, spec.get("completions"))
        if _is_large(spec) and most is None:
            yield fielderrors.required("", f"must be specified when completions is above {_MANY_COMPLETIONS}")
        if _is_large(spec) and (most or 0) > _MANY_FAILED:
            yield fielderrors.invalid("", most, _at_most(_MANY_FAILED))

    @rule("podFailurePolicy")
    def failures(self, spec: Object) -> Iterator[FieldError]:
        """Which failures of pods end the job, or do not count."""
        if spec.get("podFailurePolicy") is not None:
            yield from failure_policy(spec)

    @rule("successPolicy")
    def success(self, spec: Object) -> Iterator[FieldError]:
        """Which completions are enough."""
        policy = spec.get("successPolicy")
        if policy is not None and spec.get("completionMode") != INDEXED:
            yield fielderrors.invalid("", policy, _NOT_INDEXED)
        elif policy is not None:
            yield from success_policy(spec)

    @rule("podReplacementPolicy")
    def replacement(self, spec: Object) -> Iterator[FieldError]:
        """When a pod that fails is replaced."""
        policy = spec.get("podReplacementPolicy")
        choices = _REPLACEMENTS if spec.get("podFailurePolicy") is None else _REPLACEMENTS[:1]
        if policy is not None and policy not in choices:
            yield fielderrors.not_supported("", policy, choices)

    @rule("template")
    def pods(self, spec: Object) -> Iterator[FieldError]:
        """The pods of a job end."""
        yield from template_errors(spec.get("template") or {}, ROOT, TEMPLATE)
        yield from under("spec.restartPolicy", _restart_policy(spec))


def _restart_policy(spec: Object) -> Iterator[FieldError]:
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy", "")
    if policy in {"", "Always"}:
        # A policy that is absent has been defaulted to Always.
        yield fielderrors.required("", 'valid values: "OnFailure", "Never"')
    elif policy not in _ENDING:
        yield fielderrors.not_supported("", policy, _ENDING)
    elif spec.get("podFailurePolicy") is not None and policy != "Never":
        yield fielderrors.invalid("", policy, 'only "Never" is supported when podFailurePolicy is specified')


@cache
def _rules() -> JobSpecRules:
    return JobSpecRules()


def job_spec_errors(spec: Object) -> list[FieldError]:
    """All errors of a JobSpec, relative to it, but for those of its selector."""
    return _rules().errors(spec)


def default_failure_policy(spec: Object) -> None:
    """The status that a pattern of a podFailurePolicy waits for, in place."""
    for each_rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in each_rule.get("onPodConditions") or ():
            if not pattern.get("status"):
                pattern["status"] = "True"


def job_spec_warnings(obj: Object, old: Object | None, spec: Object, path: Path) -> Iterator[str]:
    """Warnings of a JobSpec that stands at `path` of an object, on create and whenever the object's generation grows."""
    if old is not None and obj["metadata"].get("generation") == old["metadata"].get("generation"):
        return
    many = (spec.get("completions") or 0) > _MANY_COMPLETIONS and (spec.get("parallelism") or 0) > _MANY_PARALLEL
    if spec.get("completionMode") == INDEXED and many:
        yield f"{path}: {_HARD_TO_TRACK}"
