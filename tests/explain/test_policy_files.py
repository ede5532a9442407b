"""Problems of a policy file, pointed at as a compiler does; and where in a TOML text things stand."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from crossorigin.explain import SourceText, render_policy_error
from crossorigin.explain.policies._toml_places import toml_places
from crossorigin.policy import Policy, PolicyError, Problem, dotted_key

FILE = """\
# The API's pages.
allow_origins = [
    "https://app.example.com",  # the app, not "this"
    "https://admin.example.com/", 'null',
]
allow_methods = ["PUT", "patch"]
max_ages = 60
"""


def rendered(text: str, width: int = 80) -> str:
    with pytest.raises(PolicyError) as raised:
        Policy.from_mapping(tomllib.loads(text))
    return render_policy_error(raised.value, SourceText("cors.toml", text), width=width)


def test_every_problem_has_its_line_its_caret_and_its_hint() -> None:
    text = rendered(FILE)
    assert text.count("error[") == 4
    slash = text[text.index("error[origin-trailing-slash]") :].split("\n\n")[0]
    lines = slash.splitlines()
    assert lines[0].startswith("error[origin-trailing-slash]: allow_origins[1]: ")
    assert "  --> cors.toml:4:5" in lines
    source = lines.index(" 4 |     \"https://admin.example.com/\", 'null',")
    assert lines[source + 1] == "   |     " + "^" * len('"https://admin.example.com/"')
    assert lines[-1] == "  = hint: write 'https://admin.example.com'"
    assert "cors.toml:4:35" in text
    assert "cors.toml:6:25" in text
    assert "cors.toml:7:1" in text


def test_hints_are_written_as_the_file_is() -> None:
    text = rendered(
        """
allow_origins = ["null", "https://*.github.io", "^https://.*$", "moz-extension://*", "app://*.a"]
allow_headers = ["cookie"]
allow_credentials = "yes"
refuse_disallowed = 1
""",
        width=200,
    )
    assert "takes true, false, or a list of origins, not 'yes'" in text
    assert "= hint: write true or false" in text
    assert "takes true or false, not 1" in text
    assert "remove it; allow_credentials = true lets browsers send cookies" in text
    assert not any(python in text for python in ("True", "dangerously(", "lambda"))
    tables = [line.partition(", or ")[2] for line in text.splitlines() if "{ dangerously" in line]
    assert [tomllib.loads(f"entry = {table}")["entry"]["dangerously"] for table in tables] == [
        "null",
        "https://*.github.io",
        "moz-extension://*",
    ]


def test_hints_without_a_file_are_python() -> None:
    with pytest.raises(PolicyError) as raised:
        Policy.from_mapping({"allow_origins": ["null"], "allow_credentials": 1})
    text = render_policy_error(raised.value, width=200)
    assert "dangerously('null', because='…')" in text
    assert "write True or False" in text


def test_windows_line_ends_and_tabs_do_not_shift_the_caret() -> None:
    text = rendered(FILE.replace("\n", "\r\n").replace("    ", "\t"))
    assert "cors.toml:4:2" in text
    assert "   |  ^^^^^^" in text
    assert "\r" not in text


def test_wide_characters_do_not_shift_the_caret() -> None:
    text = rendered('allow_origins = ["https://例え.example", "https://a.example/"]\n')
    line, carets = text.split("\n\n")[1].splitlines()[-3:-1]
    assert "例え" in line
    assert line.index('"https://a.example/"') + 2 == carets.index("^")


def test_a_long_line_is_shown_around_the_problem() -> None:
    good = ", ".join(f'"https://a{n}.example"' for n in range(2000))
    text = rendered(f'allow_origins = [{good}, "https://bad.example/"]\n')
    assert all(len(line) <= 80 for line in text.splitlines())
    assert '"https://bad.example/"' in text


def test_hostile_values_reach_no_terminal() -> None:
    text = rendered('allow_origins = ["https://a.example\\u001b[31m", "https://\\u202eb"]\n')
    assert all(character.isprintable() or character == "\n" for character in text)


def test_without_a_source_the_problems_stand_alone() -> None:
    with pytest.raises(PolicyError) as raised:
        Policy(allow_origins=["https://a.example/"])
    assert render_policy_error(raised.value) == (
        "error[origin-trailing-slash]: allow_origins[0]: 'https://a.example/' ends in a\n"
        "  slash: browsers send none, so it would never match\n"
        "  = hint: write 'https://a.example'\n"
    )


def test_a_missing_field_points_at_the_file() -> None:
    assert "  --> cors.toml\n" in rendered("max_age = 1\n")


KEYS = st.sampled_from(["allow_origins", "a", "b-c", '"quoted key"', "'literal'"])
SPACE = st.sampled_from(["", " ", "\t", '  # a comment, with [ and "\n', "\n", "\r\n"])
SCALARS = st.one_of(
    st.integers().map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.sampled_from(
        [
            '"x"',
            "'x'",
            '"a\\"b, ]"',
            "'a, #b'",
            '"""a\n"b" ]"""',
            "'''a'b''\n'''",
            '""',
            "''",
            '""""a""""',
            "1.5e3",
            "1979-05-27T07:32:00Z",
            "{ a = 1, b = [1, 2], c = { d = ']' } }",
            "[[1], [2, [3]]]",
            "[]",
            "{}",
        ]
    ),
)


def flat(data: dict[str, Any], table: str = "") -> dict[str, Any]:
    """The values by their dotted keys, tables and what is in them."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        found[dotted_key(table, name)] = value
        if isinstance(value, dict):
            found |= flat(value, dotted_key(table, name))
    return found


