"""`crossorigin check`, against a server on a socket and against apps in process."""

import json
import socket
import threading
from pathlib import Path

import jsonschema
import pytest

import crossorigin.explain
from tests.cli.conftest import Command, Server

PAGE = "http://app.localhost:3000"
ALLOW = [("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin")]
FROM_PAGE = ("--origin", PAGE)
SCHEMA = json.loads((Path(crossorigin.explain.__file__).parent / "check-1.schema.json").read_text("utf-8"))


def test_readable_is_0(api: Server, command: Command) -> None:
    ran = command("check", api.route("/", fields=ALLOW), *FROM_PAGE)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("READABLE  The page may read the response.\n")
    assert api.methods == ["GET"]


def test_blocked_is_1_and_says_all_of_it(api: Server, command: Command) -> None:
    ran = command("check", api.route("/"), *FROM_PAGE, "-v")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("BLOCKED  The response has no Access-Control-Allow-Origin. [acao-missing]\n")
    order = [
        "Why",
        "Fix",
        f"Access-Control-Allow-Origin: {PAGE}",
        "Conversation",
        "Evidence",
        "Steps",
        "<-- here",
        "Chromium",
        "Firefox",
        "curl -i",
        "docs/reasons.md#acao-missing",
    ]
    places = [ran.out.index(word) for word in order]
    assert places == sorted(places)
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("options", [(), ("-X", "PUT", "-H", "X-A: 1"), ("--credentials", "include")], ids=" ".join)
def test_the_answer_comes_first_and_fits_a_screen(api: Server, command: Command, options: tuple[str, ...]) -> None:
    out = command("check", api.route("/"), *FROM_PAGE, *options).out
    headings = [line for line in out.splitlines() if line and not line.startswith(" ")][1:]
    assert headings == ["Why", "Fix", "Conversation", "Evidence", "Note"]
    assert len(out.splitlines()) <= 45
    assert "docs/reasons.md#" in out


@pytest.mark.parametrize(
    ("feature", "content_type"),
    [
        ("module", "text/html"),
        ("event-source", "application/json"),
        ("image", "text/html"),
    ],
)
def test_an_element_that_fails_on_what_cors_lets_pass_is_1(
    api: Server, command: Command, feature: str, content_type: str
) -> None:
    url = api.route("/a", fields=[*ALLOW, ("Content-Type", content_type)])
    ran = command("check", url, *FROM_PAGE, "--feature", feature)
    assert ran.code == 1
    assert ran.out.startswith("ELEMENT FAILS  ")
    assert f"the Content-Type is {content_type}" in " ".join(ran.out.split())
    data = json.loads(command("check", url, *FROM_PAGE, "--feature", feature, "--json").out)
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)
    assert data["cause"] is None
    assert content_type in data["element"]


def test_opaque_is_1(api: Server, command: Command) -> None:
    ran = command("check", api.route("/i.png"), *FROM_PAGE, "--feature", "image")
    assert ran.code == 1
    assert ran.out.startswith("OPAQUE  The response loads, but the page may not read it.")
    assert "canvas" in ran.out


def test_no_connection_is_3_and_no_cors_problem(command: Command) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        ran = command("check", f"http://127.0.0.1:{free.getsockname()[1]}/", *FROM_PAGE)
    assert ran.code == 3
    assert ran.out.startswith("NO ANSWER  There was no response: the connection was refused. [transport]")
    assert "This is not a CORS problem" in " ".join(ran.out.split())


def test_an_unknown_host_is_3(command: Command) -> None:
    ran = command("check", "http://nowhere.invalid/", "--origin", "http://other.example")
    assert ran.code == 3
    assert "the host name could not be resolved" in ran.out


def test_a_server_that_hangs_is_given_up(api: Server, command: Command) -> None:
    ran = command("check", f"{api.origin}/hangs", *FROM_PAGE, "--timeout", "0.3")
    assert ran.code == 3
    assert "it took too long" in ran.out


