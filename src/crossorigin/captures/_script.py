"""JavaScript and TypeScript as values: literals, and what stands for a variable. Parsed by tree-sitter, never run.

tree-sitter goes on after an error, so a snippet between sentences still gives what it holds.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ._capture import CaptureError

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

MOST_CODE = 100_000
"""Characters of code that are parsed. tree-sitter takes linear time, and up to 40 µs for each."""

MOST_BRACKETS = 5_000
"""Brackets of that code: tree-sitter recurses in C, and some ten thousand of them, nested, end the process."""

_MOST_TEXT = 2_000_000
"""Characters of all texts that are put together: a name that is used twice doubles them."""

_MOST_NESTED = 100
_STRING = re.compile(r"\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\"?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?", re.DOTALL)
_LONG = 1_000
_KEPT = re.compile(r"\x01(\d+)\x01")
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r?\n|\u2028|\u2029)|(.))", re.DOTALL
)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_FENCE = re.compile(r"^[ \t]*```.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the text does not tell: the code of an expression. `text` is a template (`${API}/items`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """What `new Name(...)` or a call of `Name(...)` gives, with what `append` and `set` add to it later."""

    name: str
    arguments: "tuple[Value, ...]"
    added: "tuple[tuple[Value, ...], ...]" = ()
    at: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it does is not looked at."""


@dataclass(frozen=True, slots=True)
class Undefined:
    """`undefined`, and what an object does not have."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object literal. `open` tells that something unknown was spread into it."""

    fields: "dict[str, Value]" = field(default_factory=dict)
    open: bool = False

    def get(self, name: str) -> "Value":
        return self.fields.get(name, UNDEFINED)


Value = str | float | bool | None | list["Value"] | Object | Unknown | Made | Function | Undefined
UNDEFINED = Undefined()


