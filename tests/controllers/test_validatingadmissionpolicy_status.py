"""Policies are type-checked: their status says what was found, and of which generation."""

import pytest

from mockapi.controllers.validatingadmissionpolicy_status import ValidatingAdmissionPolicyStatus
from mockapi.machinery.meta import Object
from tests.world import World

POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"


def checked(world: World, *expressions: str, resources: tuple[str, ...] = ("deployments",), group: str = "apps", **spec: object) -> Object:
    """The status that a policy gets."""
    world.run(ValidatingAdmissionPolicyStatus)
    rule = {"operations": ["CREATE"], "apiGroups": [group], "apiVersions": ["v1"], "resources": list(resources)}
    validations = [{"expression": expression} for expression in expressions]
    policy = {"metadata": {"name": "limits"}, "spec": {"matchConstraints": {"resourceRules": [rule]}, "validations": validations, **spec}}
    world.client.create(POLICIES, policy)
    world.settle()
    status: Object = world.client.get(POLICIES, "", "limits")["status"]  # type: ignore[index]
    return status


@pytest.mark.parametrize(
    "expression",
    [
        "object.spec.replicas <= 5",
        "oldObject == null || object.metadata.labels == oldObject.metadata.labels",
        "object.spec.template.spec.containers.all(c, c.image.startsWith('registry/') && !has(c.securityContext.privileged))",
        "object.metadata.creationTimestamp < timestamp('2200-01-01T00:00:00Z')",
        "object.spec.strategy.rollingUpdate.maxSurge == '25%'",
    ],
)
def test_nothing_to_warn_of(world: World, expression: str) -> None:
    assert checked(world, expression) == {"observedGeneration": 1, "typeChecking": {}}


def test_a_field_that_is_not_there(world: World) -> None:
    status = checked(world, "true", "object.foo > 1")
    (warning,) = status["typeChecking"]["expressionWarnings"]
    assert warning["fieldRef"] == "spec.validations[1].expression"
    assert warning["warning"] == "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'foo'\n | object.foo > 1\n | ......^\n"


def test_each_kind_is_checked(world: World) -> None:
    status = checked(world, "object.spec.replicas > 1", resources=("replicasets", "deployments", "daemonsets", "deployments/scale"))
    (warning,) = status["typeChecking"]["expressionWarnings"]
    assert warning["warning"].startswith("apps/v1, Kind=DaemonSet: ERROR: <input>:1:12: undefined field 'replicas'")


def test_wildcards_and_what_is_not_served_are_not_checked(world: World) -> None:
    assert checked(world, "object.foo > 1", group="*")["typeChecking"] == {}
    world.client.delete(POLICIES, "", "limits")
    assert checked(world, "object.foo > 1", resources=("gadgets",))["typeChecking"] == {}


def test_variables_have_types(world: World) -> None:
    status = checked(world, "variables.count > 'a'", variables=[{"name": "count", "expression": "object.spec.replicas"}])
    (warning,) = status["typeChecking"]["expressionWarnings"]
    assert "found no matching overload for '_>_' applied to '(int, string)'" in warning["warning"]


def test_a_new_generation_is_checked_anew(world: World) -> None:
    checked(world, "object.foo > 1")
    world.client.patch(POLICIES, "", "limits", {"spec": {"validations": [{"expression": "object.spec.replicas > 1"}]}})
    world.settle()
    policy = world.client.get(POLICIES, "", "limits")
    assert policy is not None
    assert policy["status"] == {"observedGeneration": 2, "typeChecking": {}}
