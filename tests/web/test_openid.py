"""What others need to check tokens on their own."""


def test_the_configuration_leads_to_the_keys(client):
    found = client.get("/.well-known/openid-configuration").get_json()
    assert found["issuer"] == "https://kubernetes.default.svc"
    assert found["jwks_uri"].endswith("/openid/v1/jwks")
    answer = client.get("/openid/v1/jwks")
    assert answer.content_type == "application/jwk-set+json"
    (key,) = answer.get_json(force=True)["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert client.get("/openid/v1/jwks").data == answer.data


def test_there_is_nothing_else(client):
    assert client.get("/openid/v1/other").status_code == 404
    assert client.post("/openid/v1/jwks").status_code == 405