class Script:
    """A parsed text: its calls and assignments in order, and what its expressions are worth."""

    def __init__(self, text: str) -> None:
        """Parses.

        Raises:
            CaptureError: the text is too long, or tree-sitter is not installed.
        """
        self._long: list[str] = []
        text = _FENCE.sub("", text)
        if len(text) > MOST_CODE // 2:
            text = _STRING.sub(self._shortened, text)
        if len(text) > MOST_CODE or sum(map(text.count, "([{`")) > MOST_BRACKETS:
            raise CaptureError("This is too much code to read. Paste the call alone, such as fetch(…).", line=1)
        self._tree = _parse(text)
        self._declared: dict[str, Node | None] = {}
        self._added: dict[str, list[Node]] = {}
        self._values: dict[str, Value] = {}
        self._depth = 0
        self._made = 0
        self.nodes: list[Node] = []
        self._look()

    def _shortened(self, found: re.Match[str]) -> str:
        if len(found[0]) < _LONG or "\x01" in found[0]:
            return found[0]
        self._long.append(found[0][1:-1])
        return f'"\x01{len(self._long) - 1}\x01"'

    @property
    def broken_line(self) -> int | None:
        """The line of the first thing that is not JavaScript."""
        for node in walk(self._tree):
            if node.type == "ERROR" or node.is_missing:
                return line_of(node)
        return None

    def _look(self) -> None:
        for node in walk(self._tree):
            match node.type:
                case "call_expression" | "new_expression":
                    self.nodes.append(node)
                    self._note_added(node)
                case "assignment_expression":
                    self.nodes.append(node)
                    if (left := node.child_by_field_name("left")) is not None and left.type == "identifier":
                        self._declare(left, node.child_by_field_name("right"))
                case "variable_declarator":
                    name = node.child_by_field_name("name")
                    if name is not None and name.type == "identifier":
                        self._declare(name, node.child_by_field_name("value"))
                case _:
                    pass

    def _declare(self, name: "Node", value: "Node | None") -> None:
        known = code(name)
        self._declared[known] = None if known in self._declared else value  # twice: nobody knows which

    def _note_added(self, node: "Node") -> None:
        name = self.callee(node)
        object_name, _, method = name.rpartition(".")
        if method in ("append", "set") and object_name and "." not in object_name:
            self._added.setdefault(object_name, []).append(node)

    def callee(self, node: "Node") -> str:
        """The dotted name of what is called: `axios.post`, `this.http.get`; "" where it is none."""
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        return "" if function is None else dotted(function)

    def arguments(self, node: "Node") -> list[Value]:
        found = node.child_by_field_name("arguments")
        if found is None or found.type != "arguments":
            return []
        return [self.value(child) for child in found.named_children if child.type != "comment"]

    def value(self, node: "Node | None") -> Value:
        """What an expression is worth, as far as the text tells."""
        if node is None:
            return UNDEFINED
        if self._depth >= _MOST_NESTED:
            return Unknown("${…}")
        self._depth += 1
        try:
            read = _READERS.get(node.type)
            return unknown(node) if read is None else read(self, node)
        finally:
            self._depth -= 1

    def _text(self, node: "Node") -> Value:
        content = code(node)[1:-1]
        if kept := _KEPT.fullmatch(content):
            content = self._long[int(kept[1])] if int(kept[1]) < len(self._long) else ""
        return unescaped(content)

    def _template(self, node: "Node") -> Value:
        parts: list[Value] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                parts.append(self.value(child.named_children[0]) if child.named_children else "")
            else:
                parts.append(unescaped(code(child)))
        return self._joined(parts)

    def _number(self, node: "Node") -> Value:
        text = code(node).replace("_", "").rstrip("n")[:400]
        try:
            return float(int(text, 0)) if text[:2].lower() in ("0x", "0o", "0b") else float(text)
        except (ValueError, OverflowError):
            return unknown(node)

    def _unary(self, node: "Node") -> Value:
        operator, operand = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        value = self.value(operand)
        match code(operator) if operator is not None else "", value:
            case "-", float():
                return -value
            case "+", float():
                return value
            case "!", bool() | float():
                return not value
            case _:
                return unknown(node)

    def _object(self, node: "Node") -> Value:
        fields: dict[str, Value] = {}
        is_open = False
        for child in node.named_children:
            match child.type:
                case "pair":
                    key = child.child_by_field_name("key")
                    name = None if key is None else self._key(key)
                    if name is None:
                        is_open = True
                    else:
                        fields[name] = self.value(child.child_by_field_name("value"))
                case "shorthand_property_identifier":
                    fields[code(child)] = self._name(child)
                case "spread_element":
                    spread = self.value(child.named_children[0]) if child.named_children else UNDEFINED
                    if isinstance(spread, Object):
                        fields |= spread.fields
                    is_open |= not isinstance(spread, Object) or spread.open
                case "method_definition":
                    if (name_node := child.child_by_field_name("name")) is not None:
                        fields[code(name_node)] = Function()
                case _:
                    pass
        return Object(fields, is_open)

    def _key(self, key: "Node") -> str | None:
        if key.type == "computed_property_name":
            value = self.value(key.named_children[0]) if key.named_children else UNDEFINED
            return value if isinstance(value, str) else None
        value = self.value(key) if key.type in ("string", "number") else code(key)
        return value if isinstance(value, str) else written(value)

    def _array(self, node: "Node") -> Value:
        return [self.value(child) for child in node.named_children if child.type != "comment"]

    def _name(self, node: "Node") -> Value:
        name = code(node)
        if name == "undefined":
            return UNDEFINED
        value = self.named(name)
        return unknown(node) if isinstance(value, Undefined) or value == Unknown("${…}") else value

    def named(self, name: str) -> Value:
        """What is declared by that name, once; undefined where nothing is."""
        if name not in self._values:
            self._values[name] = UNDEFINED  # what refers to itself is not known
            value = self.value(self._declared.get(name))
            if isinstance(value, Made) and name in self._added:
                value = replace(value, added=tuple(tuple(self.arguments(call)) for call in self._added[name]))
            self._values[name] = value
        return self._values[name]

    def _binary(self, node: "Node") -> Value:
        """A sum of texts, from left to right. Nested to the left, as a parser makes it, so no recursion there."""
        operands: list[Node] = []
        at: Node | None = node
        while at is not None and at.type == "binary_expression":
            operator = at.child_by_field_name("operator")
            right = at.child_by_field_name("right")
            if operator is None or right is None or operator.type not in ("+", "||", "??"):
                return unknown(node)
            if operator.type != "+":
                return self._either(at)
            operands.append(right)
            at = at.child_by_field_name("left")
        if at is not None:
            operands.append(at)
        return self._joined([self.value(operand) for operand in reversed(operands)])

    def _joined(self, parts: list[Value]) -> Value:
        """The parts as one text; unknown as soon as one of them is."""
        texts = [template(part) for part in parts]
        self._made += sum(map(len, texts))
        if self._made > _MOST_TEXT:
            return Unknown("${…}")
        text = "".join(texts)
        return text if all(known_text(part) is not None for part in parts) else Unknown(text)

    def _either(self, node: "Node") -> Value:
        left = self.value(node.child_by_field_name("left"))
        if isinstance(left, Unknown | Undefined | None) or left == "":
            return unknown(node)
        return left

    def _call(self, node: "Node") -> Value:
        name = self.callee(node)
        if name in ("JSON.stringify", "encodeURIComponent", "String", "btoa", "URL") or node.type == "new_expression":
            return Made(name, tuple(self.arguments(node)), at=node.start_byte)
        if name.endswith((".toString", ".create")):
            return Made(name, tuple(self.arguments(node)), at=node.start_byte)
        return unknown(node)

    def _inner(self, node: "Node") -> Value:
        return self.value(node.named_children[0] if node.named_children else None)

    def _function(self, _node: "Node") -> Value:
        return Function()


