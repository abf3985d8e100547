import copy

import pytest

from mockapi.registry.schema.decode import DecodeError, Decoder
from mockapi.registry.schema.definitions import Definitions

DEFINITIONS = Definitions.for_minor()
KINDS = {
    "Service": ("", "v1"),
    "Pod": ("", "v1"),
    "ConfigMap": ("", "v1"),
    "Secret": ("", "v1"),
    "PersistentVolume": ("", "v1"),
    "LimitRange": ("", "v1"),
    "Event": ("", "v1"),
    "Deployment": ("apps", "v1"),
    "Ingress": ("networking.k8s.io", "v1"),
    "NetworkPolicy": ("networking.k8s.io", "v1"),
    "EndpointSlice": ("discovery.k8s.io", "v1"),
    "Lease": ("coordination.k8s.io", "v1"),
    "CustomResourceDefinition": ("apiextensions.k8s.io", "v1"),
}


def decoder(kind):
    name = DEFINITIONS.name_of(*KINDS[kind], kind)
    assert name is not None
    return Decoder(DEFINITIONS, name)


def decode(kind, value):
    return decoder(kind).decode(value)


def pod(**spec):
    return {"spec": {"containers": [{"name": "a", **spec}]}}


WRONG = [
    ("Service", {"spec": {"ports": [{"port": "x"}]}}, "string into Go struct field ServicePort.spec.ports.port of type int32"),
    ("Service", {"spec": {"ports": [{"port": 80.5}]}}, "number 80.5 into Go struct field ServicePort.spec.ports.port of type int32"),
    ("Service", {"spec": {"ports": [{"port": 2**31}]}}, "number 2147483648 into Go struct field ServicePort.spec.ports.port of type int32"),
    (
        "Service",
        {"spec": {"ports": [{"targetPort": 80.5}]}},
        "number 80.5 into Go struct field ServicePort.spec.ports.targetPort of type int32",
    ),
    ("Service", {"spec": {"ports": {}}}, "object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort"),
    ("Service", {"spec": {"ports": [1]}}, "number into Go struct field ServiceSpec.spec.ports of type v1.ServicePort"),
    ("Service", {"spec": {"selector": "a"}}, "string into Go struct field ServiceSpec.spec.selector of type map[string]string"),
    ("Service", {"spec": {"selector": {"a": {}}}}, "object into Go struct field ServiceSpec.spec.selector of type string"),
    ("Service", {"spec": "x"}, "string into Go struct field Service.spec of type v1.ServiceSpec"),
    ("Service", {"spec": {"type": 1}}, "number into Go struct field ServiceSpec.spec.type of type v1.ServiceType"),
    ("Service", {"metadata": {"labels": {"a": 1}}}, "number into Go struct field ObjectMeta.metadata.labels of type string"),
    ("Service", {"metadata": {"creationTimestamp": 1}}, "number into Go struct field ObjectMeta.metadata.creationTimestamp of type string"),
    ("Service", {"kind": 1}, "number into Go struct field Service.TypeMeta.kind of type string"),
    ("Service", [], "array into Go value of type v1.Service"),
    ("Pod", pod(env=[{"name": "a", "value": 1}]), "number into Go struct field EnvVar.spec.containers.env.value of type string"),
    ("Pod", pod(stdin="yes"), "string into Go struct field Container.spec.containers.stdin of type bool"),
    (
        "Pod",
        pod(resources={"limits": []}),
        "array into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList",
    ),
    (
        "Pod",
        {"spec": {"volumes": [{"name": "a", "emptyDir": True}]}},
        "bool into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource",
    ),
    (
        "Ingress",
        {"spec": {"rules": [{"http": {"paths": {}}}]}},
        "object into Go struct field HTTPIngressRuleValue.spec.rules.IngressRuleValue.http.paths of type []v1.HTTPIngressPath",
    ),
    (
        "NetworkPolicy",
        {"spec": {"policyTypes": "Ingress"}},
        "string into Go struct field NetworkPolicySpec.spec.policyTypes of type []v1.PolicyType",
    ),
]


