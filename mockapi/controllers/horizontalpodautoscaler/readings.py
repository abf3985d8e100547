"""What metrics APIs tell of pods. Only metrics.k8s.io may be there: custom and external metrics would need an adapter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Key, Object, Objects, name_of, namespace_of
from mockapi.machinery.quantity import parse_quantity
from mockapi.registry.client import Client

_GROUP, _VERSION, _PODS = "metrics.k8s.io", "v1beta1", "pods"
_UNKNOWN = "the server could not find the requested resource"
_CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"


class NoMetricsError(Exception):
    """Nothing can be said of a metric; the message is what a client sees."""


class Reading(NamedTuple):
    """What a pod uses, in thousandths of the resource's unit, averaged over a window that ended at a moment."""

    value: int
    moment: datetime
    window: timedelta


Readings = dict[str, Reading]
"""By the pod's name."""


def resource_readings(client: Client, resource: str, namespace: str, selector: str, container: str) -> Readings:
    """What the selected pods use of a resource, all containers together or (unless "") one of them. NoMetricsError."""
    try:
        samples = _samples(client, namespace, selector)
        return _of_containers(samples, resource, container) if container else _of_pods(samples, resource)
    except NoMetricsError as failure:
        raise NoMetricsError(f"unable to get metrics for resource {resource}: {failure}") from None


def pods_metric(name: str) -> NoMetricsError:
    """Why there is no metric of pods."""
    return NoMetricsError(f"unable to get metric {name}: {_CUSTOM}")


def object_metric(name: str, namespace: str, described: Object) -> NoMetricsError:
    """Why there is no metric of an object. The real sentence has its parts in this order."""
    return NoMetricsError(f"unable to get metric {name}: {described['kind']} on {namespace} {described['name']}/{_CUSTOM}")


def external_metric(metric: Object, namespace: str) -> NoMetricsError:
    """Why there is no external metric."""
    name = metric["name"]
    reason = f"unable to fetch metrics from external metrics API: {_UNKNOWN} (get {name}.external.metrics.k8s.io)"
    return NoMetricsError(f"unable to get external metric {namespace}/{name}/{_selector_text(metric.get('selector'))}: {reason}")


def _samples(client: Client, namespace: str, selector: str) -> Objects:
    kind = client.resources.catalogue.by_path(_GROUP, _VERSION, _PODS)
    if kind is None:
        raise NoMetricsError(f"unable to fetch metrics from resource metrics API: {_UNKNOWN} (get {_PODS}.{_GROUP})")
    request = client.resources.request()
    request.parameters = {"labelSelector": [selector]}
    samples: Objects = client.resources.act(kind, Key(namespace, ""), "list", {}, request)["items"]
    if not samples:
        raise NoMetricsError("no metrics returned from resource metrics API")
    return samples


def _of_pods(samples: Objects, resource: str) -> Readings:
    """The sums over all containers; a pod of whose containers one says nothing is left out."""
    found = {}
    for sample in samples:
        usages = [container["usage"].get(resource) for container in sample["containers"]]
        if usages and None not in usages:
            found[name_of(sample)] = _reading(sample, sum(parse_quantity(usage).milli_value for usage in usages))
    return found


def _of_containers(samples: Objects, resource: str, container: str) -> Readings:
    found = {}
    for sample in samples:
        usages = [each["usage"] for each in sample["containers"] if each["name"] == container]
        if not usages:
            pod = f"{namespace_of(sample)}/{name_of(sample)}"
            raise NoMetricsError(f"failed to get container metrics: container {container} not present in metrics for pod {pod}")
        if resource in usages[0]:
            found[name_of(sample)] = _reading(sample, parse_quantity(usages[0][resource]).milli_value)
    return found


def _reading(sample: Object, value: int) -> Reading:
    window = timedelta(seconds=float(sample["window"].removesuffix("s")))
    return Reading(value, parse_timestamp(sample["timestamp"]), window)


def _selector_text(selector: Object | None) -> str:
    """A LabelSelector as Go prints it, which is how the real controller shows it."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{each['key']},Operator:{each['operator']},Values:[{' '.join(each.get('values') or ())}],}},"
        for each in selector.get("matchExpressions") or ()
    )
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
