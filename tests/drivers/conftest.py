"""A certificate authority for one run, and a short grace for apps that hang."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from crossorigin.drivers import _app_task, _asgi, _loop_thread, _wsgi


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def cacert(ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def server_tls(ca: trustme.CA) -> ssl.SSLContext:
    """What a server at 127.0.0.1, ::1 and api.example.com speaks; HTTP/2 is offered by the test that wants it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "::1", "api.example.com", "api.localhost").configure_cert(context)
    return context


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An app that hangs is left soon, and every thread of ours ends with its test."""
    for module in (_app_task, _asgi, _loop_thread, _wsgi):
        monkeypatch.setattr(module, "GRACE", 0.05)
    monkeypatch.setattr(_loop_thread, "_LEAST", 0.05)
    before = threading.enumerate()
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("crossorigin") and thread not in before:
            thread.join(60)
            assert not thread.is_alive()