@pytest.mark.parametrize(("kind", "value", "text"), WRONG)
def test_wrong_types_are_told_as_go_tells_them(kind, value, text):
    with pytest.raises(DecodeError) as caught:
        decode(kind, value)
    assert str(caught.value) == f"json: cannot unmarshal {text}"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("Secret", {"data": {"a": "not base64"}}, "illegal base64 data at input byte 3"),
        ("Pod", pod(resources={"limits": {"cpu": "one"}}), "quantities must match the regular expression"),
        ("Pod", pod(resources={"limits": {"cpu": {}}}), "quantities must match the regular expression"),
        ("Service", {"metadata": {"creationTimestamp": "yesterday"}}, 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"'),
        ("Lease", {"spec": {"renewTime": "2026-01-02T03:04:05Z"}}, 'cannot parse "Z" as ".000000"'),
    ],
)
def test_wrong_texts_are_told_as_go_tells_them(kind, value, text):
    with pytest.raises(DecodeError) as caught:
        decode(kind, value)
    assert text in str(caught.value)


def test_the_first_wrong_type_wins_but_a_type_that_decodes_itself_ends_it():
    with pytest.raises(DecodeError, match="ServiceType"):
        decode("Service", {"spec": {"type": 1, "ports": 2}})
    with pytest.raises(DecodeError, match="parsing time"):
        decode("Service", {"spec": {"type": 1}, "metadata": {"creationTimestamp": "now"}})


def test_unknown_fields_are_dropped_and_reported_in_the_order_of_the_document():
    value = {"metadata": {"lables": {}}, "spec": {"tpye": 1, "ports": [{"port": 80}, {"port": 81, "prot": "x"}]}, "extra": None}
    decoded = decode("Service", value)
    assert decoded.unknown == [
        'unknown field "metadata.lables"',
        'unknown field "spec.tpye"',
        'unknown field "spec.ports[1].prot"',
        'unknown field "extra"',
    ]
    assert decoded.object["spec"] == {"ports": [{"port": 80}, {"port": 81}]}


def test_field_names_are_case_sensitive():
    assert decode("Pod", {"spec": {"Containers": []}}).unknown == ['unknown field "spec.Containers"']


def test_paths_of_unknown_fields_run_through_maps():
    crd = {"spec": {"versions": [{"schema": {"openAPIV3Schema": {"properties": {"spec": {"tpye": "object"}}}}}]}}
    assert decode("CustomResourceDefinition", crd).unknown == [
        'unknown field "spec.versions[0].schema.openAPIV3Schema.properties.spec.tpye"'
    ]


def test_the_value_is_left_alone():
    value = {"spec": {"ports": [{"port": 80, "x": 1}], "selector": {"a": None}}}
    before = copy.deepcopy(value)
    decoded = decode("Service", value)
    decoded.object["spec"]["ports"].append({})
    assert value == before


def test_struct_values_are_written_when_empty():
    assert decode("Service", {}).object == {"metadata": {}, "spec": {}, "status": {"loadBalancer": {}}}
    assert decode("Deployment", {}).object["spec"] == {
        "selector": None,
        "strategy": {},
        "template": {"metadata": {}, "spec": {"containers": None}},
    }
    assert decode("Pod", {"spec": {"containers": [{}]}}).object["spec"] == {"containers": [{"name": "", "resources": {}}]}


def test_empty_values_are_dropped_and_explicit_zeros_of_pointers_kept():
    assert decode("Pod", {"spec": {"hostNetwork": False, "nodeName": "", "priority": 0, "hostUsers": False, "tolerations": []}}).object[
        "spec"
    ] == {
        "containers": None,
        "priority": 0,
        "hostUsers": False,
    }
    assert decode("Pod", {"spec": {"securityContext": {}, "dnsConfig": None}}).object["spec"] == {"containers": None, "securityContext": {}}


