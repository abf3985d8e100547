import pytest

from mockapi.registry.schema.definitions import Definitions, go_type, struct_name

SERVICE = "io.k8s.api.core.v1.Service"


def test_one_instance_for_each_minor():
    assert Definitions.for_minor("1.36") is Definitions.for_minor("1.36")
    assert Definitions.for_minor("1.36") is not Definitions.for_minor("1.35")


def test_an_unknown_minor_is_refused():
    with pytest.raises(LookupError, match=r"1\.2"):
        Definitions.for_minor("1.2")


def test_finds_the_definition_of_a_kind():
    definitions = Definitions.for_minor()
    assert definitions.name_of("", "v1", "Service") == SERVICE
    assert definitions.name_of("apps", "v1", "Deployment") == "io.k8s.api.apps.v1.Deployment"
    assert definitions.name_of("apps", "v1beta9", "Deployment") is None


def test_go_names():
    assert struct_name(SERVICE) == "Service"
    assert go_type(SERVICE) == "v1.Service"
    assert go_type("io.k8s.apimachinery.pkg.runtime.RawExtension") == "runtime.RawExtension"


def test_required_fields():
    assert Definitions.for_minor().required("io.k8s.api.core.v1.ServicePort") == {"port"}
