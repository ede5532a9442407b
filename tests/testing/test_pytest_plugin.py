"""The plugin, in a pytest of its own."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

APP = """
def app(environ, start_response):
    start_response("200 OK", [("Access-Control-Allow-Origin", "https://other.example.com")])
    return [b"hello"]
"""


def _run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makepyfile(APP + test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")


def test_the_fixture_makes_browsers_and_closes_them(pytester: pytest.Pytester) -> None:
    result = _run(
        pytester,
        """
from crossorigin.testing import Browser

closed = []

class Watched(Browser):
    def __exit__(self, *details):
        closed.append(self)
        super().__exit__(*details)

import crossorigin.testing
crossorigin.testing.Browser = Watched

def test_one(cors_browser):
    first = cors_browser({"https://api.example.com": app}, profile="firefox")
    second = cors_browser({"https://api.example.com": app})
    page = first.page("https://other.example.com")
    assert page.fetch("https://api.example.com/").text() == "hello"
    assert page.attempt("https://api.example.com/").profile.name == "firefox"
    assert first is not second and first.cookies is not second.cookies
    assert closed == []

def test_two():
    assert len(closed) == 2
""",
    )
    result.assert_outcomes(passed=2)


def test_it_is_listed_with_what_it_does(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--fixtures", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["cors_browser*", "*Makes browsers:*"])


def test_a_failed_test_shows_what_the_browser_saw(pytester: pytest.Pytester) -> None:
    result = _run(
        pytester,
        """
def test_read(cors_browser):
    page = cors_browser({"https://api.example.com": app}).page("https://app.example.com")
    page.attempt("https://api.example.com/first", mode="no-cors")
    attempt = page.attempt("https://api.example.com/")
    assert attempt.readable
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*assert False",
            "*where False = <Attempt GET https://api.example.com/ from *: blocked (acao-mismatch)>.readable",
            "*- crossorigin -*",
            "GET https://api.example.com/first from https://app.example.com: opaque (opaque)",
            "GET https://api.example.com/ from https://app.example.com: blocked (acao-mismatch)",
            "BLOCKED*",
            "*Access-Control-Allow-Origin: https://other.example.com",
            "Exchange",
            "*> Origin: https://app.example.com",
        ]
    )