def test_null_means_unset():
    decoded = decode("ConfigMap", {"data": {"a": None}, "immutable": None, "metadata": None, "binaryData": None})
    assert decoded.object == {"metadata": {}, "data": {"a": ""}}


def test_lists_and_times_that_lack_omitempty_are_null():
    assert decode("EndpointSlice", {"endpoints": []}).object == {"metadata": {}, "addressType": "", "endpoints": None, "ports": None}
    assert decode("LimitRange", {"spec": {"limits": []}}).object["spec"] == {"limits": None}
    event = decode("Event", {}).object
    assert [event[field] for field in ("firstTimestamp", "lastTimestamp", "eventTime", "reportingComponent")] == [None, None, None, ""]
    assert "creationTimestamp" not in event["metadata"]


def test_quantities_and_times_come_out_canonical():
    limits = {"cpu": "0.1", "memory": "1024Mi", "pods": 3}
    value = {"metadata": {"creationTimestamp": "2026-01-02T03:04:05.6+01:00"}, **pod(resources={"limits": limits})}
    decoded = decode("Pod", value).object
    assert decoded["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "100m", "memory": "1Gi", "pods": "3"}}
    assert decoded["metadata"]["creationTimestamp"] == "2026-01-02T02:04:05Z"


def test_an_unset_divisor_is_zero():
    env = [{"name": "a", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]
    decoded = decode("Pod", pod(env=env)).object
    assert decoded["spec"]["containers"][0]["env"][0]["valueFrom"]["resourceFieldRef"] == {"resource": "limits.cpu", "divisor": "0"}


def test_base64_loses_its_line_breaks():
    assert decode("Secret", {"data": {"a": "YW\nI=", "b": ""}}).object["data"] == {"a": "YWI=", "b": ""}


def test_parts_of_a_schema_may_be_schemas_or_booleans():
    schema = {"additionalProperties": {"type": "string", "odd": 1}, "items": [{"type": "string"}], "default": {"a": [None]}}
    decoded = decode("CustomResourceDefinition", {"spec": {"versions": [{"schema": {"openAPIV3Schema": schema}}]}})
    assert decoded.unknown == []
    assert decoded.object["spec"]["versions"][0]["schema"]["openAPIV3Schema"] == {
        "additionalProperties": {"type": "string"},
        "items": [{"type": "string"}],
        "default": {"a": [None]},
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"spec": {"replicas": "four"}}, "unrecognized type: int32"),
        ({"spec": {"replicas": 1.5}}, "cannot convert float64 to int32"),
        ({"spec": 3}, "cannot restore struct from: int64"),
        ({"spec": {"template": {"spec": {"containers": {}}}}}, "cannot restore slice from map"),
        ({"metadata": {"labels": "x"}}, "cannot restore map from string"),
        ({"metadata": {"labels": {"a": 1}}}, "cannot convert int64 to string"),
        ({"metadata": {"name": True}}, "unrecognized type: string"),
    ],
)
def test_conversion_after_a_strategic_merge_has_words_of_its_own(value, text):
    with pytest.raises(DecodeError) as caught:
        decoder("Deployment").convert(value)
    assert str(caught.value) == text


def test_conversion_sorts_unknown_fields():
    assert decoder("Deployment").convert({"b": 1, "a": 1}).unknown == ['unknown field "a"', 'unknown field "b"']


def test_an_unknown_definition_is_refused():
    with pytest.raises(KeyError):
        Decoder(DEFINITIONS, "io.k8s.api.core.v1.Nothing")


@pytest.mark.parametrize("minor", ["1.34", "1.35", "1.36"])
def test_every_kind_compiles_and_an_empty_object_is_a_fixed_point(minor):
    definitions = Definitions.for_minor(minor)
    for name in definitions:
        if "x-kubernetes-group-version-kind" in definitions[name]:
            empty = Decoder(definitions, name).decode({}).object
            assert Decoder(definitions, name).decode(empty).object == empty