LINES = st.sampled_from(
    ["{} = {}\n", "[a]\n{} = {}\n", "['t.\"1\"'] # ]\nx . y.{} = {}\n", 'i = {{ "/" = {{ {} = {}}} }}\n']
)


@given(st.lists(st.tuples(LINES, KEYS, st.lists(st.tuples(SPACE, SCALARS, SPACE), max_size=4)), max_size=4))
def test_what_stands_at_a_place_is_the_item(pairs: list[tuple[str, str, list[tuple[str, str, str]]]]) -> None:
    """The oracle is tomllib: the text at an item's place, read alone, is the item."""
    text = "".join(
        line.format(key, f"[{','.join(before + item + after for before, item, after in items)}]")
        for line, key, items in pairs
    )
    try:
        data = flat(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        reject()  # a key or a table twice
    places = toml_places(text)
    items = {(key, number) for key, value in data.items() if isinstance(value, list) for number in range(len(value))}
    assert {(key, index) for key, index in places if index is not None} == items
    assert {key for key, index in places if index is None} == set(data)
    for (key, index), place in places.items():
        piece = text[place.start : place.end]
        if index is None:
            assert key.endswith([*flat(tomllib.loads(f"{piece} = 1"))][-1])
        else:
            assert tomllib.loads(f"x = {piece}")["x"] == data[key][index]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('"\\u002fapi/" = 1', '"/api/"'),
        ("'\\u002f' = 1", '"\\\\u002f"'),
        ('"" = 1', '""'),
        ("a\t.\tb = 1", "a.b"),
        ('[ a . "b.c" ]', 'a."b.c"'),
        ("a = {b = {c = 1}}", "a.b.c"),
        ('"\\q" = 1', '"\\\\q"'),  # not TOML
    ],
)
def test_keys_are_dotted_as_the_fields_of_problems_are(text: str, key: str) -> None:
    assert [*toml_places(text)][-1] == (key, None)


def test_a_problem_of_a_key_that_is_not_there_points_at_its_table() -> None:
    text = "[paths.'/v1.0/']\n"
    missing = Problem("origins-missing", 'paths."/v1.0/".allow_origins', None, None, "no origin", "list them")
    assert "  --> cors.toml:1:2\n" in render_policy_error(PolicyError.of([missing]), SourceText("cors.toml", text))


@pytest.mark.parametrize("value", ["[" * 5000 + "]" * 5000, "{a=" * 5000 + "1" + "}" * 5000, "[" * 5000], ids=len)
def test_depth_costs_no_stack(value: str) -> None:
    assert toml_places(f"a = [{value}]\nb = 1\n")["a", 0].start == 5


def test_tables_and_arrays_of_tables() -> None:
    text = '[other]\nallow_origins = [1]\n[[allow_origins]]\ndangerously = "null"\n[[allow_origins]]\n'
    places = toml_places(text)
    assert ("allow_origins", 1) in places
    assert text[places["allow_origins", 0].start :].startswith("[[allow_origins]]\ndangerously")
    assert ("allow_origins", 2) not in places


@given(st.text(max_size=200))
def test_no_text_is_too_broken_to_be_looked_through(text: str) -> None:
    for place in toml_places(text).values():
        assert 0 <= place.start <= place.end <= len(text) + 1