def test_what_is_no_http_is_3(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH_9.7\r\n")

        thread = threading.Thread(target=speak)
        thread.start()
        ran = command("check", f"http://127.0.0.1:{listener.getsockname()[1]}/", *FROM_PAGE)
        thread.join(5)
    assert ran.code == 3
    assert ran.out.startswith("NO ANSWER  There was no response: no valid HTTP came back. [transport]")


def test_a_body_that_breaks_off_is_told_of(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def half() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                allowed = f"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {PAGE}\r\nContent-Length: 2000\r\n\r\nhalf"
                connection.sendall(allowed.encode())

        thread = threading.Thread(target=half)
        thread.start()
        ran = command("check", f"http://127.0.0.1:{listener.getsockname()[1]}/", *FROM_PAGE)
        thread.join(5)
    assert ran.code == 0
    assert ran.out.startswith("READABLE  ")
    assert ran.err.startswith("crossorigin check: note: the body did not come whole: ")
    assert ran.err.count("\n") == 1


def test_method_headers_and_body_go_out_behind_a_preflight(api: Server, command: Command) -> None:
    url = api.route("/items/1", fields=ALLOW)
    api.preflight(
        "/items/1",
        fields=[*ALLOW, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Allow-Headers", "content-type,x-a")],
    )
    body = '{"a": 1}'
    ran = command(
        "check", url, *FROM_PAGE, "-X", "put", "-H", "Content-Type: application/json", "-H", "X-A: 1", "-d", body
    )
    assert ran.code == 0
    assert api.methods == ["OPTIONS", "PUT"]
    _, _, headers, sent = api.seen[1]
    assert sent == body.encode()
    assert headers["content-type"] == "application/json"
    assert headers["x-a"] == "1"


def test_data_implies_post_with_the_type_that_fetch_gives_it(api: Server, command: Command) -> None:
    assert command("check", api.route("/", fields=ALLOW), *FROM_PAGE, "-d", "a=1").code == 0
    method, _, headers, body = api.seen[0]
    assert (method, headers["content-type"], body) == ("POST", "text/plain;charset=UTF-8", b"a=1")


def test_data_from_a_file_is_sent_as_it_stands(api: Server, command: Command, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"a\r\n\xff\0")
    assert command("check", api.route("/", fields=ALLOW), *FROM_PAGE, "-d", f"@{tmp_path / 'body'}").code == 0
    assert api.seen[0][3] == b"a\r\n\xff\0"


def test_preflight_only_sends_nothing_with_side_effects(api: Server, command: Command) -> None:
    url = api.route("/items/1", fields=ALLOW)
    api.preflight("/items/1", fields=[*ALLOW, ("Access-Control-Allow-Methods", "DELETE")])
    ran = command("check", url, *FROM_PAGE, "-X", "DELETE", "--preflight-only")
    assert ran.code == 0
    assert ran.out.startswith("ALLOWED  The preflight allows the request, which was not sent")
    assert api.methods == ["OPTIONS"]
    assert command("check", url, *FROM_PAGE, "-d", "x", "--preflight-only").code == 0
    assert api.methods == ["OPTIONS"]


def test_a_preflight_that_fails_is_1_with_preflight_only_too(api: Server, command: Command) -> None:
    assert command("check", api.route("/"), *FROM_PAGE, "-X", "DELETE", "--preflight-only").code == 1
    assert api.methods == ["OPTIONS"]


def test_a_blocked_delete_is_not_sent_by_explore_either(api: Server, command: Command) -> None:
    url = api.route("/")
    api.preflight("/", fields=ALLOW)
    ran = command("check", url, *FROM_PAGE, "-X", "DELETE", "-H", "X-A: 1", "--explore")
    assert ran.code == 1
    assert "What would fail next" in ran.out
    assert "[preflight.header]" in ran.out
    assert api.methods == ["OPTIONS"]


def test_xhr_and_its_upload_listener(api: Server, command: Command) -> None:
    url = api.route("/", fields=ALLOW)
    ran = command("check", url, *FROM_PAGE, "--xhr", "-d", "x")
    assert (ran.code, api.methods) == (0, ["POST"])
    ran = command("check", url, *FROM_PAGE, "--xhr", "--upload-listener", "-d", "x", "-v")
    assert (ran.code, api.methods) == (1, ["POST", "OPTIONS"])
    assert "Access to XMLHttpRequest at" in ran.out


def test_credentials_are_refused_with_the_wildcard(api: Server, command: Command) -> None:
    url = api.route("/", fields=[("Access-Control-Allow-Origin", "*")])
    assert command("check", url, *FROM_PAGE).code == 0
    ran = command("check", url, *FROM_PAGE, "--credentials", "include")
    assert ran.code == 1
    assert "[acao-wildcard-credentials]" in ran.out


@pytest.mark.parametrize(
    ("options", "code", "reads"),
    [
        (("--feature", "image"), 1, "mode no-cors, credentials include"),
        (("--feature", "image", "--mode", "cors"), 0, "mode cors, credentials same-origin"),
        (("--feature", "image", "--credentials", "include"), 1, "mode no-cors, credentials include"),
        (("--feature", "image", "--mode", "cors", "--credentials", "include"), 1, "mode cors, credentials include"),
        (("--feature", "font"), 0, "mode cors, credentials same-origin"),
        (("--feature", "event-source", "--credentials", "include"), 1, "mode cors, credentials include"),
        (("--mode", "no-cors"), 1, "mode no-cors, credentials same-origin"),
        (("--mode", "same-origin"), 1, "mode same-origin"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_features_and_modes(api: Server, command: Command, options: tuple[str, ...], code: int, reads: str) -> None:
    ran = command("check", api.route("/", fields=[*ALLOW, ("Content-Type", "font/ttf")]), *FROM_PAGE, *options)
    assert ran.code == code, ran.out
    assert reads in ran.out


def test_the_profile_decides_where_browsers_differ(api: Server, command: Command) -> None:
    url = api.route("/", fields=ALLOW)
    api.preflight("/", fields=[*ALLOW, ("Access-Control-Allow-Headers", "*")])
    asked = ("check", url, *FROM_PAGE, "-H", "Authorization: Bearer t")
    ran = command(*asked)
    assert ran.code == 0
    assert "[preflight.authorization-wildcard]" in ran.out
    assert command(*asked, "--profile", "chromium").code == 0
    strict = command(*asked, "--profile", "standard")
    assert strict.code == 1
    assert "list Authorization by name" not in strict.out


def test_a_wildcard_for_authorization_hides_no_failure_behind_it(api: Server, command: Command) -> None:
    url = api.route("/", status=500)
    api.preflight("/", fields=[*ALLOW, ("Access-Control-Allow-Headers", "*")])
    ran = command("check", url, *FROM_PAGE, "-H", "Authorization: Bearer t", "--json")
    data = json.loads(ran.out)
    assert ran.code == 1
    assert data["cause"]["reason"] == "acao-missing"
    assert any("[preflight.authorization-wildcard]" in note for note in data["notes"])


def test_third_party_cookies_are_stored_unless_the_user_blocks_them(api: Server, command: Command) -> None:
    page = "https://app.example"
    fields = [
        ("Access-Control-Allow-Origin", page),
        ("Access-Control-Allow-Credentials", "true"),
        ("Set-Cookie", "a=1; SameSite=None; Secure"),
    ]
    asked = ("check", api.route("/", fields=fields), "--origin", page, "--credentials", "include", "--json")
    for options, stored in (((), ["a"]), (("--block-third-party-cookies",), [])):
        assert json.loads(command(*asked, "--profile", "chromium", *options).out)["cookies_stored"] == stored


PUBLIC = "https://app.example"
NEAR = [("Access-Control-Allow-Origin", PUBLIC)]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 0, "browsers ask their user"),
        (("--permissions", "loopback-network=denied,local-network=denied"), 1, "lna.denied"),
        (("--permissions", "local-network-access=denied"), 1, "lna.denied"),
        (("--permissions", "local-network=denied"), 0, "browsers ask their user"),
        (("--permissions", "loopback-network=granted"), 0, ""),
        (("--page-address-space", "loopback", "--permissions", "loopback-network=denied"), 0, ""),
        (("--profile", "webkit", "--permissions", "loopback-network=denied"), 0, ""),
    ],
    ids=str,
)
def test_a_public_page_needs_its_users_leave_to_reach_this_machine(
    api: Server, command: Command, options: tuple[str, ...], code: int, says: str
) -> None:
    """What is denied is not sent."""
    ran = command("check", api.route("/", fields=NEAR), "--origin", PUBLIC, *options)
    assert ran.code == code, ran.out
    assert says in " ".join(ran.out.split())
    assert bool(says) or "browsers ask" not in ran.out
    assert api.methods == ([] if code else ["GET"])


def test_the_address_that_a_name_resolves_to_counts(api: Server, command: Command) -> None:
    """A secure page asks over https. The server speaks no TLS, so what gets there has no answer."""
    port = api.origin.rpartition(":")[2]
    asked = (
        "check",
        f"https://near.example:{port}/",
        "--origin",
        PUBLIC,
        "--resolve",
        f"near.example:{port}:127.0.0.1",
    )
    assert command(*asked).code == 3
    ran = command(*asked, "--permissions", "loopback-network=denied")
    assert ran.code == 1
    assert "lna.denied" in ran.out
    assert command(*asked, "--permissions", "local-network=denied").code == 3


def test_an_insecure_public_page_reaches_nothing_near(api: Server, command: Command) -> None:
    ran = command("check", api.route("/", fields=NEAR), "--origin", "http://app.example")
    assert ran.code == 1
    assert "lna.insecure" in ran.out
    assert api.methods == []
    port = api.origin.rpartition(":")[2]
    named = ("check", f"http://near.example:{port}/", "--resolve", f"near.example:{port}:127.0.0.1")
    doubtful = command(*named, "--origin", "http://app.example")
    assert "[lna.insecure]" in doubtful.out
    assert api.methods == ["GET"]
    public = command(*named, "--origin", "http://app.example", "--page-address-space", "public")
    assert public.code == 1
    assert api.methods == ["GET"]
    near = command("check", api.route("/"), "--origin", "http://app.example", "--page-address-space", "local")
    assert "lna." not in near.out


@pytest.mark.parametrize("text", ["loopback-network", "loopback=denied", "loopback-network=no", ""])
def test_permissions_are_those_that_there_are(api: Server, command: Command, text: str) -> None:
    ran = command("check", api.route("/"), *FROM_PAGE, "--permissions", text)
    assert ran.code == 2
    assert "--permissions" in ran.err


def test_verbose_is_a_network_panel(api: Server, command: Command) -> None:
    ran = command("check", api.route("/", fields=[*ALLOW, ("X-A", "1")]), *FROM_PAGE, "-v")
    assert "Exchange" in ran.out
    assert f"  > GET {api.origin}/\n" in ran.out
    assert "  < HTTP/1.1 200\n" in ran.out
    assert "  < X-A: 1\n" in ran.out


@pytest.mark.parametrize("fields", [ALLOW, []], ids=["readable", "blocked"])
def test_json_keeps_to_its_schema(api: Server, command: Command, fields: list[tuple[str, str]]) -> None:
    ran = command("check", api.route("/", fields=fields), *FROM_PAGE, "--json")
    data = json.loads(ran.out)
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)
    assert data["readable"] is (ran.code == 0)
    assert data["request"]["url"] == f"{api.origin}/"


def test_json_of_no_answer(command: Command) -> None:
    ran = command("check", "http://nowhere.invalid/", "--origin", "http://other.example", "--json")
    data = json.loads(ran.out)
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)
    assert (ran.code, data["outcome"], data["exchanges"][0]["failure"]["kind"]) == (3, "no-answer", "dns")


SECRET = "hunter2"


@pytest.mark.parametrize("form", [(), ("-v",), ("--json",)], ids=["text", "verbose", "json"])
def test_secrets_are_masked_unless_asked_for(api: Server, command: Command, form: tuple[str, ...]) -> None:
    url = api.route("/?token=hunter2", fields=[*ALLOW, ("Set-Cookie", f"sid={SECRET}"), ("X-Auth-Token", SECRET)])
    api.preflight("/?token=hunter2", fields=[*ALLOW, ("Access-Control-Allow-Headers", "authorization")])
    asked = ("check", url, *FROM_PAGE, "-H", f"Authorization: Bearer {SECRET}", "--credentials", "include", *form)
    assert SECRET not in (ran := command(*asked)).out + ran.err
    assert SECRET in command(*asked, "--show-secrets").out
    assert api.seen[0][1] == "/?token=hunter2"


def test_headers_that_a_page_may_not_set_are_told_of(api: Server, command: Command) -> None:
    ran = command(
        "check", api.route("/", fields=ALLOW), *FROM_PAGE, "-H", "Cookie: a=b", "-H", "X-Forwarded-For;", "--json"
    )
    assert ran.err == (
        "crossorigin check: note: a page cannot set Cookie: "
        "--cookie 'NAME=VALUE' puts it into the browser's cookie jar\n"
    )
    json.loads(ran.out)


def test_colours_only_on_a_terminal(api: Server, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    url = api.route("/")
    assert "\x1b" not in command("check", url, *FROM_PAGE).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in command("check", url, *FROM_PAGE).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in command("check", url, *FROM_PAGE).out


def test_resolve_as_in_curl(api: Server, command: Command) -> None:
    port = api.origin.rpartition(":")[2]
    api.route("/", fields=[("Access-Control-Allow-Origin", "http://app.example")])
    ran = command(
        "check",
        f"http://api.example:{port}/",
        "--origin",
        "http://app.example",
        "--resolve",
        f"api.example:{port}:127.0.0.1",
    )
    assert ran.code == 0
    assert api.seen[0][2]["host"] == f"api.example:{port}"


def test_the_curl_line_takes_the_same_way(command: Command) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        place = f"api.example:{port}:127.0.0.1"
        options = ("--resolve", place, "--proxy", "", "--insecure")
        ran = command("check", f"https://api.example:{port}/", "--origin", "https://app.example", *options, "-v")
    assert ran.code == 3
    line = next(part for part in ran.out.split("\n\n") if "curl -i" in part)
    assert f"--resolve {place}" in line
    assert "--proxy ''" in line
    assert line.rstrip().endswith("-k")


def test_a_hostile_server_cannot_write_to_the_terminal(api: Server, command: Command) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m"
    ran = command(
        "check", api.route("/", fields=[("Access-Control-Allow-Origin", evil), ("X-A", evil)]), *FROM_PAGE, "-v"
    )
    assert all(character.isprintable() or character == "\n" for character in ran.out)


APPS = """
async def asgi(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("no lifespan")
    fields = [(b"access-control-allow-origin", b"https://app.example.com")]
    if scope["path"] == "/away":
        fields.append((b"location", b"https://elsewhere.example/"))
    await send({"type": "http.response.start", "status": 302 if scope["path"] == "/away" else 200, "headers": fields})
    await send({"type": "http.response.body", "body": b"ok"})

def wsgi(environ, start_response):
    start_response("200 OK", [("Access-Control-Allow-Origin", "https://app.example.com")])
    return [b"ok"]

def broken(environ, start_response):
    raise RuntimeError("out of order")

def talkative(environ, start_response):
    print("asked")
    return wsgi(environ, start_response)

class inner:
    app = staticmethod(wsgi)

nothing = 42
"""


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apps_of_test_check.py").write_text(APPS)
    (tmp_path / "broken_app_of_test_check.py").write_text("raise ValueError('at\\nimport')")
    (tmp_path / "ending_app_of_test_check.py").write_text("import sys\nsys.exit('no settings')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])


APP_URL = ("check", "https://api.example.com/", "--origin", "https://app.example.com", "--app")


@pytest.mark.usefixtures("apps")
@pytest.mark.parametrize("name", ["asgi", "wsgi", "inner.app"])
def test_an_app_in_process(command: Command, name: str) -> None:
    ran = command(*APP_URL, f"apps_of_test_check:{name}")
    assert ran.code == 0, ran.err
    blocked = command(
        "check", "https://api.example.com/", "--origin", "https://b.example", "--app", "apps_of_test_check:asgi"
    )
    assert blocked.code == 1
    assert "curl" not in blocked.out


@pytest.mark.usefixtures("apps")
def test_what_an_app_prints_is_no_part_of_the_output(command: Command) -> None:
    ran = command(*APP_URL, "apps_of_test_check:talkative", "--json")
    assert json.loads(ran.out)["outcome"] == "readable"
    assert ran.err == "asked\n"


@pytest.mark.usefixtures("apps")
def test_an_app_answers_at_its_own_origin_alone(command: Command) -> None:
    ran = command("check", "https://api.example.com/away", *APP_URL[2:], "apps_of_test_check:asgi")
    assert ran.code == 3
    assert "answers at https://api.example.com alone" in " ".join(ran.out.split())


@pytest.mark.usefixtures("apps")
def test_an_app_that_raises_gave_no_answer(command: Command) -> None:
    ran = command(*APP_URL, "apps_of_test_check:broken")
    assert ran.code == 3
    assert "out of order" in ran.out


@pytest.mark.usefixtures("apps")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("apps_of_test_check", "write module:attribute"),
        ("no_such_module_at_all:app", "importing no_such_module_at_all failed: ModuleNotFoundError"),
        ("broken_app_of_test_check:app", "ValueError: at\\nimport"),
        ("ending_app_of_test_check:app", "SystemExit: no settings"),
        ("apps_of_test_check:nope", "has no attribute nope"),
        ("apps_of_test_check:nothing", "an app is callable"),
    ],
    ids=["no colon", "no module", "import fails", "import ends", "no attribute", "no app"],
)
def test_an_app_that_is_none(command: Command, name: str, says: str) -> None:
    ran = command(*APP_URL, name)
    assert ran.code == 2
    assert says in ran.err
    assert ran.err.count("\n") == 1
