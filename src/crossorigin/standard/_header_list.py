"""A header list: ordered name and value byte pairs, with duplicates kept, and the standard's operations on it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ._list_values import get_decode_and_split
from ._tokens import is_token

HeaderFields = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, repr=False)
class HeaderList:
    """https://fetch.spec.whatwg.org/#concept-header-list

    Immutable: each operation that the standard calls a change returns a new list. Names keep the case they came in and
    match without regard to it.

    >>> headers = HeaderList.of([("Vary", "Origin"), ("vary", "Accept")])
    >>> headers.get(b"VARY")
    b'Origin, Accept'
    """

    fields: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, fields: "HeaderFields | HeaderList" = ()) -> "HeaderList":
        """A list of a mapping or of pairs, of text or bytes. Text is isomorphically encoded, as the standard does it.

        Raises:
            TypeError: a name or value is neither text nor bytes.
            ValueError: text has a character above U+00FF, which no header can carry.
        """
        if isinstance(fields, HeaderList):
            return fields
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        return cls(tuple((_isomorphic_encode(name), _isomorphic_encode(value)) for name, value in pairs))

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        return f"HeaderList({self.fields!r})"

    def __contains__(self, name: object) -> bool:
        """https://fetch.spec.whatwg.org/#header-list-contains"""
        if not isinstance(name, bytes):
            return False
        # Plain loops, here and below: a fetch asks this a dozen times, and a generator costs more than the question.
        wanted = name.lower()
        for other, _ in self.fields:  # noqa: SIM110  # as said
            if other.lower() == wanted:
                return True
        return False

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """The value of each field line of that name, in order."""
        wanted = name.lower()
        found = []
        for other, value in self.fields:
            if other.lower() == wanted:
                found.append(value)  # as said
        return tuple(found)

    def get(self, name: bytes) -> bytes | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get

        None where there is no such field; several lines come joined by a comma and a space.
        """
        values = self.values(name)
        return b", ".join(values) if values else None

    def get_decode_and_split(self, name: bytes) -> list[str] | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split"""
        value = self.get(name)
        return None if value is None else get_decode_and_split(value)

    def append(self, name: bytes, value: bytes) -> "HeaderList":
        """https://fetch.spec.whatwg.org/#concept-header-list-append"""
        wanted = name.lower()
        for other, _ in self.fields:
            if other.lower() == wanted:
                name = other
                break
        return HeaderList((*self.fields, (name, value)))

    def delete(self, *names: bytes) -> "HeaderList":
        """https://fetch.spec.whatwg.org/#concept-header-list-delete"""
        unwanted = {name.lower() for name in names}
        return HeaderList(tuple(field for field in self.fields if field[0].lower() not in unwanted))

    def set(self, name: bytes, value: bytes) -> "HeaderList":
        """https://fetch.spec.whatwg.org/#concept-header-list-set"""
        return self._replace_first(name, value, join=False)

    def combine(self, name: bytes, value: bytes) -> "HeaderList":
        """https://fetch.spec.whatwg.org/#concept-header-list-combine"""
        return self._replace_first(name, value, join=True)

    def _replace_first(self, name: bytes, value: bytes, *, join: bool) -> "HeaderList":
        if name not in self:
            return self.append(name, value)
        wanted = name.lower()
        fields: list[tuple[bytes, bytes]] = []
        replaced = False
        for other, old in self.fields:
            if other.lower() != wanted:
                fields.append((other, old))
            elif not replaced:
                fields.append((other, old + b", " + value if join else value))
                replaced = True
            elif join:
                fields.append((other, old))
        return HeaderList(tuple(fields))

    def sort_and_combine(self) -> "HeaderList":
        """https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine"""
        fields: list[tuple[bytes, bytes]] = []
        for name in convert_header_names_to_a_sorted_lowercase_set(name for name, _ in self.fields):
            values = self.values(name)
            fields.extend((name, value) for value in (values if name == b"set-cookie" else (b", ".join(values),)))
        return HeaderList(tuple(fields))


def convert_header_names_to_a_sorted_lowercase_set(names: Iterable[bytes]) -> list[bytes]:
    """https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set

    >>> convert_header_names_to_a_sorted_lowercase_set([b"X-B", b"x-a", b"X-b"])
    [b'x-a', b'x-b']
    """
    return sorted({name.lower() for name in names})


def is_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#header-name

    >>> is_header_name(b"X-Request-Id"), is_header_name(b"X Request")
    (True, False)
    """
    return is_token(name.decode("latin-1"))


def is_header_value(value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#header-value

    >>> is_header_value(b"a b"), is_header_value(b" a"), is_header_value(b"a\\nb")
    (True, False, False)
    """
    return value.strip(b"\t ") == value and not any(byte in value for byte in (b"\0", b"\r", b"\n"))


def normalize_header_value(value: bytes) -> bytes:
    """https://fetch.spec.whatwg.org/#concept-header-value-normalize

    >>> normalize_header_value(b" x \\r\\n")
    b'x'
    """
    return value.strip(b"\t\n\r ")


def _isomorphic_encode(text: object) -> bytes:
    if isinstance(text, bytes):
        return text
    if isinstance(text, str):
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError as error:
            raise ValueError(
                f"a header cannot carry the character {text[error.start]!r} at position {error.start}: "
                "only U+0000 to U+00FF fit in a field; percent-encode the rest, or give bytes"
            ) from None
    raise TypeError(f"a header's name and value are str or bytes, not {type(text).__name__}")
