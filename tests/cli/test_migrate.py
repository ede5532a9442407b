"""`crossorigin migrate`: code on stdout that runs, notes on stderr, exit codes."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from crossorigin import Policy
from crossorigin.cli._main import run

APP = """
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
print("what an app prints is no code")
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_methods=["*"])
wide = FastAPI()
wide.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
bare = FastAPI()
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("migrated_app", "migrated_settings"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "migrated_app.py").write_text(APP)
    (tmp_path / "migrated_settings.py").write_text('CORS_ALLOWED_ORIGINS = ["https://a.example/"]\n')
    (tmp_path / "cors.json").write_text('{"origin": ["https://a.example", "https://b.example"], "maxAge": 60}')
    return tmp_path


def test_a_live_app(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "migrated_app:app"]) == 0
    out, err = capsys.readouterr()
    namespace: dict[str, Any] = {"__name__": "cors"}
    exec(out, namespace)
    assert namespace["policy"].allow_origins == ("https://a.example",)
    assert err.splitlines() == ["what an app prints is no code", "OK  migrated: nothing to decide"]


def test_a_decision_is_exit_code_1_and_a_todo(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "migrated_app:wide"]) == 1
    out, err = capsys.readouterr()
    assert "# TODO any-origin-credentials: allow_origins" in out
    assert "unsafe [any-origin-credentials] allow_origins" in err
    assert err.splitlines()[-1] == "DECIDE  2 of 2 notes: each is a TODO in the code"
    assert max(map(len, (out + err).splitlines())) <= 80


def test_django_settings(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "--django", "migrated_settings"]) == 0
    out, err = capsys.readouterr()
    assert 'allow_origins=["https://a.example"]' in out
    assert "same [origin-corrected] CORS_ALLOWED_ORIGINS" in err
    assert err.splitlines()[-1] == (
        "OK  migrated: nothing to decide in the settings; receivers of check_request_enabled are not read"
    )


def test_express_as_toml(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "--express", "cors.json", "--toml"]) == 1
    out, err = capsys.readouterr()
    assert err.startswith("wider [app-unread] cors\n")
    assert "nothing to decide" not in err
    (here / "cors.toml").write_text(out)
    assert Policy.from_toml(here / "cors.toml") == Policy(
        allow_origins=["https://a.example", "https://b.example"],
        allow_methods=["PUT", "PATCH", "DELETE"],
        allow_headers=["*", "authorization"],
        max_age=60,
    )
    assert run(["policy", "cors.toml"]) == 0


def test_express_from_standard_input_as_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"origin": ["null", "https://a.example"]}')))
    assert run(["migrate", "--express", "-", "--json"]) == 1
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert err == ""
    assert (result["format"], result["needs_decision"]) == ("crossorigin/migrate-1", True)
    assert result["policies"]["/"]["allow_origins"] == ["https://a.example"]
    assert [(note["code"], note["witness"]) for note in result["notes"]] == [
        ("origin-null", "null"),
        ("app-unread", ""),
    ]
    assert Policy.from_mapping(result["policies"]["/"])
    exec(result["code"], {"__name__": "cors"})


def test_what_is_no_toml_is_said_with_its_notes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "migrated_app:wide", "--toml"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "crossorigin migrate: TOML holds one policy, and this migration has no policy" in err
    assert "[any-origin-credentials]" in err


WRONG = {
    "nothing": ([], "name an app (module:attribute), --express or --django"),
    "two of them": (["m:a", "--django", "s"], "MODULE:ATTR and --django exclude each other"),
    "no colon": (["migrated_app"], "migrated_app: write module:attribute, as in myproject.asgi:app"),
    "no module": (
        ["nowhere:app"],
        "nowhere:app: importing nowhere failed: ModuleNotFoundError: No module named 'nowhere'",
    ),
    "no attribute": (["migrated_app:nothing"], "migrated_app:nothing: migrated_app has no attribute nothing"),
    "no set-up": (
        ["migrated_app:bare"],
        (
            "migrated_app:bare: no CORS set-up of Starlette, flask-cors, django-cors-headers or aiohttp-cors in "
            "fastapi.applications.FastAPI"
        ),
    ),
    "no settings": (
        ["--django", "nowhere"],
        "--django nowhere: importing nowhere failed: ModuleNotFoundError: No module named 'nowhere'",
    ),
    "no file": (["--express", "nothing.json"], "--express nothing.json: No such file or directory"),
    "no JSON": (
        ["--express", "migrated_app.py"],
        "--express migrated_app.py is no JSON: Expecting value: line 2 column 1 (char 1)",
    ),
    "both forms": (["migrated_app:app", "--json", "--toml"], "--toml and --json exclude each other"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["migrate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"crossorigin migrate: {message}"