def test_a_browser_made_without_the_fixture_is_seen_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)  # there pytest repeats the whole message in its summary
    result = _run(
        pytester,
        """
def test_read():
    from crossorigin.testing import Browser
    with Browser({"https://api.example.com": app}) as browser:
        browser.page("https://app.example.com").fetch("https://api.example.com/")
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*browser.page(*).fetch(*",
            "E*crossorigin.testing.CORSBlocked: acao-mismatch: The response allows another origin, not this one.",
            "test_a_browser_made_without_the_fixture_is_seen_too.py:*: CORSBlocked",
            "*- crossorigin -*",
            "GET https://api.example.com/ from https://app.example.com: blocked (acao-mismatch)",
            "Exchange",
            "*< Access-Control-Allow-Origin: https://other.example.com",
        ]
    )
    text = result.stdout.str()
    assert text.count("The response allows another origin") == 1
    assert text.count("Conversation") == 1
    assert "BLOCKED  " not in text
    assert "_browser.py" not in text


ERRORS = """
import pytest
from crossorigin.testing import ASGI, Browser

API, PAGE = "https://api.example.com", "https://app.example.com"

def boom(environ, start_response):
    raise ZeroDivisionError("boom")

async def never(scope, receive, send):
    raise LookupError("no start")

def page_of(app, **options):
    return Browser({API: app}, **options).page(PAGE)

def test_an_app_that_raises():
    page_of(boom).fetch(f"{API}/")

def test_no_answer():
    page_of(boom, raise_app_exceptions=False).fetch(f"{API}/")

def test_no_start():
    page_of(ASGI(never, lifespan="on")).fetch(f"{API}/")

def test_nowhere():
    page_of(boom).fetch("https://elsewhere.example.com/")

def test_no_request():
    page_of(boom).fetch(f"{API}/", method="TRACE")

def test_no_json():
    page_of(boom).fetch(f"{API}/", method="POST", json=object())

def test_a_body_that_breaks():
    def half(environ, start_response):
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        yield b"half"
        raise OSError("disk")
    page_of(half, raise_app_exceptions=False).fetch(f"{API}/").text()
"""


def test_no_frame_of_ours_stands_in_the_way(pytester: pytest.Pytester) -> None:
    result = _run(pytester, ERRORS)
    result.assert_outcomes(failed=7)
    text = result.stdout.str()
    for file in ("_browser.py", "_session.py", "_wsgi.py", "_run.py", "_routes.py", "_construct.py", "_options.py"):
        assert file not in text
    for error in ("ZeroDivisionError", "NoAnswer", "LookupError", "NoSuchApp", "RequestError", "BodyBroken"):
        assert f": {error}" in text
    assert "encoder.py" in text  # where json itself says what it cannot encode
    assert "Conversation" in text  # NoAnswer's own text
    assert "NO ANSWER" not in text
    full = _run_again(pytester, "--full-trace").stdout.str()
    assert "_session.py" in full


def _run_again(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", *options)


def test_a_fault_of_ours_shows_where_it_is(pytester: pytest.Pytester) -> None:
    result = _run(
        pytester,
        """
import crossorigin.testing._browser as ours

def run(*arguments):
    raise AssertionError("a fault")

run.__globals__["__name__"] = "crossorigin.testing.faulty"
ours.run = run

def test_fault(cors_browser):
    cors_browser({"https://api.example.com": app}).page("https://app.example.com").fetch("https://api.example.com/")
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*_browser.py:*: in fetch", "*AssertionError: a fault"])


def test_a_cause_that_tells_it_is_enough(pytester: pytest.Pytester) -> None:
    result = _run(
        pytester,
        """
def test_read(cors_browser):
    page = cors_browser({"https://api.example.com": app}).page("https://app.example.com")
    page.attempt("https://api.example.com/", mode="no-cors")
    try:
        page.fetch("https://api.example.com/")
    except Exception as error:
        raise RuntimeError("the page is broken") from error
""",
    )
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert text.count("The response allows another origin") == 1
    assert "opaque (opaque)" in text


def test_each_report_shows_its_own_test_only(pytester: pytest.Pytester) -> None:
    result = _run(
        pytester,
        """
def test_one(cors_browser):
    cors_browser({"https://api.example.com": app}).page("https://app.example.com").attempt("https://api.example.com/one")
    assert False

def test_two(cors_browser):
    cors_browser({"https://api.example.com": app}).page("https://app.example.com").attempt("https://api.example.com/two")
    assert False

def test_three():
    assert False

def test_four(cors_browser):
    cors_browser({"https://api.example.com": app}).page("https://app.example.com").attempt("https://api.example.com/four")
""",
    )
    result.assert_outcomes(passed=1, failed=3)
    text = result.stdout.str()
    assert text.count("- crossorigin -") == 2
    two = text[text.index("_ test_two _") : text.index("_ test_three _")]
    assert "/two from" in two
    assert "/one from" not in two
    assert "/four from" not in text


def test_without_the_browser_half_the_fixture_says_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import sys; sys.modules['can_ada'] = None")
    result = _run(pytester, "def test_it(cors_browser): pass\ndef test_else(): pass\n")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*pip install 'crossorigin?browser?'*"])


def test_it_costs_nothing_until_it_is_used() -> None:
    code = (
        "import pytest, sys; before = set(sys.modules); import crossorigin.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = set(output.split())
    assert "crossorigin.pytest_plugin" in loaded
    assert not {name.split(".")[1] for name in loaded if name.startswith("crossorigin.")} & {
        "browser",
        "drivers",
        "explain",
        "testing",
    }
    assert not {name.partition(".")[0] for name in loaded} & {"can_ada", "httpcore2", "anyio", "h2", "h11", "asyncio"}
