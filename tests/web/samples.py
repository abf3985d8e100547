"""One valid object for most collections, by path."""

from typing import Any

POD_SPEC = {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}]}
LABELS = {"app": "web"}
SELECTOR = {"matchLabels": LABELS}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": POD_SPEC}
WORKLOAD = {"selector": SELECTOR, "template": TEMPLATE}
JOB = {"template": {"spec": {**POD_SPEC, "restartPolicy": "Never"}}}
BACKEND = {"service": {"name": "one", "port": {"number": 80}}}
SCALED = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "one"}
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "one"}
RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
SIZE = {"storage": "1Gi"}
VOLUME = {"capacity": SIZE, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}}
METRIC = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
SCHEMA = {"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}
WIDGETS = {
    "group": "example.com",
    "scope": "Namespaced",
    "names": {"plural": "widgets", "kind": "Widget"},
    "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}],
}
ENDPOINTS = [{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80}]}]
NAMESPACED = "/namespaces/{namespace}/"


def one(group_version: str, plural: str, **rest: Any) -> tuple[str, dict[str, Any]]:
    """A collection's path and an object called `one` for it; the plural of a namespaced kind begins with NAMESPACED."""
    return f"{group_version}{'' if plural.startswith('/') else '/'}{plural}", {"metadata": {"name": "one", "labels": LABELS}, **rest}


CORE, APPS, BATCH, NETWORKING = "/api/v1", "/apis/apps/v1", "/apis/batch/v1", "/apis/networking.k8s.io/v1"
RBAC, STORAGE = "/apis/rbac.authorization.k8s.io/v1", "/apis/storage.k8s.io/v1"

SAMPLES = dict(
    [
        one(CORE, "namespaces"),
        one(CORE, "nodes"),
        (f"{CORE}{NAMESPACED}serviceaccounts", {"metadata": {"name": "default"}}),
        one(CORE, NAMESPACED + "configmaps", data={"k": "v"}),
        one(CORE, NAMESPACED + "secrets", stringData={"k": "v"}),
        one(CORE, NAMESPACED + "pods", spec=POD_SPEC),
        one(CORE, NAMESPACED + "podtemplates", template=TEMPLATE),
        one(CORE, NAMESPACED + "replicationcontrollers", spec={"selector": LABELS, "template": TEMPLATE}),
        one(CORE, NAMESPACED + "services", spec={"type": "NodePort", "selector": LABELS, "ports": [{"port": 80}]}),
        one(CORE, NAMESPACED + "endpoints", subsets=ENDPOINTS),
        one(CORE, NAMESPACED + "events", involvedObject={"kind": "Pod", "name": "one", "namespace": "ns"}, reason="Tested"),
        one(CORE, NAMESPACED + "limitranges", spec={"limits": [{"type": "Container", "max": {"cpu": "2"}}]}),
        one(CORE, NAMESPACED + "resourcequotas", spec={"hard": {"pods": "100"}}),
        one(CORE, NAMESPACED + "persistentvolumeclaims", spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": SIZE}}),
        one(CORE, "persistentvolumes", spec=VOLUME),
        one(APPS, NAMESPACED + "deployments", spec=WORKLOAD),
        one(APPS, NAMESPACED + "replicasets", spec=WORKLOAD),
        one(APPS, NAMESPACED + "daemonsets", spec=WORKLOAD),
        one(APPS, NAMESPACED + "statefulsets", spec={**WORKLOAD, "serviceName": "one"}),
        one(APPS, NAMESPACED + "controllerrevisions", revision=1, data={"a": 1}),
        one(BATCH, NAMESPACED + "jobs", spec=JOB),
        one(BATCH, NAMESPACED + "cronjobs", spec={"schedule": "* * * * *", "jobTemplate": {"spec": JOB}}),
        one(
            "/apis/autoscaling/v2",
            NAMESPACED + "horizontalpodautoscalers",
            spec={"scaleTargetRef": SCALED, "maxReplicas": 3, "metrics": [METRIC]},
        ),
        one("/apis/policy/v1", NAMESPACED + "poddisruptionbudgets", spec={"minAvailable": 1, "selector": SELECTOR}),
        one(NETWORKING, "ingressclasses", spec={"controller": "example.com/any"}),
        one(NETWORKING, NAMESPACED + "ingresses", spec={"defaultBackend": BACKEND}),
        one(NETWORKING, NAMESPACED + "networkpolicies", spec={"podSelector": {}}),
        one("/apis/coordination.k8s.io/v1", NAMESPACED + "leases", spec={"holderIdentity": "me"}),
        one(
            "/apis/discovery.k8s.io/v1",
            NAMESPACED + "endpointslices",
            addressType="IPv4",
            endpoints=[{"addresses": ["10.1.2.3"]}],
            ports=[{"port": 80}],
        ),
        one(RBAC, "clusterroles", rules=RULES),
        one(RBAC, NAMESPACED + "roles", rules=RULES),
        one(RBAC, "clusterrolebindings", roleRef=ROLE, subjects=[{"kind": "User", "name": "eve", "apiGroup": ROLE["apiGroup"]}]),
        one(RBAC, NAMESPACED + "rolebindings", roleRef=ROLE, subjects=[{"kind": "ServiceAccount", "name": "default", "namespace": "ns"}]),
        one(STORAGE, "storageclasses", provisioner="example.com/any"),
        one("/apis/scheduling.k8s.io/v1", "priorityclasses", value=5),
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {"metadata": {"name": "widgets.example.com"}, "spec": WIDGETS}),
    ]
)
