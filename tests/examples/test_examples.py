"""The examples are true: each is run, as its first line says."""

import subprocess
import sys

from tests.architecture.source import ROOT
from tests.contract.servers import serving


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_example_suite_passes() -> None:
    result = run("-m", "pytest", "-q", "examples/test_the_api.py")
    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout


def test_the_example_policy_is_fine_and_allows_what_its_first_line_asks() -> None:
    arguments = ["--origin", "https://app.example.com", "-X", "PUT", "-H", "content-type: application/json"]
    result = run("-m", "crossorigin", "policy", "examples/policy.toml", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr


def test_fastapi_has_policies_for_single_routes() -> None:
    from crossorigin.testing import Browser
    from examples.fastapi_app import app

    with Browser({"https://api.example.com": app}) as browser:
        ours, partner = browser.page("https://app.example.com"), browser.page("https://partner.example")
        written = ours.fetch(
            "https://api.example.com/items/7", method="PUT", json={"name": "tea"}, credentials="include"
        )
        assert written.json() == {"item": 7, "values": {"name": "tea"}}
        assert partner.fetch("https://api.example.com/rates").json() == {"EUR": 1.0, "USD": 1.1}
        assert partner.fetch("https://api.example.com/reports/today").json() == {"sold": 7}
        assert ours.attempt("https://api.example.com/reports/today").reason == "acao-mismatch"
        assert partner.attempt("https://api.example.com/items/7").reason == "acao-missing"
        assert ours.fetch("https://api.example.com/items/seven").status == 422


def test_flask_keeps_its_three_parts_apart() -> None:
    from crossorigin.testing import Browser
    from examples.flask_app import app

    with Browser({"https://api.example.com": app}) as browser:
        stranger = browser.page("https://anywhere.example")
        ours = browser.page("https://app.example.com")
        assert stranger.fetch("https://api.example.com/public/rates").json() == {"EUR": 1.0, "USD": 1.1}
        session = "https://api.example.com/api/sessions/7"
        assert ours.fetch(session, method="DELETE", credentials="include").status == 204
        assert stranger.attempt(session, method="DELETE").reason == "preflight.acao-mismatch"
        assert not stranger.attempt(session, method="DELETE").sent
        assert ours.attempt("https://api.example.com/login").reason == "acao-missing"


def test_quart_writes_for_its_page_and_guards_its_websocket() -> None:
    from crossorigin.testing import Browser
    from examples.quart_app import app
    from tests.middleware.test_quart import handshake

    assert handshake(app, "/prices", b"https://app.example.com")[:2] == ["websocket.accept", "websocket.send"]
    assert handshake(app, "/prices", b"https://anywhere.example") == ["websocket.close"]
    with Browser({"https://api.example.com": app}) as browser:
        ours = browser.page("https://app.example.com")
        stranger = browser.page("https://anywhere.example")
        item = "https://api.example.com/items/7"
        assert ours.fetch(item, method="PUT").json() == {"written": 7}
        assert stranger.attempt(item, method="PUT").reason == "preflight.acao-mismatch"
        assert stranger.fetch("https://api.example.com/rates").json() == {"EUR": 1.0, "USD": 1.1}


def test_bottle_and_pyramid_keep_their_parts_apart() -> None:
    from crossorigin.testing import Browser
    from examples import bottle_app, pyramid_app

    for app in (bottle_app.app, pyramid_app.main()):
        with Browser({"https://api.example.com": app}) as browser:
            ours = browser.page("https://app.example.com")
            stranger = browser.page("https://anywhere.example")
            item = "https://api.example.com/items/7"
            assert ours.fetch(item, method="PUT").json() == {"written": 7}
            assert stranger.attempt(item, method="PUT").reason == "preflight.acao-mismatch"
            assert stranger.fetch("https://api.example.com/public/rates").json() == {"EUR": 1.0, "USD": 1.1}
            assert ours.fetch("https://api.example.com/nowhere").status == 404


def test_the_allow_list_by_function_refuses_a_stranger() -> None:
    from crossorigin.testing import Browser
    from examples.allow_list_from_a_database import app

    with Browser({"https://api.example.com": app}) as browser:
        assert browser.page("https://partner.example").fetch("https://api.example.com/").text() == "prices"
        verdict = browser.page("https://stranger.example").attempt("https://api.example.com/")
        assert verdict.reason == "acao-missing"
        assert verdict.exchanges[0].answer.status == 403


def test_litestar_keeps_its_public_route_apart() -> None:
    from crossorigin.testing import Browser
    from examples.litestar_app import app

    with Browser({"https://api.example.com": app}) as browser:
        stranger, ours = browser.page("https://anywhere.example"), browser.page("https://app.example.com")
        assert stranger.fetch("https://api.example.com/rates").json() == {"EUR": 1.0, "USD": 1.1}
        session = "https://api.example.com/api/sessions/7"
        assert ours.fetch(session, method="DELETE", credentials="include").status == 204
        assert stranger.attempt(session, method="DELETE").reason == "preflight.acao-mismatch"


def test_falcon_keeps_its_public_resource_apart() -> None:
    from crossorigin.testing import Browser
    from examples.falcon_app import app

    with Browser({"https://api.example.com": app}) as browser:
        stranger, ours = browser.page("https://anywhere.example"), browser.page("https://app.example.com")
        assert stranger.fetch("https://api.example.com/rates").json() == {"EUR": 1.0, "USD": 1.1}
        session = "https://api.example.com/api/sessions/7"
        assert ours.fetch(session, method="DELETE", credentials="include").status == 204
        assert stranger.attempt(session, method="DELETE").reason == "preflight.acao-mismatch"


def test_django_keeps_its_public_view_apart() -> None:
    """On a server of its own: Django is configured once a process."""
    from crossorigin.testing import Browser

    with serving("waitress", "examples.django_app:app") as port, Browser(network=True) as browser:
        stranger, ours = browser.page("https://anywhere.example"), browser.page("https://app.example.com")
        api = f"http://127.0.0.1:{port}"
        assert stranger.fetch(f"{api}/rates").json() == {"EUR": 1.0, "USD": 1.1}
        session = f"{api}/api/sessions/7"
        assert ours.fetch(session, method="DELETE", credentials="include").status == 204
        assert stranger.attempt(session, method="DELETE").reason == "preflight.acao-mismatch"
    assert "no issues" in run("-m", "examples.django_app", "check").stdout