_READERS: "dict[str, Callable[[Script, Node], Value]]" = {
    "string": Script._text,
    "template_string": Script._template,
    "number": Script._number,
    "true": lambda _script, _node: True,
    "false": lambda _script, _node: False,
    "null": lambda _script, _node: None,
    "undefined": lambda _script, _node: UNDEFINED,
    "object": Script._object,
    "array": Script._array,
    "identifier": Script._name,
    "binary_expression": Script._binary,
    "unary_expression": Script._unary,
    "call_expression": Script._call,
    "new_expression": Script._call,
    "parenthesized_expression": Script._inner,
    "await_expression": Script._inner,
    "as_expression": Script._inner,
    "satisfies_expression": Script._inner,
    "non_null_expression": Script._inner,
    "arrow_function": Script._function,
    "function_expression": Script._function,
}


def _parse(text: str) -> "Tree":
    try:
        from tree_sitter import Language, Parser  # of the extra `cli`, and read nowhere else
        from tree_sitter_typescript import language_tsx
    except ImportError as error:
        raise CaptureError(f"JavaScript is read by tree-sitter: pip install 'crossorigin[cli]' ({error})") from error
    return Parser(Language(language_tsx())).parse(text.encode())


def walk(tree: "Tree") -> "Iterator[Node]":
    """All nodes, each before what is in it."""
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node is not None:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def code(node: "Node") -> str:
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: "Node") -> int:
    return node.start_point[0] + 1


def dotted(node: "Node") -> str:
    """`a.b.c` of a chain of members; "" where something else is in it."""
    names: list[str] = []
    at: Node | None = node
    while at is not None and len(names) < 10:
        match at.type:
            case "member_expression":
                last = at.child_by_field_name("property")
                names.append("" if last is None else code(last))
                at = at.child_by_field_name("object")
            case "subscript_expression":
                index = at.child_by_field_name("index")
                names.append(code(index).strip("'\"`") if index is not None else "")
                at = at.child_by_field_name("object")
            case "await_expression" | "parenthesized_expression" | "non_null_expression" if at.named_children:
                at = at.named_children[0]
            case "identifier" | "this":
                names.append(code(at))
                return ".".join(reversed(names))
            case _:
                return ""
    return ""


def unknown(node: "Node") -> Unknown:
    """The expression as a template's text, on one line and bounded."""
    text = " ".join(code(node)[:200].split())
    return Unknown(f"${{{text if len(text) <= 60 else '…'}}}")


def unescaped(text: str) -> str:
    """The text of a string literal, without the quotes."""
    return _scalar(_ESCAPE.sub(_escape, text)) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    braced, four, two, line_end, letter = found.groups()
    if line_end is not None:
        return ""
    if digits := braced or four or two:
        return chr(int(digits, 16)) if int(digits, 16) <= 0x10FFFF else "\ufffd"
    return _LETTERS.get(letter, letter)


def _scalar(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def template(value: Value) -> str:
    """The value as a template's text: what is unknown stands as `${…}`."""
    if isinstance(value, Unknown):
        return value.text
    known = known_text(value)
    return "${…}" if known is None else known


def known_text(value: Value) -> str | None:
    """The value as `String()` makes it, None where it is not known."""
    match value:
        case str():
            return value
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case float():
            return written(value)
        case Made("String", (inner, *_)):
            return known_text(inner)
        case Made("URL", _):
            return None
        case _:
            return None


def written(value: Value) -> str | None:
    """A number as JavaScript writes it."""
    if not isinstance(value, float) or isinstance(value, bool):
        return None
    return str(int(value)) if math.isfinite(value) and value.is_integer() and abs(value) < 1e21 else repr(value)


def as_json(value: Value) -> str | None:
    """What `JSON.stringify` makes of it, None where something in it is not known."""
    try:
        return json.dumps(_plain(value, [0]), separators=(",", ":"), ensure_ascii=False)
    except _NotKnown:
        return None


class _NotKnown(Exception):
    pass


def _plain(value: Value, count: list[int]) -> object:
    count[0] += 1
    if count[0] > MOST_CODE:
        raise _NotKnown
    match value:
        case float():
            text = written(value) or "null"
            return int(text) if text.lstrip("-").isdigit() else value if math.isfinite(value) else None
        case list():
            return [_plain(item, count) for item in value]
        case Object(fields, False):
            return {
                name: _plain(item, count) for name, item in fields.items() if not isinstance(item, Undefined | Function)
            }
        case str() | bool() | None:
            return value
        case _:
            raise _NotKnown
