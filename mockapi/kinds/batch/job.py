"""batch/v1 Job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from mockapi.kinds.apps import workload
from mockapi.kinds.batch.job_changes import change_errors
from mockapi.kinds.batch.job_spec import INDEXED, default_failure_policy, job_spec_errors, job_spec_warnings
from mockapi.kinds.batch.job_status import status_errors
from mockapi.kinds.podspec.cells import CONTAINERS, IMAGES
from mockapi.kinds.podspec.checks import label_selector, under
from mockapi.kinds.podspec.defaults import default_template
from mockapi.kinds.podspec.warnings import dotted_name, template_warnings
from mockapi.machinery import fielderrors, names
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.durations import human_duration
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object, is_terminating, labels_of, name_of, uid_of
from mockapi.machinery.selectors import SelectorError, selector_from_object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS

UID_LABEL = "batch.kubernetes.io/controller-uid"
_NAME_LABELS = ("batch.kubernetes.io/job-name", "job-name")
_UID_LABELS = (UID_LABEL, "controller-uid")
_MANY_FAILURES, _FAILURES = 2**31 - 1, 6
_ORPHANING = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)
# The conditions that the column Status tells of, in the order of their weight; None stands for a job that is being deleted.
_SHOWN_CONDITIONS = ("Complete", "Failed", None, "Suspended", "FailureTarget", "SuccessCriteriaMet")


class JobStrategy(Strategy):
    """Pods that run until enough of them have succeeded."""

    keeps_generation = True
    has_status = True
    revalidates_metadata = True
    default_propagation = "Orphan"
    orphan_warning = _ORPHANING

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_template(spec.setdefault("template", {}))
        if spec.get("completions") is None and spec.get("parallelism") is None:
            spec["completions"] = 1
        failures = _FAILURES if spec.get("backoffLimitPerIndex") is None else _MANY_FAILURES
        replacement = "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed"
        workload.default_missing(spec, parallelism=1, backoffLimit=failures, completionMode="NonIndexed", suspend=False)
        workload.default_missing(spec, manualSelector=False, podReplacementPolicy=replacement)
        default_failure_policy(spec)
        _default_labels(obj)

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        if not obj["spec"].get("manualSelector"):
            _generate_selector(obj)
        _default_labels(obj)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return [*_generated_selector(obj), *_spec_errors(obj["spec"]), *_host_names(obj)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        """The real server checks the spec twice."""
        return [*self.validate(obj, request), *_spec_errors(obj["spec"]), *under(SPEC, change_errors(obj, old))]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(status_errors(obj, old))

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {"status.successful": str((obj.get("status") or {}).get("succeeded") or 0)}

    def selector_refusal(self, field: str) -> str:
        return f'field label "{field}" not supported for Job'

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return [*dotted_name(obj, old), *job_spec_warnings(obj, old, obj["spec"], SPEC), *template_warnings(obj, old)]


def _default_labels(job: Object) -> None:
    """A job without labels has those of its pods: also those that are yet to be generated, and so it shares them."""
    labels = labels_of(job["spec"]["template"])
    if labels and not labels_of(job):
        job["metadata"]["labels"] = labels


def _generate_selector(job: Object) -> None:
    """Pods carry the job's name and uid, and are found by the uid. What the client set is kept, to be refused."""
    spec = job["spec"]
    meta = spec["template"].setdefault("metadata", {})
    generated = {**dict.fromkeys(_NAME_LABELS, name_of(job)), **dict.fromkeys(_UID_LABELS, uid_of(job))}
    labels = meta["labels"] = meta.get("labels") or {}
    labels.update({label: value for label, value in generated.items() if label not in labels})
    selector = spec.get("selector") or {}
    spec["selector"] = {**selector, "matchLabels": {UID_LABEL: uid_of(job), **(selector.get("matchLabels") or {})}}


def _generated_selector(job: Object) -> Iterator[FieldError]:
    spec = job["spec"]
    if spec.get("manualSelector") or spec.get("selector") is None:
        return
    labels = labels_of(spec["template"])
    expected = {**dict.fromkeys(_UID_LABELS, uid_of(job)), **dict.fromkeys(_NAME_LABELS, name_of(job))}
    for label in (_UID_LABELS[1], _NAME_LABELS[1], _UID_LABELS[0], _NAME_LABELS[0]):
        place, sentence = f"spec.template.metadata.labels[{label}]", f"must be '{expected[label]}'"
        if label not in labels:
            yield fielderrors.required(place, sentence)
        elif labels[label] != expected[label]:
            yield fielderrors.invalid(place, dict(sorted(labels.items())), sentence)
    if not _selects(spec["selector"], expected):
        yield fielderrors.invalid("spec.selector", workload.selector_form(spec["selector"]), "`selector` not auto-generated")


def _selects(selector: Object, labels: dict[str, str]) -> bool:
    try:
        return selector_from_object(selector).matches(labels)
    except SelectorError:
        return True


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    yield from under(SPEC, job_spec_errors(spec))
    if spec.get("selector") is None:
        yield fielderrors.required("spec.selector")
    else:
        yield from under("spec.selector", label_selector(spec["selector"]))
    labels = labels_of(spec["template"])
    if spec.get("selector") is None or not _selects(spec["selector"], labels):
        shown = dict(sorted(labels.items())) or None
        yield fielderrors.invalid("spec.template.metadata.labels", shown, "`selector` does not match template `labels`")


def _host_names(job: Object) -> Iterator[FieldError]:
    completions = job["spec"].get("completions") or 0
    if job["spec"].get("completionMode") != INDEXED or completions <= 0:
        return
    last = f"{name_of(job)}-{completions - 1}"
    if names.dns1123_label(last):
        yield fielderrors.invalid("metadata.name", name_of(job), f"will not able to create pod with invalid DNS label: {last}")


def _status(obj: Object, _now: datetime) -> str:
    conditions = {each["type"] for each in (obj.get("status") or {}).get("conditions") or () if each["status"] == "True"}
    for shown in _SHOWN_CONDITIONS:
        if shown is None and is_terminating(obj):
            return "Terminating"
        if shown in conditions:
            return str(shown)
    return "Running"


def _done(obj: Object, now: datetime) -> str:
    succeeded, wanted = workload.count("succeeded")(obj, now), obj["spec"].get("completions")
    if wanted is not None:
        return f"{succeeded}/{wanted}"
    parallelism = obj["spec"].get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(obj: Object, now: datetime) -> str:
    status = obj.get("status") or {}
    if not status.get("startTime"):
        return ""
    end = parse_timestamp(status["completionTime"]) if status.get("completionTime") else now
    return human_duration((end - parse_timestamp(status["startTime"])).total_seconds())


KIND = Kind(
    group="batch",
    version="v1",
    kind="Job",
    plural="jobs",
    categories=("all",),
    strategy=JobStrategy(),
    subresources=(STATUS,),
    columns=(
        NAME,
        Column("Status", _status, description="What the job's conditions come to."),
        Column("Completions", _done, documented_by="status.succeeded"),
        Column("Duration", _duration, description="How long the job took, or has been running."),
        AGE,
        CONTAINERS,
        IMAGES,
        Column("Selector", workload.selector_text, priority=1, documented_by="spec.selector"),
    ),
)
