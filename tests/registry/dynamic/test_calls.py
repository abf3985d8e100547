"""Webhooks that cannot be asked, and answers that are none: the words of the real server, and what failurePolicy makes of them."""

import base64
import json
from typing import Any

import pytest
import trustme

from mockapi.registry.body import Body
from tests.kinds.pipeline import Api, refusal
from tests.registry.dynamic.support import MUTATING, NAME, VALIDATING, asking, config_map, configuration, rule
from tests.webhooks import Json, Webhook, bundle, slow, webhook

FAILING = f'Internal error occurred: failed calling webhook "{NAME}": '
CALL = f"{FAILING}failed to call webhook: "


def failure_of(api: Api, hook: Webhook, resource: str = VALIDATING, **fields: Any) -> str:
    """The message of the error that a creation ends in."""
    api.create(resource, configuration(asking(hook, **fields)))
    failure = refusal(api.create, "configmaps", config_map())
    assert (failure.code, failure.reason) == (500, "InternalError")
    assert failure.details == {"causes": [{"message": failure.message.removeprefix("Internal error occurred: ")}]}
    return failure.message


def post(hook: Webhook, seconds: int = 10) -> str:
    return f'{CALL}Post "{hook.url}?timeout={seconds}s": '


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((500, b"boom\n"), 'an error on the server ("boom") has prevented the request from succeeding'),
        ((404, b"what?"), "the server could not find the requested resource"),
        ((400, b""), "the server rejected our request for an unknown reason"),
        ((503, b""), "the server is currently unable to handle the request"),
        ((500, b'{"kind": "Status", "status": "Failure", "message": "it says so"}'), "it says so"),
        ((200, b""), "0-length response with status code: 200 and content type: text/plain"),
    ],
)
def test_an_http_error_is_told_as_by_the_client_of_go(api: Api, hook: Webhook, answer: Any, sentence: str) -> None:
    hook.answer = lambda _: answer
    assert failure_of(api, hook) == CALL + sentence


def reviewed(**fields: Any) -> Any:
    return lambda request: (200, json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", **fields}).encode())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda _: (200, b"oops"), "couldn't get version/kind; json parse error: invalid character 'o' looking for beginning of value"),
        (lambda _: (200, b"{"), "couldn't get version/kind; json parse error: unexpected end of JSON input"),
        (reviewed(), "webhook response was absent"),
        (lambda _: {"uid": "other", "allowed": True}, "expected response.uid="),
        (lambda _: {"allowed": True, "patch": "W10="}, "validating webhook may not return response.patch"),
        (lambda _: {"allowed": True, "patchType": "JSONPatch"}, "validating webhook may not return response.patchType"),
    ],
)
def test_an_answer_that_is_none(api: Api, hook: Webhook, answer: Any, sentence: str) -> None:
    hook.answer = answer
    assert failure_of(api, hook).startswith(f"{FAILING}received invalid webhook response: {sentence}")


def test_an_answer_must_name_its_type(api: Api, hook: Webhook) -> None:
    hook.answer = lambda request: (200, json.dumps({"response": {"uid": request["uid"], "allowed": True}}).encode())
    assert failure_of(api, hook).endswith("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=")


def test_the_older_review_needs_no_uid(api: Api, hook: Webhook) -> None:
    hook.answer = lambda _: (200, b'{"response": {"allowed": true}}')
    api.create(VALIDATING, configuration(asking(hook, admissionReviewVersions=["v1beta1"])))
    api.create("configmaps", config_map())


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        ({"patch": base64.b64encode(b"[]").decode()}, "received invalid webhook response: webhook returned response.patch but not "),
        ({"patchType": "JSONPatch"}, "received invalid webhook response: webhook returned response.patchType but not response.patch"),
        (
            {"patch": base64.b64encode(b'[{"op": "remove", "path": "/data"}]').decode(), "patchType": "Merge"},
            'unsupported patch type "Merge"',
        ),
    ],
)
def test_a_patch_must_say_what_it_is(api: Api, hook: Webhook, response: Json, sentence: str) -> None:
    hook.answer = lambda _: {"allowed": True, **response}
    assert failure_of(api, hook, MUTATING).startswith(FAILING + sentence)


def test_a_webhook_that_takes_too_long(api: Api, hook: Webhook) -> None:
    hook.answer = slow(1.5)
    assert failure_of(api, hook, timeoutSeconds=1) == f"{post(hook, 1)}context deadline exceeded"


def test_nobody_listens(api: Api) -> None:
    with webhook() as gone:
        pass
    assert failure_of(api, gone) == f"{post(gone)}dial tcp 127.0.0.1:{gone.port}: connect: connection refused"


def test_no_such_host(api: Api, hook: Webhook) -> None:
    url = "https://nowhere.invalid/admit"
    message = failure_of(api, hook, clientConfig=hook.config(url=url))
    assert message == f'{CALL}Post "{url}?timeout=10s": dial tcp: lookup nowhere.invalid: no such host'


