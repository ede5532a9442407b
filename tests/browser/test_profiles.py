"""The profile `browsers`: what the three engines agree on, and the standard wherever they do not."""

from dataclasses import fields

from crossorigin.browser import BROWSERS, CHROMIUM, FIREFOX, STANDARD, WEBKIT, Profile, Reason, fetch_request
from tests.browser.scripted import ACAO, API, PAGE, head, play

HEADERS = ("Access-Control-Allow-Headers", "*")
ENGINES = (CHROMIUM, FIREFOX, WEBKIT)
AS_THE_STRICTEST = {"local_network_access", "local_network_access_needs_secure_context"}


def test_it_is_what_the_engines_agree_on_and_else_the_standard() -> None:
    for field in fields(Profile):
        if field.name == "name":
            continue
        values = [getattr(engine, field.name) for engine in ENGINES]
        agreed = values[0] if values.count(values[0]) == len(values) else getattr(STANDARD, field.name)
        if field.name in AS_THE_STRICTEST:
            assert (agreed, any(values)) == (False, True)
            agreed = True
        assert getattr(BROWSERS, field.name) == agreed, field.name


def test_authorization_under_a_wildcard_passes_with_a_warning() -> None:
    request = fetch_request(PAGE, API, headers={"Authorization": "Bearer x", "X-A": "1"})
    for profile in (BROWSERS, *ENGINES):
        played = play(request, head(204, ACAO, HEADERS), head(500), profile=profile)
        assert played.verdict.reason is Reason.ACAO_MISSING
        (warning,) = played.verdict.warnings
        assert warning.reason is Reason.PREFLIGHT_AUTHORIZATION_WILDCARD
        assert (warning.exchange, dict(warning.evidence)["header"]) == (0, "authorization")


def test_a_wildcard_that_need_not_cover_authorization_warns_of_nothing() -> None:
    for headers in ({"X-A": "1"}, {"Authorization": "Bearer x"}):
        named = ("Access-Control-Allow-Headers", "*, authorization")
        played = play(
            fetch_request(PAGE, API, headers=headers), head(204, ACAO, named), head(200, ACAO), profile=BROWSERS
        )
        assert played.verdict.readable
        assert not played.verdict.warnings


def test_with_credentials_a_wildcard_is_a_name_in_every_profile() -> None:
    request = fetch_request(PAGE, API, headers={"Authorization": "Bearer x"}, credentials="include")
    credentials = ("Access-Control-Allow-Credentials", "true")
    for profile in (STANDARD, BROWSERS, *ENGINES):
        played = play(request, head(204, ACAO, credentials, HEADERS), profile=profile)
        assert played.verdict.reason is Reason.PREFLIGHT_HEADER
        assert not played.verdict.warnings
