"""Invoke-WebRequest and Invoke-RestMethod."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.captures import Asked, CaptureError, Provenance, read_powershell
from tests.growth import assert_near_linear

SAMPLE = (Path(__file__).parent / "pasted" / "curl-03-powershell.ps1").read_text(encoding="utf-8")
URL = "https://api.example.com/items"


def one(text):
    (item,) = read_powershell(text).items
    return item


def notes(text):
    return " ".join(note.text for note in read_powershell(text).notes)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_handed_sample(line_end):
    assert one(SAMPLE.replace("\n", line_end)) == Asked(
        url="https://api.example.com/v1/orders?page=2",
        method="GET",
        headers=(("Accept", "application/json"), ("X-Client", "it's web")),
        origin="https://app.example.com",
        credentials="include",
        credentials_provenance=Provenance.GUESSED,
        mode="cors",
        cookies="theme=dark",
        line=4,
    )


FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    ("text", "method", "headers", "body"),
    [
        (f"irm {URL}", "GET", (), None),
        (f"Invoke-RestMethod -Uri '{URL}' -Method Put", "PUT", (), None),
        (f"iwr -Method:Delete {URL} | Select-Object Content", "DELETE", (), None),
        (f"INVOKE-WEBREQUEST {URL} -Cust PURGE", "PURGE", (), None),
        (f"$r = Invoke-WebRequest {URL}; $r.Content", "GET", (), None),
        (f"(Invoke-WebRequest {URL}).Content", "GET", (), None),
        (
            f"irm {URL} -Headers @{{'X-A' = '1'; Accept=\"x\"; 'X-B'=2}}",
            "GET",
            (("X-A", "1"), ("Accept", "x"), ("X-B", "2")),
            None,
        ),
        (
            f"$h = @{{\n  'X-A' = '1' # one\n  X-B = 'b'\n}}\nirm {URL} -Headers $h",
            "GET",
            (("X-A", "1"), ("X-B", "b")),
            None,
        ),
        (
            f"$h = @{{}}\n$h.Add('X-A', '1')\n$h['X-B'] = '2'\nirm {URL} -Headers $h",
            "GET",
            (("X-A", "1"), ("X-B", "2")),
            None,
        ),
        (
            (
                f'$h = New-Object "System.Collections.Generic.Dictionary[[String],[String]]"\n$h.Add("X-A", "1")\n'
                f"irm {URL} -Headers $h"
            ),
            "GET",
            (("X-A", "1"),),
            None,
        ),
        (f"irm {URL} -Method Post -Body 'a=1'", "POST", FORM, "a=1"),
        (f"irm {URL} -Method Post -Body @{{a = 1; b = 'c d'}}", "POST", FORM, "a=1&b=c+d"),
        (f"irm {URL} -Method Post -ContentType text/plain -Body x", "POST", (("Content-Type", "text/plain"),), "x"),
        (
            (
                f"$b = @{{a = 1; b = @('x', $true); c = @{{d = '2'}}}} | ConvertTo-Json -Depth 5\n"
                f"irm {URL} -Method Post -Body $b -ContentType 'application/json'"
            ),
            "POST",
            (("Content-Type", "application/json"),),
            '{"a":1,"b":["x",true],"c":{"d":"2"}}',
        ),
        (f"irm {URL} -Method Post -Body (@{{a='b'}} | ConvertTo-Json)", "POST", FORM, '{"a":"b"}'),
        (f'$b = @"\n{{"a":""}}\n"@\nirm {URL} -Method Post -Body $b', "POST", FORM, '{"a":""}'),
        (f"$b = @'\n$x\n'@\nirm {URL} -Method Post -Body $b", "POST", FORM, "$x"),
        (
            f'irm {URL} -Method Post -Body ([System.Text.Encoding]::UTF8.GetBytes("caf$([char]233)"))',
            "POST",
            FORM,
            "café",
        ),
        (f"irm {URL} -Method Post -Body $other", "POST", FORM, ""),
        (f"irm {URL} -Method Post -Body ($other | ConvertTo-Json)", "POST", FORM, ""),
        (f"$p = @{{Uri = '{URL}'; Method = 'Put'; Headers = @{{'X-A' = '1'}}}}\nirm @p", "PUT", (("X-A", "1"),), None),
        (f"irm {URL} -UserAgent x -UseBasicParsing -TimeoutSec 5 -ErrorAction Stop", "GET", (), None),
        (f"irm {URL} -Authentication Bearer -Token 't'", "GET", (("Authorization", "Bearer t"),), None),
        (f"<# irm https://a.test #>\n# irm https://b.test\nirm {URL}", "GET", (), None),
    ],
)
def test_commands_written_by_hand(text, method, headers, body):
    asked = one(text)
    assert (asked.url, asked.method, asked.headers, asked.body) == (URL, method, headers, body)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"a`"b`$c``d`n`t"', 'a"b$c`d\n\t'),
        ('"a""b"', 'a"b'),
        ("'a''b$c`n'", "a'b$c`n"),
        ('"`u{1F600}$([char]55357)$([char]56832)"', "😀😀"),
        ('"x $y ${z} $($a.b)"', "x ${y} ${z} ${a.b}"),
        ('"$v/$true"', "known/True"),
    ],
)
def test_texts(written, text):
    assert one(f"$v = 'known'\nirm {URL} -Method Post -Body {written}").body == ("" if "${" in text else text)
    assert one(f"$v = 'known'\nirm {URL} -Headers @{{'X-A' = {written}}}").headers == (("X-A", text),)


@pytest.mark.parametrize(
    ("written", "url"), [("$url", "${url}"), ('"$base/x"', "${base}/x"), ('"$($c.Url)/x"', "${c.Url}/x")]
)
def test_a_url_with_a_variable_is_not_resolved(written, url):
    asked = one(f"irm -Uri {written}")
    assert (asked.url, asked.resolved) == (url, False)


def test_variables_that_are_set_are_known():
    assert one("$base = 'https://api.example.com'\n$u = \"$base/items\"\nirm $u").url == URL
    assert (
        one(f"$s = New-Object Microsoft.PowerShell.Commands.WebRequestSession\nirm {URL} -WebSession $s").cookies
        is None
    )


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("-OutFile x.json", "-OutFile"),
        ("-InFile x.json", "-InFile"),
        ("-Proxy http://p.test", "-Proxy"),
        ("-Credential $c", "-Credential"),
        ("-UseDefaultCredentials", "-UseDefaultCredentials"),
        ("-SkipCertificateCheck", "-SkipCertificateCheck"),
    ],
)
def test_what_is_left_out_is_named(options, named):
    assert one(f"irm {URL} {options}").url == URL
    assert f"{named} was left out: " in notes(f"irm {URL} {options}")


def test_an_unknown_parameter_takes_no_value():
    assert one(f"irm -Frobnicate {URL}").url == URL
    assert "'-Frobnicate'" in notes(f"irm -Frobnicate {URL}")


def test_unknown_headers_are_noted():
    assert "not known" in notes(f"irm {URL} -Headers $h")


def test_several_commands():
    items = read_powershell(f"irm {URL}/1\nif ($x) {{ irm {URL}/2 -Method Post }}\n\nirm {URL}/3").items
    assert [(asked.url[-1], asked.method, asked.line) for asked in items] == [
        ("1", "GET", 1),
        ("2", "POST", 2),
        ("3", "GET", 4),
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "no Invoke-WebRequest"),
        ("irm -Method Post", 1, "no Invoke-WebRequest"),
        (f'irm {URL} `\n -Body "a', 2, "double quote opens here"),
        (f"\nirm {URL} -Body 'a", 2, "single quote opens here"),
        (f"irm {URL} -Body @'\na", 1, "here-string opens here"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_helps(text, line, said):
    with pytest.raises(CaptureError, match=said) as caught:
        read_powershell(text)
    assert caught.value.line == line


# As browsers write a request.

NAME = st.from_regex(r"X-[A-Za-z0-9-]{1,8}", fullmatch=True)
LINE = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x17F, exclude_categories=["Cc", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=16,
)
REQUESTS = st.builds(
    Asked,
    url=st.text("abcz09%&=?;'()*!~-._[]{}^|,\"`", max_size=20).map(lambda text: f"https://api.example.com/{text}"),
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    headers=st.dictionaries(NAME, LINE, max_size=4).map(
        lambda fields: (*fields.items(), ("Content-Type", "application/json"))
    ),
    body=st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20),
    origin=st.just("https://app.example.com"),
    cookies=st.just("a=b$`c"),
    credentials=st.just("include"),
    credentials_provenance=st.just(Provenance.GUESSED),
    line=st.just(4),
)


def quoted(text):
    """Chrome and Firefox."""
    text = "".join(f"`{letter}" if letter in '`$"' else letter for letter in text)
    units = text.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return '"' + "".join(chr(code) if 0x20 <= code <= 0x7E else f"$([char]{code})" for code in codes) + '"'


@given(REQUESTS)
def test_a_copied_command_is_read_back(asked):
    fields = [*asked.headers[:-1], ("Origin", asked.origin), ("sec-ch-ua", '"Chromium";v="156"')]
    headers = "\n  ".join(f"{quoted(name)}={quoted(value)}" for name, value in fields)
    text = (
        "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n"
        f"$session.UserAgent = {quoted('Mozilla/5.0')}\n"
        f'$session.Cookies.Add((New-Object System.Net.Cookie("a", {quoted("b$`c")}, "/", ".example.com")))\n'
        f"Invoke-WebRequest -UseBasicParsing -Uri {quoted(asked.url)} `\n-Method {quoted(asked.method)} `\n"
        f"-WebSession $session `\n-Headers @{{\n{headers}\n}} `\n-ContentType {quoted('application/json')} `\n"
        f"-Body ([System.Text.Encoding]::UTF8.GetBytes({quoted(asked.body)}))"
    )
    assert read_powershell(text).items == (asked,)


PIECES = st.sampled_from(
    [
        "irm ",
        "-Body ",
        "-Headers ",
        "@{",
        "}",
        "(",
        ")",
        '"',
        "'",
        "`",
        "$",
        "$a",
        "=",
        "\n",
        "@'\n",
        '@"\n',
        "[",
        "]",
        "::",
        "|",
        "ConvertTo-Json",
        URL,
        "$session.Cookies.Add(",
        "System.Net.Cookie(",
        "New-Object ",
        "�",
        "\x00",
        "<#",
        "#",
        ",",
        ";",
        "`u{110000}",
        '"$([char]9999999)"',
    ]
)


@given(st.one_of(st.lists(PIECES).map("".join), st.text()))
def test_no_text_raises_anything_else(text):
    with contextlib.suppress(CaptureError):
        read_powershell(text)


@given(st.data())
def test_no_damaged_sample_raises_anything_else(data):
    sample = SAMPLE
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(sample)))
        end = data.draw(st.integers(begin, min(len(sample), begin + 40)))
        sample = sample[:begin] + data.draw(PIECES) + sample[end:]
    with contextlib.suppress(CaptureError):
        for asked in read_powershell(sample).items:
            assert isinstance(asked, Asked)


@pytest.mark.parametrize(
    "piece",
    [
        "irm a.test\n",
        "@{",
        "(",
        "@(",
        "$a = ",
        "$a.Add('b', 'c')\n",
        "<# ",
        "# x",
        '"',
        "'",
        "@'\n",
        '"$($($(" ',
        "`\n",
        "[",
        "$a.Cookies.Add(",
        '$a = "$a$a"\n',
        "$b = @{x = $b; y = $b}\n",
        "$b | ConvertTo-Json\n",
        "-Headers @{",
        "-a ",
        "New-Object ",
    ],
)
def test_the_work_grows_with_the_text(piece):
    def read(text):
        with contextlib.suppress(CaptureError):
            read_powershell(text)

    assert_near_linear(lambda count: lambda: read(f"$a = @{{a = 'b'}}\nirm {URL} " + piece * count), 30)
    read("$a = 'x'\n" + piece * (50_000 // len(piece)))
