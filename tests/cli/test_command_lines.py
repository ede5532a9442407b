"""Bad command lines: one clear line that says what to write, and exit code 2."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

URL = "https://api.example.com/"
OK = ("check", URL, "--origin", "https://app.example.com")

BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "no origin": (("check", URL), "Missing option '--origin'"),
    "no URL": (("check", "--origin", "https://a.example"), "Missing argument 'URL'"),
    "origin with a slash": (
        ("check", URL, "--origin", "https://app.example.com/"),
        "write --origin https://app.example.com\n",
    ),
    "origin with a path": (
        ("check", URL, "--origin", "https://app.example.com/a?b#c"),
        "write --origin https://app.example.com\n",
    ),
    "origin in capitals": (
        ("check", URL, "--origin", "HTTPS://App.Example.com"),
        "write --origin https://app.example.com\n",
    ),
    "origin with its default port": (
        ("check", URL, "--origin", "https://a.example:443"),
        "write --origin https://a.example\n",
    ),
    "origin without a scheme": (
        ("check", URL, "--origin", "app.example.com"),
        "write --origin https://app.example.com\n",
    ),
    "local origin without a scheme": (
        ("check", URL, "--origin", "localhost:3000"),
        "write --origin http://localhost:3000\n",
    ),
    "origin in Unicode": (
        ("check", URL, "--origin", "https://bücher.example"),
        "write --origin https://xn--bcher-kva.example\n",
    ),
    "origin that is junk": (("check", URL, "--origin", "\x1b[31m"), "write scheme://host"),
    "the wildcard for an origin": (("check", URL, "--origin", "*"), "write scheme://host"),
    "empty origin": (("check", URL, "--origin", ""), "write scheme://host"),
    "URL without a scheme": (("check", "api.example.com/x", *OK[2:]), "write https://api.example.com/x\n"),
    "URL that begins with host and port": (
        ("check", "api.example.com:8000", *OK[2:]),
        "write https://api.example.com:8000\n",
    ),
    "URL that is a path": (("check", "/items", *OK[2:]), "write it as https://host/path\n"),
    "URL that does not parse": (("check", "http://[::1", *OK[2:]), "write it as https://host/path\n"),
    "URL with a password": (
        ("check", "https://u:p@a.example/", *OK[2:]),
        "a browser refuses to make this request (TypeError)",
    ),
    "no method": ((*OK, "-X", ""), "'' is no HTTP method"),
    "no method by XMLHttpRequest": ((*OK, "-X", "", "--xhr"), "'' is no HTTP method"),
    "a timeout that is no number": ((*OK, "--timeout", "nan"), "give it more than 0 seconds"),
    "unknown option": ((*OK, "--orign", "x"), "--orign"),
    "unknown mode": ((*OK, "--mode", "websocket"), "'websocket' is not one of 'cors', 'no-cors', 'same-origin'"),
    "unknown feature": ((*OK, "--feature", "fonts"), "did you mean font?"),
    "a feature unlike any": ((*OK, "--feature", "zzz"), "choose one of fetch, xhr, image"),
    "feature with a method": ((*OK, "--feature", "font", "-X", "POST"), "leave out -X POST"),
    "feature with a header": ((*OK, "--feature", "font", "-H", "a: b"), "leave out -H"),
    "feature with a body": ((*OK, "--feature", "font", "-d", "x"), "leave out -d"),
    "feature with a mode that it has not": (
        (*OK, "--feature", "font", "--mode", "no-cors"),
        "leave out --mode no-cors",
    ),
    "image with omit": ((*OK, "--feature", "image", "--credentials", "omit"), "cannot be had with --credentials omit"),
    "feature and xhr": ((*OK, "--feature", "font", "--xhr"), "exclude each other"),
    "xhr without credentials mode": ((*OK, "--xhr", "--credentials", "omit"), "withCredentials is false (same-origin)"),
    "xhr in another mode": ((*OK, "--xhr", "--mode", "no-cors"), "XMLHttpRequest's mode is cors"),
    "upload listener alone": ((*OK, "--upload-listener"), "--upload-listener wants --xhr"),
    "forbidden method": ((*OK, "-X", "TRACE"), "a browser refuses to make this request (TypeError)"),
    "method that is none": ((*OK, "-X", "G T"), "no HTTP method"),
    "GET with a body": ((*OK, "-X", "GET", "-d", "x"), "a browser refuses to make this request"),
    "no-cors PUT": ((*OK, "-X", "PUT", "--mode", "no-cors"), "a browser refuses to make this request"),
    "header without a colon": ((*OK, "-H", "X-A"), "write -H 'Name: value'"),
    "header name that is none": ((*OK, "-H", "X A: 1"), "is no header name"),
    "header value with a line end": ((*OK, "-H", "X-A: a\r\nB: c"), "has a line end or a NUL in it"),
    "header value beyond latin-1": ((*OK, "-H", "X-A: €"), "percent-encode it"),
    "body from a file that is not there": (
        (*OK, "-d", "@/no/such/file"),
        "-d @/no/such/file: No such file or directory",
    ),
    "no time at all": ((*OK, "--timeout", "0"), "give it more than 0 seconds"),
    "time that is no number": ((*OK, "--timeout", "soon"), "--timeout"),
    "certificates that are not there": ((*OK, "--cacert", "/no/such.pem"), "/no/such.pem"),
    "resolve that is malformed": ((*OK, "--resolve", "x"), "write HOST:PORT:ADDRESS"),
    "proxy of no kind": ((*OK, "--proxy", "ftp://x"), "ftp://x"),
    "app and network": ((*OK, "--app", "m:a", "--insecure"), "--app and --insecure exclude each other"),
    "unknown command": (("chek", URL), "No such command 'chek'"),
    "policy without a file": (("policy",), "Missing argument 'FILE'"),
    "policy file that is not there": (("policy", "/no/such.toml"), "/no/such.toml: No such file or directory"),
    "policy that is a folder": (("policy", str(Path(__file__).parent)), "Is a directory"),
    "diff without files": (("diff",), "Missing argument 'OLD'"),
    "diff of one file": (("diff", "cors.toml"), "Missing argument 'NEW'"),
    "diff of a file that is not there": (
        ("diff", "/no/such.toml", "cors.toml"),
        "/no/such.toml: No such file or directory",
    ),
    "policy with a method alone": (("policy", "cors.toml", "-X", "PUT"), "-X wants --origin"),
}


@pytest.mark.parametrize(("arguments", "says"), BAD.values(), ids=BAD)
def test_a_bad_command_line_is_one_clear_line(command: Command, arguments: tuple[str, ...], says: str) -> None:
    ran = command(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert ran.err.startswith(f"crossorigin {arguments[0]}: " if arguments[0] != "chek" else "crossorigin: ")
    assert ran.err[:-1].isprintable()
    assert "Traceback" not in ran.err


def test_no_command_prints_the_help(command: Command) -> None:
    ran = command()
    assert ran.code == 2
    assert "check" in ran.out
    assert "policy" in ran.out
    assert "diff" in ran.out
    assert "demo" in ran.out


@pytest.mark.parametrize(
    "arguments", [("--help",), ("check", "--help"), ("policy", "-h"), ("diff", "-h"), ("demo", "--help")], ids=" ".join
)
def test_the_help_fits_80_columns(command: Command, arguments: tuple[str, ...]) -> None:
    ran = command(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert max(map(len, ran.out.splitlines())) <= 80


def test_the_help_warns_that_delete_deletes(command: Command) -> None:
    out = " ".join(command("check", "--help").out.split())
    assert "-X DELETE deletes" in out
    assert "--preflight-only" in out


def test_the_version(command: Command) -> None:
    from importlib.metadata import version

    assert command("--version").out == f"crossorigin {version('crossorigin')}\n"
