"""Templates: what is written is read back, also as tickets, mail programs and terminals spoil it."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crossorigin.browser import Reason
from crossorigin.captures import NOT_CORS
from crossorigin.consoles import Source, Table, Template, chromium, firefox, node, webkit
from crossorigin.consoles.chromium import error_reasons
from tests.growth import assert_near_linear

EVERY = [*webkit.TEMPLATES, *chromium.TEMPLATES, *firefox.TEMPLATES, *node.TEMPLATES]
WHOLE = [
    *(
        replace(envelope, text=envelope.text + inner.text, reasons=inner.reasons, inner=())
        for envelope in (chromium.BLOCKED, chromium.BLOCKED_AFTER_REDIRECT, firefox.BLOCKED, webkit.FAILED)
        for inner in envelope.inner
        if not inner.inner
    ),
    *(template for template in EVERY if not template.inner),
]
TABLE = Table(EVERY)

urls = st.from_regex(
    r"https?://[a-z]{1,8}\.example(:[0-9]{2,4})?/[a-zA-Z0-9/_.~-]{0,20}(\?[a-z0-9=&%._-]{1,20})?", fullmatch=True
)
words = st.lists(st.from_regex(r"[A-Za-z0-9/;*-]{1,9}", fullmatch=True), min_size=1, max_size=4).map(" ".join)
SLOTS: dict[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("url", "asked_url", "page_url"), urls),
    "origin": st.sampled_from(["https://app.example", "http://localhost:5173", "null", "chrome-extension://abc"]),
    "method": st.from_regex(r"[A-Z]{3,9}", fullmatch=True),
    "header": st.from_regex(r"[a-zA-Z][a-zA-Z0-9-]{0,20}", fullmatch=True),
    "address_space": st.sampled_from(["loopback", "local", "public", "unknown"]),
    "status": st.integers(100, 599).map(str),
}


@st.composite
def written(draw: st.DrawFn) -> tuple[Template, dict[str, str], str]:
    template = draw(st.sampled_from(WHOLE))
    values = {slot: draw(SLOTS.get(slot, words)) for slot in template.slots}
    assume(template.read(template.write(**values)) == values)  # no value that holds the words after it
    return template, values, template.write(**values)


@st.composite
def spoilt_texts(draw: st.DrawFn, text: str) -> str:
    """The text as somebody else shows it."""
    quotes = draw(
        st.sampled_from([{}, {"'": "’"}, {"'": "‘", '"': "“"}, {"`": "'"}, {"‘": "'", "’": "'", "“": '"', "”": '"'}])
    )
    text = text.translate(str.maketrans(quotes))
    line_end = draw(st.sampled_from(["\n", "\r\n", "\n> ", "\n>> ", " \n  ", "\n\t| "]))
    breaks = draw(st.sets(st.integers(0, 400), max_size=5))
    text = "".join(line_end if char == " " and at in breaks else char for at, char in enumerate(text))
    text = text.replace(" ", draw(st.sampled_from([" ", "\xa0", "  "])))
    before = draw(
        st.sampled_from(
            ["", "> **", "`", "app.js:2 ", "dashboard:1  ", "12:03:44.123 ", "\x1b[31m", "[Error] ", "\ufeff"]
        )
    )
    return before + text


@given(st.data())
def test_what_is_written_is_read_back_also_when_spoilt(data: st.DataObject) -> None:
    template, values, text = data.draw(written())
    spoilt = data.draw(spoilt_texts(text))
    found = [said for said in TABLE.scan(Source(spoilt)) if said.reasons == template.reasons]
    assert found, spoilt
    assert {**found[0].values} == {**dict(template.implied), **values}


@pytest.mark.parametrize("template", WHOLE, ids=lambda template: template.text[:60])
def test_every_template_reads_itself_and_no_more(template: Template) -> None:
    values = {slot: "https://x.example/" if slot.endswith("url") else "404" for slot in template.slots}
    text = template.write(**values)
    assert template.read(text) == values
    assert template.read(f"x{text}") is None
    assert template.read(text[: len(template.literals[0]) - 1]) is None
    if template.literals[-1]:
        assert template.read(f"{text} x") is None
    said = next(TABLE.scan(Source(f"app.js:1 {text}")))
    assert (said.reasons, {**said.values}) == (template.reasons, {**dict(template.implied), **values})


def test_a_value_that_holds_the_words_after_it_is_cut_there() -> None:
    template = Template("at '{url}' from '{origin}' was blocked")
    assert template.read("at 'a' from 'b' from 'c' was blocked") == {"url": "a", "origin": "b' from 'c"}
    assert template.read("at 'a' was blocked") is None
    with pytest.raises(KeyError):
        template.write(url="a")


def test_two_slots_have_something_between_them() -> None:
    with pytest.raises(ValueError, match="adjoin"):
        Template("at {url}{origin}")


@pytest.mark.parametrize("text", ["Origin", "{url} is blocked", "/CORS/Errors/"])
def test_a_table_takes_only_what_begins_with_two_words(text: str) -> None:
    with pytest.raises(ValueError, match="two words"):
        Table([Template(text)])


def test_a_url_has_a_scheme_and_no_space() -> None:
    table = Table([Template("Failed to load {url}: no")])
    assert not [*table.scan(Source("Failed to load resource: no"))]
    assert not [*table.scan(Source("Failed to load the https://x.example/: no"))]


def test_a_url_in_quotes_may_be_broken_over_lines() -> None:
    (said,) = Table([chromium.BLOCKED]).scan(
        Source(
            "Access to fetch at 'https://api.example/v1/\norders' from origin\n'https://app.example' has been\n"
            "blocked by CORS policy: Any."
        )
    )
    assert said.values == {"api": "fetch", "url": "https://api.example/v1/orders", "origin": "https://app.example"}
    assert said.reasons == chromium.ANY_POLICY


def test_lines_and_positions_of_a_source() -> None:
    source = Source("one\r\ntwo-\nthree\n\nfour")
    assert source.text == "one\ntwo-three\n\nfour"
    assert source.folded == "one two-three  four"
    assert [source.line(source.text.index(word)) for word in ("one", "two", "three", "four")] == [1, 2, 3, 5]
    assert source.line_end(0) == 3
    assert source.line_end(len(source.text)) == len(source.text)
    assert Source("预检\n通道").text == "预检通道"


def test_what_was_found_is_not_searched_again() -> None:
    source = Source("a b c b")
    assert [source.find("b", at, asker=1) for at in (0, 1, 2, 3, 0)] == [2, 2, 2, 6, 2]
    assert [source.find("x", at, asker=2) for at in (3, 4, 0)] == [-1, -1, -1]

    class Watched(str):
        searches = 0

        def find(self, *where: object) -> int:  # type: ignore[override]
            Watched.searches += 1
            return str.find(self, *where)  # type: ignore[arg-type]

    source.folded = Watched("a b c b")
    assert [source.find("b", at, asker=3) for at in (0, 1, 2, 3, 6)] == [2, 2, 2, 6, 6]
    assert [source.find("x", at, asker=4) for at in (0, 3, 6)] == [-1, -1, -1]
    assert Watched.searches == 3


BEGINNINGS = {template.literals[0][:8]: template.literals[0] for template in EVERY}.values()


@pytest.mark.parametrize(
    "text", [*BEGINNINGS, "Access to a at 'b' from origin ", " > ", "\x1b[", "\x1b]8;;", "‘", "-\n"]
)
def test_hostile_text_is_read_in_one_pass(text: str) -> None:
    assert_near_linear(lambda size: lambda: [*TABLE.scan(Source(text * size))], 8)


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("ERR_NAME_NOT_RESOLVED", ("not-cors.dns",)),
        ("ERR_CONNECTION_REFUSED", ("not-cors.refused",)),
        ("ERR_CERT_DATE_INVALID", ("not-cors.certificate",)),
        ("ERR_SSL_PROTOCOL_ERROR", ("not-cors.certificate",)),
        ("ERR_BLOCKED_BY_CLIENT.Inspector", ("not-cors.adblock",)),
        ("ERR_BLOCKED_BY_RESPONSE.NotSameSite", ("corp.same-site",)),
        ("ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep", ("corp.embedder-policy",)),
        ("ERR_HTTP2_PROTOCOL_ERROR", ("transport",)),
        ("ERR_ABORTED", ()),
    ],
)
def test_network_errors_by_family(code: str, reasons: tuple[str, ...]) -> None:
    assert error_reasons(code) == reasons


def test_every_reason_is_a_code() -> None:
    said = {reason for template in [*EVERY, *WHOLE] for reason in template.reasons}
    said |= {
        reason
        for table in (chromium.ERRORS, node.ERRORS, firefox.REASONS)
        for reasons in table.values()
        for reason in reasons
    }
    assert said <= {*map(str, Reason), *NOT_CORS}
