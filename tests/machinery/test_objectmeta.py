"""The rules of metadata."""

import pytest

from mockapi.machinery import names
from mockapi.machinery.fielderrors import METADATA
from mockapi.machinery.objectmeta import (
    validate_field_manager,
    validate_kube_finalizer_names,
    validate_object_meta,
    validate_object_meta_update,
)

UID = "11111111-1111-1111-1111-111111111111"
OLD = {"name": "a", "namespace": "ns", "uid": UID, "resourceVersion": "4", "generation": 3, "creationTimestamp": "2030-01-01T00:00:00Z"}


def created(namespaced=True, **meta):
    found = validate_object_meta({"name": "a", "namespace": "ns", **meta}, namespaced=namespaced, name_rule=names.dns1123_subdomain)
    return [str(error) for error in found]


def updated(old=None, **meta):
    before = {**OLD, **(old or {})}
    return [str(error) for error in validate_object_meta_update({**before, **meta}, before)]


def owner(**fields):
    return {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": UID, **fields}


def test_good_metadata():
    assert (
        created(labels={"a": "b"}, annotations={"Upper.example/X": "any thing"}, finalizers=["example.com/f"], ownerReferences=[owner()])
        == []
    )
    assert created(namespaced=False, namespace="") == []


@pytest.mark.parametrize(
    ("meta", "error"),
    [
        ({"name": ""}, "metadata.name: Required value: name or generateName is required"),
        ({"namespace": ""}, "metadata.namespace: Required value"),
        ({"namespace": "a.b"}, 'metadata.namespace: Invalid value: "a.b": must not contain dots'),
        ({"namespaced": False}, "metadata.namespace: Forbidden: not allowed on this type"),
        ({"generation": -1}, "metadata.generation: Invalid value: -1: must be greater than or equal to 0"),
        ({"annotations": {"a": "x" * 262144}}, "metadata.annotations: Too long: may not be more than 262144 bytes"),
        ({"annotations": {"a": "é" * 131072}}, "metadata.annotations: Too long: may not be more than 262144 bytes"),
        (
            {"finalizers": ["orphan", "foregroundDeletion"]},
            'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: '
            "finalizer orphan and foregroundDeletion cannot be both set",
        ),
        (
            {"managedFields": [{"operation": "Create"}]},
            'metadata.managedFields[0].operation: Invalid value: "Create": must be `Apply` or `Update`',
        ),
        (
            {"managedFields": [{"operation": "Apply", "fieldsType": "V0"}]},
            'metadata.managedFields[0].fieldsType: Invalid value: "V0": must be `FieldsV1`',
        ),
    ],
)
def test_what_breaks_a_new_object(meta, error):
    assert created(**meta) == [error]


def test_a_bad_generate_name_is_reported_beside_the_name():
    found = created(generateName="Job_", name="Job_x")
    assert [error.split(":")[0] for error in found] == ["metadata.generateName", "metadata.name"]
    assert created(generateName="job-", name="job-x") == []


def test_labels_are_reported_by_key_and_by_value():
    keys, values = created(labels={"bad key!": "a b"})
    assert keys.startswith('metadata.labels: Invalid value: "bad key!": name part must consist of')
    assert values.startswith('metadata.labels: Invalid value: "a b": a valid label must be')


def test_owner_references_name_the_list():
    assert created(ownerReferences=[{"apiVersion": ""}]) == [
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
        'metadata.ownerReferences.name: Invalid value: "": must not be empty',
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ]
    assert created(ownerReferences=[owner(apiVersion="a/b/c")]) == [
        'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty'
    ]


def test_events_own_nothing():
    assert created(ownerReferences=[owner(kind="Event")]) == [
        f'metadata.ownerReferences: Invalid value: {{"apiVersion":"v1","kind":"Event","name":"owner","uid":"{UID}"}}: '
        "/v1, Kind=Event is disallowed from being an owner"
    ]


def test_there_is_one_controller():
    first, second = owner(controller=True), {"name": "web", "kind": "Deployment", "apiVersion": "apps/v1", "uid": UID, "controller": True}
    (error,) = created(ownerReferences=[first, second])
    assert error.endswith(
        ': Only one reference can have Controller set to true. Found "true" in references for ConfigMap/owner and Deployment/web'
    )
    assert f'{{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"{UID}","controller":true}}]' in error
    assert created(ownerReferences=[first, owner(controller=False)]) == []


def test_finalizers_of_built_in_kinds_are_standard_or_qualified():
    meta = {"finalizers": ["kubernetes", "example.com/f", "plain"]}
    assert [str(error) for error in validate_kube_finalizer_names(meta)] == [
        'metadata.finalizers[2]: Invalid value: "plain": name is neither a standard finalizer name nor is it fully qualified'
    ]


def test_an_update_that_changes_nothing():
    assert updated() == []
    assert updated(generation=4, labels={"new": "label"}, finalizers=["example.com/f"]) == []


@pytest.mark.parametrize(
    ("meta", "error"),
    [
        ({"resourceVersion": ""}, 'metadata.resourceVersion: Invalid value: "": must be specified for an update'),
        ({"generation": 2}, "metadata.generation: Invalid value: 2: must not be decremented"),
        ({"name": "b"}, 'metadata.name: Invalid value: "b": field is immutable'),
        ({"namespace": "other"}, 'metadata.namespace: Invalid value: "other": field is immutable'),
        ({"uid": "u"}, 'metadata.uid: Invalid value: "u": field is immutable'),
        ({"creationTimestamp": None}, "metadata.creationTimestamp: Invalid value: null: field is immutable"),
        (
            {"deletionTimestamp": "2030-01-01T00:00:00Z"},
            'metadata.deletionTimestamp: Invalid value: "2030-01-01T00:00:00Z": field is immutable',
        ),
        ({"deletionGracePeriodSeconds": 4}, "metadata.deletionGracePeriodSeconds: Invalid value: 4: field is immutable"),
    ],
)
def test_what_breaks_an_update(meta, error):
    assert updated(**meta) == [error]


def test_an_object_that_is_being_deleted_gets_no_more_finalizers():
    dying = {"deletionTimestamp": "2030-01-01T00:00:00Z", "finalizers": ["example.com/one"]}
    assert updated(dying, finalizers=[]) == []
    assert updated(dying, finalizers=["example.com/one", "example.com/z", "example.com/late"]) == [
        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
        'found new finalizers []string{"example.com/late", "example.com/z"}'
    ]


def test_names_of_field_managers_are_printable_and_short():
    assert list(validate_field_manager("kubectl", METADATA)) == []
    assert [error.message for error in validate_field_manager("a" * 129, METADATA)] == ["Too long: may not be more than 128 bytes"]
    (error,) = validate_field_manager("é\x00", METADATA)
    assert error.message.endswith("invalid character U+0000 (at position 2)")