def test_a_server_without_tls(api: Api) -> None:
    with webhook(plain=True) as plain:
        assert failure_of(api, plain) == f"{post(plain)}http: server gave HTTP response to HTTPS client"


def test_a_certificate_of_another_authority(api: Api) -> None:
    with webhook(signed_by=trustme.CA()) as stranger:
        message = failure_of(api, stranger)
    assert message == f"{post(stranger)}tls: failed to verify certificate: x509: certificate signed by unknown authority"


def test_without_a_bundle_the_system_is_trusted(api: Api, hook: Webhook) -> None:
    assert failure_of(api, hook, clientConfig=hook.config(caBundle=None)).endswith("x509: certificate signed by unknown authority")


@pytest.mark.parametrize(
    ("names", "host", "sentence"),
    [
        (
            ("hook.example.com", "other.example.com"),
            "localhost",
            "certificate is valid for hook.example.com, other.example.com, not localhost",
        ),
        (("hook.example.com",), "127.0.0.1", "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"),
        (("10.0.0.1",), "127.0.0.1", "certificate is valid for 10.0.0.1, not 127.0.0.1"),
        (("10.0.0.1",), "localhost", "certificate is not valid for any names, but wanted to match localhost"),
    ],
)
def test_a_certificate_for_another_host(api: Api, names: tuple[str, ...], host: str, sentence: str) -> None:
    with webhook(*names) as other:
        message = failure_of(api, other, clientConfig=other.config(url=f"https://{host}:{other.port}/admit"))
    assert message.endswith(f"tls: failed to verify certificate: x509: {sentence}")


def test_a_bundle_that_is_none(api: Api, hook: Webhook) -> None:
    config = hook.config(caBundle=base64.b64encode(b"no certificate").decode())
    problem = "could not get REST client: unable to load root certificates: unable to parse bytes as PEM block"
    assert failure_of(api, hook, clientConfig=config) == FAILING + problem


@pytest.mark.parametrize(
    ("service", "sentence"),
    [
        (None, 'service "hook" not found'),
        ({"ports": [{"port": 443}]}, "dial tcp {ip}:443: connect: connection refused"),
        ({"ports": [{"port": 80}]}, 'no service port 443 found for service "hook"'),
        ({"ports": [{"port": 443}], "clusterIP": "None"}, 'cannot route to service with ClusterIP "None"'),
    ],
)
def test_services_have_no_network_here(api: Api, hook: Webhook, service: Json | None, sentence: str) -> None:
    ip = api.create("services", {"metadata": {"name": "hook"}, "spec": service})["spec"]["clusterIP"] if service else ""
    config = {"service": {"name": "hook", "namespace": "default", "path": "/check"}, "caBundle": bundle()}
    message = failure_of(api, hook, clientConfig=config)
    assert message == f'{CALL}Post "https://hook.default.svc:443/check?timeout=10s": {sentence.format(ip=ip)}'


def test_a_service_with_an_external_name_is_called_there(api: Api) -> None:
    with webhook("hook.default.svc") as hook:
        api.create("services", {"metadata": {"name": "hook"}, "spec": {"type": "ExternalName", "externalName": "localhost"}})
        config = {"service": {"name": "hook", "namespace": "default", "path": "/check", "port": hook.port}, "caBundle": bundle()}
        api.create(VALIDATING, configuration(asking(hook, clientConfig=config)))
        api.create("configmaps", config_map())
        assert hook.paths == ["/check?timeout=10s"]


@pytest.mark.parametrize("resource", [MUTATING, VALIDATING])
def test_failures_can_be_ignored(api: Api, hook: Webhook, resource: str) -> None:
    hook.answer = lambda _: (500, b"boom")
    api.create(resource, configuration(asking(hook, failurePolicy="Ignore")))
    api.create("configmaps", config_map())
    assert len(hook.asked) == 1


def test_a_refusal_cannot_be_ignored(api: Api, hook: Webhook) -> None:
    hook.answer = lambda _: {"allowed": False}
    api.create(VALIDATING, configuration(asking(hook, failurePolicy="Ignore")))
    assert refusal(api.create, "configmaps", config_map()).code == 400


def test_the_rest_goes_on_while_a_webhook_is_waited_for(api: Api, hook: Webhook) -> None:
    """No transaction is open during a call: the webhook itself may write."""

    def writing(request: Json) -> Json:
        if request["name"] == "outer":
            secrets, body = api.resources.catalogue.by_resource("secrets"), Body({"metadata": {"name": "inner"}})
            api.resources.create(secrets, "default", body, api.resources.request())
        return {"allowed": True}

    hook.answer = writing
    api.create(VALIDATING, configuration(asking(hook, rule("configmaps"))))
    api.create("configmaps", config_map("outer"))
    assert api.get("secrets", "inner")
