"""Secrets that hold tokens, and tokens that are asked for: who they are for, and when they cease to hold."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import jwt
import pytest

from mockapi.controllers.token_secrets import TokenSecrets
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object
from mockapi.registry.body import Body
from mockapi.registry.tokens.issuing import ISSUER
from mockapi.registry.tokens.key import key_set, signing_key
from mockapi.storage.database import Database
from tests.world import NAMESPACE, World

NAME, UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"


@pytest.fixture
def cluster(world: World) -> World:
    world.create("serviceaccounts", {"metadata": {"name": "robot"}})
    world.run(TokenSecrets)
    return world


def token_secret(world: World, name: str = "s", account: str = "robot") -> None:
    meta = {"name": name, "annotations": {NAME: account}}
    world.create("secrets", {"metadata": meta, "type": "kubernetes.io/service-account-token"})
    world.settle()


def asked(world: World, account: str = "robot", **spec: Any) -> Object:
    return world.client.act("serviceaccounts", Key(NAMESPACE, account), "token", {"spec": spec})


def review(world: World, token: str, *audiences: str) -> Object:
    kind = world.resources.catalogue.by_path("authentication.k8s.io", "v1", "tokenreviews")
    assert kind is not None
    body = world.resources.decoded(kind, Body({"spec": {"token": token, "audiences": list(audiences)}}), world.resources.request())
    status: Object = world.resources.act(kind, Key("", ""), "create", body, world.resources.request())["status"]
    return status


def decoded(token: str) -> Object:
    return jwt.decode(token, options={"verify_signature": False})


def refusal(world: World, **spec: Any) -> tuple[int, str]:
    with pytest.raises(StatusError) as caught:
        asked(world, **spec)
    return caught.value.code, caught.value.message


class TestSecrets:
    def test_are_filled(self, cluster: World) -> None:
        token_secret(cluster)
        secret, account = cluster.get("secrets", "s"), cluster.get("serviceaccounts", "robot")
        assert secret is not None
        assert account is not None
        assert secret["metadata"]["annotations"] == {NAME: "robot", UID: account["metadata"]["uid"]}
        assert base64.b64decode(secret["data"]["namespace"]).decode() == NAMESPACE
        token = base64.b64decode(secret["data"]["token"]).decode()
        assert review(cluster, token)["user"]["username"] == f"system:serviceaccount:{NAMESPACE}:robot"
        cluster.delete("secrets", "s")
        assert review(cluster, token)["error"] == "[invalid bearer token, service account token has been invalidated]"

    def test_go_when_there_is_no_such_account(self, cluster: World) -> None:
        token_secret(cluster, account="ghost")
        assert cluster.get("secrets", "s") is None

    def test_go_with_the_account(self, cluster: World) -> None:
        token_secret(cluster)
        cluster.delete("serviceaccounts", "robot")
        cluster.create("serviceaccounts", {"metadata": {"name": "robot"}})
        cluster.settle()
        assert cluster.get("secrets", "s") is None

    def test_get_back_what_was_taken_from_them(self, cluster: World) -> None:
        token_secret(cluster)
        cluster.patch("secrets", "s", {"data": None})
        cluster.settle()
        assert set((cluster.get("secrets", "s") or {})["data"]) == {"namespace", "token"}


class TestRequests:
    def test_say_for_whom_and_how_long(self, cluster: World) -> None:
        answer = asked(cluster, audiences=["vault"], expirationSeconds=1200)
        claims = decoded(answer["status"]["token"])
        assert (claims["aud"], claims["exp"] - claims["iat"], claims["iss"]) == (["vault"], 1200, ISSUER)
        assert claims["kubernetes.io"]["serviceaccount"]["name"] == "robot"
        assert answer["metadata"]["name"] == "robot"
        assert answer["spec"] == {"audiences": ["vault"], "expirationSeconds": 1200, "boundObjectRef": None}

    def test_have_defaults(self, cluster: World) -> None:
        assert asked(cluster)["spec"] == {"audiences": [ISSUER], "expirationSeconds": 3600, "boundObjectRef": None}

    def test_are_refused_with_the_servers_sentences(self, cluster: World) -> None:
        cluster.pod("other")
        assert refusal(cluster, expirationSeconds=60)[0] == 422
        assert refusal(cluster, expirationSeconds=2**33)[1].endswith("may not specify a duration larger than 2^32 seconds")
        assert refusal(cluster, account="ghost") == (404, 'serviceaccounts "ghost" not found')
        assert refusal(cluster, boundObjectRef={"apiVersion": "v1", "kind": "Pod", "name": "none"}) == (404, 'pods "none" not found')
        assert refusal(cluster, boundObjectRef={"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}) == (
            400,
            "cannot bind token to object of type apps/v1, Kind=Deployment",
        )
        pod = {"apiVersion": "v1", "kind": "Pod", "name": "other"}
        assert "different serviceaccount name" in refusal(cluster, boundObjectRef=pod)[1]

    def test_of_a_pod_end_with_it(self, cluster: World) -> None:
        cluster.node("node-1")
        pod = cluster.pod("p", serviceAccountName="robot")
        reference = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": pod["metadata"]["uid"]}
        token = asked(cluster, boundObjectRef=reference, expirationSeconds=3607)["status"]["token"]
        claims = decoded(token)
        private = claims["kubernetes.io"]
        assert (private["pod"]["name"], private["node"]["name"]) == ("p", "node-1")
        assert claims["exp"] - claims["iat"] == 365 * 24 * 3600
        assert private["warnafter"] - claims["iat"] == 3607
        assert review(cluster, token)["user"]["extra"]["authentication.kubernetes.io/pod-name"] == ["p"]
        assert refusal(cluster, boundObjectRef={**reference, "uid": "another"})[0] == 409
        cluster.delete("pods", "p")
        assert review(cluster, token)["error"] == "[invalid bearer token, service account token has been invalidated]"


class TestReviews:
    def test_tell_whose_token_it_is(self, cluster: World) -> None:
        status = review(cluster, asked(cluster, audiences=["vault", "wallet"])["status"]["token"], "wallet", "other")
        assert (status["authenticated"], status["audiences"]) == (True, ["wallet"])
        assert status["user"]["groups"] == ["system:serviceaccounts", f"system:serviceaccounts:{NAMESPACE}", "system:authenticated"]

    def test_refuse_other_audiences(self, cluster: World) -> None:
        token = asked(cluster, audiences=["vault", "wallet"])["status"]["token"]
        sentence = f'token audiences ["vault" "wallet"] is invalid for the target audiences ["{ISSUER}"]'
        assert review(cluster, token) == {"user": {}, "error": f"[invalid bearer token, {sentence}]"}

    def test_refuse_what_is_old_or_forged_or_no_token(self, cluster: World) -> None:
        token = asked(cluster)["status"]["token"]
        forged = jwt.encode({**decoded(token), "sub": "somebody"}, "secret" * 8, "HS256")
        assert "error" in review(cluster, forged)
        assert review(cluster, "nonsense") == {"user": {}, "error": "invalid bearer token"}
        cluster.clock.advance(3600)
        assert review(cluster, token)["error"] == "[invalid bearer token, service account token has expired]"

    def test_refuse_those_of_an_account_that_is_gone(self, cluster: World) -> None:
        token = asked(cluster)["status"]["token"]
        cluster.delete("serviceaccounts", "robot")
        assert review(cluster, token)["error"] == '[invalid bearer token, serviceaccounts "robot" not found]'


def test_the_key_is_one_for_all_and_stays(cluster: World, tmp_path: Path) -> None:
    token = asked(cluster)["status"]["token"]
    other = Database(f"sqlite:///{tmp_path}/test.db")  # the same, as another process has it
    try:
        assert signing_key(other) is signing_key(cluster.database)
        keys = jwt.PyJWKSet.from_dict(key_set(other))
        key = keys[jwt.get_unverified_header(token)["kid"]].key
        assert jwt.decode(token, key, ["RS256"], audience=ISSUER, options={"verify_exp": False})["iss"] == ISSUER
    finally:
        other.close()
