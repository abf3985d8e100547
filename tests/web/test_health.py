"""Health endpoints."""

import pytest

from mockapi.web.app import create_app


@pytest.fixture
def client(client):
    """A client of a server whose control plane has made what every cluster has."""
    client.post("/api/v1/namespaces", json={"metadata": {"name": "default"}})
    client.post("/api/v1/namespaces/default/services", json={"metadata": {"name": "kubernetes"}})
    client.post("/api/v1/namespaces/default/serviceaccounts", json={"metadata": {"name": "default"}})
    return client


def test_a_server_without_the_first_objects_is_not_ready(resources):
    answer = create_app(resources, stopped=lambda: False).test_client().get("/readyz")
    assert (answer.status_code, "[-]poststarthook/bootstrap-controller failed" in answer.text) == (500, True)


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz", "/readyz/ping", "/livez/etcd"])
def test_a_healthy_server_says_ok(client, path):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.text, answer.content_type) == (200, "ok", "text/plain; charset=utf-8")


def test_verbose_lists_the_checks(client):
    assert client.get("/readyz?verbose").text == (
        "[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]poststarthook/bootstrap-controller ok\n[+]shutdown ok\nreadyz check passed\n"
    )
    assert client.get("/livez?verbose&exclude=etcd&exclude=x").text == (
        '[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "x"\nlivez check passed\n'
    )


def test_a_stopping_server_is_alive_but_not_ready(client, stop):
    stop.set()
    assert client.get("/livez").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, "[-]shutdown failed: reason withheld\n" in answer.text) == (500, True)
    assert client.get("/readyz?exclude=shutdown").status_code == 200


def test_a_database_that_fails_fails_the_check(client, resources, monkeypatch):
    def fail():
        raise OSError("disk")

    monkeypatch.setattr(resources.database.cache, "catch_up", fail)
    # The check is taken from the cache when the application is made.
    answer = create_app(resources, stopped=lambda: False).test_client().get("/livez/etcd")
    assert (answer.status_code, "disk" in answer.text) == (500, False)
