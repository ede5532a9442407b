"""Words of bash and of Windows' cmd."""

import contextlib
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.captures._shell import Unterminated, ansi_c, bash_command, cmd_command, next_sign
from tests.growth import assert_near_linear

BASH = shutil.which("bash")


def bash(text):
    return [word.text for word in bash_command(text, 0, 1).words]


def cmd(text):
    return [word.text for word in cmd_command(text, 0, 1).words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]),
        (r"""a"b"'c'$'d\'e'""", ["abcd'e"]),
        ("a \\\n  b \\ \n c", ["a", "b", "c"]),  # a blank behind the backslash: people paste it so
        ("a `\n b", ["a", "b"]),  # PowerShell's line end, around curl.exe
        (r'a "\$x \" \\ \n"', ["a", r'$x " \ \n']),
        ('a "x\\\ny"', ["a", "xy"]),
        (r'a "\`b\`"', ["a", "`b`"]),
        ("a # b", ["a"]),
        ("a b#c", ["a", "b#c"]),
        ("a ''", ["a", ""]),
        ("a; b", ["a"]),
        ("a && b", ["a"]),
        ("a | b", ["a"]),
        ("a\nb", ["a"]),
        ("a) b", ["a"]),
        ("a >out 2>&1 b <in &>both c", ["a", "b", "c"]),
        ("a $ b", ["a", "$", "b"]),
        ('a $"b"', ["a", "b"]),
    ],
)
def test_bash_words(text, words):
    assert bash(text) == words


@pytest.mark.parametrize("word", ["$A", "${A:-b c}", "$(cat x y)", "`cat x`", "$1", "$(a (b) c)"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_variables_and_commands_stay_as_they_are(word, quote):
    (first, second) = bash_command(f"x {quote}a{word}b{quote}", 0, 1).words
    assert (second.text, second.variable, first.variable) == (f"a{word}b", True, False)
    (_, plain) = bash_command(f"x 'a{word}b'", 0, 1).words
    assert not plain.variable


def test_backquotes_around_the_command_end_it():
    assert [word.text for word in bash_command("`a b` c", 1, 1).words] == ["a", "b"]


def test_words_know_their_lines():
    words = bash_command("a 'b\nc' \\\n d \"e\nf\" $'g\n' h", 0, 7).words
    assert [(word.text, word.line) for word in words] == [
        ("a", 7),
        ("b\nc", 7),
        ("d", 9),
        ("e\nf", 9),
        ("g\n", 10),
        ("h", 11),
    ]


def test_a_here_document_is_what_the_command_reads():
    command = bash_command("a @- <<'EOF' b\n{\"x\": $y}\nEOF\nc", 0, 1)
    assert ([word.text for word in command.words], command.stdin) == (["a", "@-", "b"], '{"x": $y}\n')
    assert bash_command("a <<-E\n\tx\n\tE\nb", 0, 1).stdin == "\tx\n"


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a $'b", "a $'b\\", "a $(b", "a ${b", "a `b", "a <<E\nb\n"])
def test_what_does_not_end_says_where_it_begins(text):
    with pytest.raises(Unterminated) as caught:
        bash_command(f"x \\\n{text}", 0, 1)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (r"\n\t\r\e\\\'\"\?\a", "\n\t\r\x1b\\'\"?\a"),
        (r"\u0021\u00e9\U0001F600", "!é😀"),
        (r"\ud83d\udc80 \ud83d", "💀 \ufffd"),  # Chrome's halves; half of a pair alone
        (r"\xc3\xa9", "é"),
        (r"\xe9", "é"),  # Firefox writes code points below U+0100 so
        (r"\303\251", "é"),
        (r"a\0b", "a"),
        (r"\q", r"\q"),
        (r"\cA", "\x01"),
        (r"\U7fffffff", "\ufffd"),
    ],
)
def test_ansi_c_quoting(content, text):
    assert ansi_c(content) == text


@pytest.mark.skipif(BASH is None, reason="there is no bash to ask")
class TestAsBashReadsIt:
    PIECES = st.sampled_from(
        [
            *"abc0 -=:,.%@{}[]~!?*^+/",
            "\\\\",
            "\\'",
            '\\"',
            "'",
            '"',
            "$'",
            "\\n",
            "\\x41",
            "\\u0021",
            "\\101",
            "  ",
            "#",
            " #",
            "\\\n",
            "\\ ",
        ]
    )

    @given(st.lists(PIECES, max_size=14).map("".join))
    @settings(max_examples=150)
    def test_the_words_are_bash_s(self, text):
        script = f"set -f; set +B; printf '%s\\0' begin {text}"
        ran = subprocess.run(
            [BASH, "-c", script], capture_output=True, env={"LC_ALL": "C.UTF-8", "HOME": "/"}, check=False
        )
        try:
            command = bash_command(f"begin {text}", 0, 1)
        except Unterminated:
            assert ran.returncode != 0
            return
        if ran.returncode == 0 and "~" not in text:
            assert [word.text for word in command.words] == ran.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('a ^"b c^" ^\n  d', ["a", "b c", "d"]),
        ('a ^"b ^\\^"c^\\^" d^"', ["a", 'b "c" d']),
        ('a ^"100^%^41^"', ["a", "100%41"]),
        ('a ^"x^\n\ny^"', ["a", "x\ny"]),
        ('a ^"x^\\^\\y^"', ["a", "x\\y"]),  # a browser doubles every backslash
        (r'a "x\\y" "z\\"', ["a", r"x\\y", "z\\"]),  # by hand it means something before a quote alone
        (r'a "x\"y" "a""b"', ["a", 'x"y', 'a"b']),
        ('a "b^c" ^^', ["a", "b^c", "^"]),
        ('a "b"c""', ["a", "bc"]),
        ("a & b", ["a"]),
        ("a ^& b", ["a", "&", "b"]),
        ('a "b & c" > d', ["a", "b & c"]),
        ("a\nb", ["a"]),
        ("a ^", ["a"]),
    ],
)
def test_cmd_words(text, words):
    assert cmd(text) == words


def test_cmd_variables():
    assert [word.variable for word in cmd_command("a %URL%/x http://x/%20b%41c%", 0, 1).words] == [False, True, False]


def test_a_cmd_quote_that_does_not_end():
    with pytest.raises(Unterminated):
        cmd_command('a ^"b', 0, 3)


@pytest.mark.parametrize(
    ("text", "is_cmd"),
    [
        ('curl ^"x^"', True),
        ("curl x ^\n -H y", True),
        ("curl 'x' \\\n -d '^\"'", False),
        ('curl "x" \\\n -d \' ^"\'', False),
        ("curl $'x ^\"'", False),
        ("curl ^\"it's 'so'^\"", True),
        ("curl x", False),
    ],
)
def test_which_shell(text, is_cmd):
    assert next_sign(text, 0)[1] is is_cmd


@pytest.mark.parametrize(
    "piece", ["a ", "'b' ", '"', "\\\\", "$(", "`x` ", "\\\n", "$'\\x41\\u0041' ", "'x'", "${a}", "a>b", "#"]
)
def test_the_work_of_bash_words_grows_with_the_text(piece):
    assert_near_linear(lambda count: lambda: _try(bash_command, "a " + piece * count), 60)


@pytest.mark.parametrize("piece", ["a ", "^\n", '^"', "\\", '"', "\\^", '""', "^\\^\\^"])
def test_the_work_of_cmd_words_grows_with_the_text(piece):
    assert_near_linear(lambda count: lambda: _try(cmd_command, "a " + piece * count), 60)


def _try(read, text):
    with contextlib.suppress(Unterminated):
        read(text, 0, 1)
