from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.fields import patch_meta

DEPLOYMENT = patch_meta(Definitions.for_minor(), "io.k8s.api.apps.v1.Deployment")
POD = DEPLOYMENT.child("spec").child("template").child("spec")


def test_lists_that_merge_name_their_key():
    containers = POD.child("containers")
    assert (containers.is_list, containers.is_map) == (True, False)
    assert (containers.strategies, containers.merge_key) == (("merge",), "name")


def test_strategies_may_be_several():
    assert POD.child("volumes").strategies == ("merge", "retainKeys")
    assert DEPLOYMENT.child("spec").child("strategy").strategies == ("retainKeys",)


def test_items_lead_on():
    ports = POD.child("containers").item().child("ports")
    assert (ports.strategies, ports.merge_key) == (("merge",), "containerPort")


def test_lists_without_a_strategy():
    tolerations = POD.child("tolerations")
    assert (tolerations.is_list, tolerations.strategies, tolerations.merge_key) == (True, (), None)


def test_maps_have_free_keys():
    labels = DEPLOYMENT.child("metadata").child("labels")
    assert (labels.is_list, labels.is_map) == (False, True)
    assert not labels.child("any").is_map
    assert not DEPLOYMENT.child("spec").is_map


def test_unknown_fields_have_no_strategies():
    unknown = DEPLOYMENT.child("nothing").child("below")
    assert (unknown.strategies, unknown.merge_key, unknown.is_list, unknown.is_map) == ((), None, False, False)
