"""Requests in JavaScript: fetch(), axios, jQuery, XMLHttpRequest, beacons, event streams, and elements in markup."""

import re
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from crossorigin.standard import is_forbidden_request_header, normalize_method

from ._asked import (
    asked_on_the_wire,
    credentials_of,
    is_secret,
    mode_of,
    origin_of_url,
    scalar_text,
    value_of,
)
from ._capture import Asked, Capture, CaptureError, Note, Provenance
from ._markup import elements, with_attribute
from ._request_values import (
    basic,
    merged,
    merged_config,
    method_of,
    object_at,
    unfolded,
    url_of,
    urlencoded,
    with_base,
    with_credentials,
    with_params,
)
from ._script import (
    UNDEFINED,
    Function,
    Made,
    Object,
    Script,
    Undefined,
    Unknown,
    Value,
    as_json,
    dotted,
    known_text,
    line_of,
    template,
)

if TYPE_CHECKING:
    from tree_sitter import Node

Headers = tuple[tuple[str, str], ...]

_FETCH = frozenset({"fetch", "window.fetch", "globalThis.fetch", "self.fetch"})
_WITHOUT_BODY = frozenset({"get", "delete", "head", "options"})
_WITH_BODY = frozenset({"post", "put", "patch"})
_CLIENT = re.compile(r"axios|api|http|client|request|instance", re.IGNORECASE)
_METHOD = re.compile(r"(?i:get|head|post|put|patch|delete|options)")
_MOST_REQUESTS = 200
_FORM = "application/x-www-form-urlencoded"


def read_fetch(text: str) -> Capture:
    """The requests that JavaScript (or TypeScript) makes, in its order, and those of elements in markup.

    Nothing is run. A variable that has one literal value is looked up; another one stays as `${name}`, and a URL that
    holds it is not `resolved`. "Copy as fetch" guesses the credentials, and holds the browser's own headers.

    >>> capture = read_fetch("axios.post(`${API}/items`, { name: 'tea' }, { withCredentials: true })")
    >>> [(item.feature, item.method, item.url, item.body, item.credentials) for item in capture.items]
    [('xhr', 'POST', '${API}/items', '{"name":"tea"}', 'include')]

    Raises:
        CaptureError: the text holds no request that can be read, or too much code.
    """
    text = scalar_text(text)
    script = Script(text)
    reader = _Reader(script)
    reader.read()
    asked = [*(asked for _, asked in sorted(reader.found, key=itemgetter(0))), *islice(elements(text), _MOST_REQUESTS)]
    if not asked:
        raise CaptureError(
            "There is no request in this code. Paste the call itself, such as fetch(…), axios.post(…) or xhr.open(…).",
            line=script.broken_line or 1,
        )
    return Capture(kind="fetch", items=tuple(asked), notes=tuple(reader.notes))


@dataclass(slots=True)  # mutable: it is filled while the calls of one XMLHttpRequest are read
class _Pending:
    method: str | None = None
    url: Value = UNDEFINED
    headers: Headers = ()
    body: Value = UNDEFINED
    with_credentials: bool | None = None
    upload_listener: bool = False
    line: int = 1
    order: int = -1


class _Reader:
    def __init__(self, script: Script) -> None:
        self.found: list[tuple[int, Asked]] = []
        self.notes: list[Note] = []
        self._script = script
        self._order = 0
        self._line = 1
        self._requests: dict[str, _Pending] = {}
        self._images: dict[str, dict[str, Value]] = {}
        self._clients: dict[str, Object] = {}
        self._defaults: dict[str, dict[str, Value]] = {}
        self._ajax_setup = Object()
        self._used: set[int] = set()

    def read(self) -> None:
        made: list[tuple[int, int, Made]] = []
        for order, node in enumerate(self._script.nodes):
            if len(self.found) + len(made) + len(self._requests) >= _MOST_REQUESTS:
                self._note(f"Only the first {_MOST_REQUESTS} requests were read.")
                break
            self._order, self._line = order, line_of(node)
            if node.type == "assignment_expression":
                self._assignment(node)
            elif node.type == "new_expression":
                name = self._script.callee(node)
                if name in ("EventSource", "WebSocket"):
                    self._constructor(name, self._script.arguments(node))
                elif name == "Request" and isinstance(request := self._script.value(node), Made):
                    made.append((order, self._line, request))
            else:
                self._call(self._script.callee(node), node)
        for order, line, request in made:
            if request.at not in self._used:  # one that no fetch() takes
                self._order, self._line = order, line
                self._fetch(request.arguments)
        for pending in self._requests.values():
            self._finish(pending)

    def _add(self, asked: Asked) -> None:
        self.found.append((self._order, asked))

    def _note(self, text: str) -> None:
        self.notes.append(Note(text=text, line=self._line))

    def _constructor(self, name: str, arguments: list[Value]) -> None:
        match name, arguments:
            case "EventSource", [url, *rest]:
                given = with_credentials(rest[0] if rest else UNDEFINED)
                self._add(self._asked(url, method="GET", feature="event-source", credentials=given))
            case "WebSocket", [url, *_]:
                self._add(self._asked(url, method="GET", feature="websocket"))
            case _:
                pass

    def _call(self, name: str, node: "Node") -> None:
        owner, _, method = name.rpartition(".")
        if name in _FETCH:
            self._fetch(tuple(self._script.arguments(node)))
        elif method == "sendBeacon":
            self._beacon(self._script.arguments(node))
        elif owner in ("$", "jQuery") and method in ("ajax", "get", "post", "getJSON"):
            self._jquery(method, self._script.arguments(node))
        elif owner in ("$", "jQuery") and method == "ajaxSetup":
            self._ajax_setup = object_at(self._script.arguments(node), 0)
        elif method in ("open", "setRequestHeader", "send", "addEventListener"):
            self._xhr(owner, method, self._script.arguments(node))
        elif name == "axios" or (owner and method in _WITHOUT_BODY | _WITH_BODY | _FORMS | {"request"}):
            self._axios(owner or "axios", method if owner else "", node)

    # fetch()

    def _fetch(self, arguments: tuple[Value, ...]) -> None:
        target, options = [*arguments, UNDEFINED, UNDEFINED][:2]
        while isinstance(target, Made) and target.name == "Request":
            self._used.add(target.at)
            target, inner = [*target.arguments, UNDEFINED, UNDEFINED][:2]
            options = merged(inner, options)
        if isinstance(target, Undefined):
            return
        init = options if isinstance(options, Object) else Object()
        if isinstance(options, Unknown) or init.open:
            self._note("Some options of fetch() are in a variable that is not in the text: they are not known.")
        method = method_of(init.get("method"))
        headers = self._headers(init.get("headers"))
        body, kind = self._body(init.get("body"))
        if kind and value_of(headers, "content-type") is None:
            headers = (*headers, ("Content-Type", kind))
        asked = self._asked(target, method=method, headers=headers, body=body)
        asked = replace(
            asked,
            mode=mode_of(known_text(init.get("mode"))),
            credentials=credentials_of(known_text(init.get("credentials"))),
        )
        self._add(self._copied(asked, init, headers) if _is_copied(init, headers) else self._by_hand(asked))

    def _copied(self, asked: Asked, init: Object, headers: Headers) -> Asked:
        """What DevTools wrote: the browser's headers are among the page's, and the credentials are a guess."""
        referrer = known_text(init.get("referrer"))
        fields = (*headers, ("Referer", referrer)) if referrer else headers
        wire = asked_on_the_wire(
            asked.url, method=asked.method or "GET", fields=fields, notes=self.notes, body=asked.body, line=asked.line
        )
        return replace(
            wire,
            mode=asked.mode or wire.mode,
            credentials=asked.credentials or wire.credentials,
            credentials_provenance=Provenance.GUESSED,
        )

    def _by_hand(self, asked: Asked) -> Asked:
        """Headers that a script cannot set are left out, with a note."""
        forbidden = [name for name, value in asked.headers if _is_forbidden(name, value)]
        for name in dict.fromkeys(forbidden):
            self._note(f"A script cannot set {name}: the browser ignores it, and it was left out.")
        headers = tuple(pair for pair in asked.headers if not _is_forbidden(*pair))
        origin = value_of(asked.headers, "origin")
        return replace(
            asked,
            headers=headers,
            origin=origin_of_url(origin) if origin else None,
            origin_provenance=Provenance.GUESSED if origin else Provenance.STATED,
            secrets=tuple(name for name, _ in headers if is_secret(name)),
        )

    def _asked(
        self,
        target: Value,
        *,
        method: str | None,
        headers: Headers = (),
        body: str | None = None,
        feature: str | None = None,
        credentials: bool | None = None,
    ) -> Asked:
        url, resolved = url_of(target)
        return Asked(
            url=url,
            resolved=resolved,
            method=method,
            headers=headers,
            body=body,
            feature=feature,
            credentials=None if credentials is None else "include" if credentials else "same-origin",
            secrets=tuple(name for name, _ in headers if is_secret(name)),
            line=self._line,
        )

    def _headers(self, value: Value) -> Headers:
        """The pairs of an object, a list of pairs, or `new Headers(…)` with what is appended to it."""
        match value:
            case Object(fields, is_open):
                if is_open:
                    self._note("Some headers are in a variable that is not in the text: they are not known.")
                return tuple(
                    (name, template(item).strip())
                    for name, item in fields.items()
                    if not isinstance(item, Undefined | Object)
                )
            case Made("Headers", arguments, added):
                inner = self._headers(arguments[0]) if arguments else ()
                return (*inner, *((template(pair[0]), template(pair[1]).strip()) for pair in added if len(pair) > 1))
            case list():
                return tuple(
                    (template(pair[0]), template(pair[1]).strip())
                    for pair in value
                    if isinstance(pair, list) and len(pair) == 2
                )
            case Unknown(text):
                self._note(f"The headers {text} are not in the text: they are not known.")
                return ()
            case _:
                return ()

    def _body(self, value: Value) -> tuple[str | None, str]:
        """The body's text ("" where it is not known), and the Content-Type that its kind implies ("" for text)."""
        match value:
            case Undefined() | None:
                return None, ""
            case Made("JSON.stringify", (inner, *_)):
                return as_json(inner) or "", ""
            case Made("URLSearchParams" | "URLSearchParams.toString", arguments, added):
                return urlencoded(arguments, added), f"{_FORM};charset=UTF-8"
            case Made("Blob", arguments):
                parts, options = [*arguments, UNDEFINED, UNDEFINED][:2]
                kind = options.get("type") if isinstance(options, Object) else UNDEFINED
                inner = self._body(parts[0])[0] if isinstance(parts, list) and len(parts) == 1 else ""
                return inner or "", known_text(kind) or ""
            case _:
                return known_text(value) or "", ""

    def _beacon(self, arguments: list[Value]) -> None:
        if not arguments:
            return
        body, kind = self._body(arguments[1] if len(arguments) > 1 else UNDEFINED)
        headers = (("Content-Type", kind),) if kind else ()
        self._add(self._asked(arguments[0], method="POST", headers=headers, body=body, feature="beacon"))

    # XMLHttpRequest

    def _xhr(self, owner: str, method: str, arguments: list[Value]) -> None:
        if method == "open":
            verb = known_text(arguments[0]) if len(arguments) > 1 else None
            if verb is None or _METHOD.fullmatch(verb) is None:
                return
            before = self._requests.get(owner)
            if before is not None and before.order >= 0:
                self._finish(before)
                before = None
            pending = before or _Pending()
            pending.method, pending.url = normalize_method(verb), arguments[1]
            pending.line, pending.order = self._line, self._order
            self._requests[owner] = pending
            return
        request, _, last = owner.rpartition(".")
        if method == "addEventListener" and last == "upload":
            self._requests.setdefault(request, _Pending()).upload_listener = True
        elif (open_request := self._requests.get(owner)) is None:
            return
        elif method == "setRequestHeader" and len(arguments) > 1:
            open_request.headers += ((template(arguments[0]), template(arguments[1])),)
        elif method == "send" and arguments:
            open_request.body = arguments[0]

    def _finish(self, pending: _Pending) -> None:
        if pending.order < 0:
            return
        self._order, self._line = pending.order, pending.line
        body, kind = self._body(pending.body)
        headers = pending.headers
        if kind and value_of(headers, "content-type") is None:
            headers = (*headers, ("Content-Type", kind))
        body = None if pending.method in ("GET", "HEAD") else body
        asked = self._asked(
            pending.url,
            method=pending.method,
            headers=headers,
            body=body,
            feature="xhr",
            credentials=pending.with_credentials,
        )
        self._add(self._by_hand(replace(asked, upload_listener=pending.upload_listener)))

    def _assignment(self, node: "Node") -> None:
        left = node.child_by_field_name("left")
        name = "" if left is None else dotted(left)
        owner, _, last = name.rpartition(".")
        if not owner:
            return
        value = self._script.value(node.child_by_field_name("right"))
        if last == "withCredentials" and isinstance(value, bool) and "defaults" not in owner:
            self._requests.setdefault(owner, _Pending()).with_credentials = value
        elif owner.endswith(".upload") and last.startswith("on"):
            self._requests.setdefault(owner.removesuffix(".upload"), _Pending()).upload_listener = True
        elif ".defaults." in name:
            client, _, option = name.partition(".defaults.")
            self._defaults.setdefault(client, {})[option] = value
        elif last == "crossOrigin":
            self._images.setdefault(owner, {})["crossorigin"] = value
        elif last == "src" and owner in self._images:
            self._add(
                with_attribute(
                    self._asked(value, method="GET", feature="image"), known_text(self._images[owner]["crossorigin"])
                )
            )

    # axios, and what is called like it

    def _axios(self, owner: str, method: str, node: "Node") -> None:
        client = self._client(owner)
        arguments = [] if client is None else self._script.arguments(node)
        if client is None or not arguments or any(isinstance(argument, Function) for argument in arguments):
            return
        data: Value = UNDEFINED
        form = method.removesuffix("Form") if method in _FORMS else ""
        verb = form or method
        match verb, arguments:
            case (("" | "request"), [Object() as config, *_]):
                target = config.get("url")
            case "", [target, *rest]:
                config = object_at(rest, 0)
            case "request", _:
                return
            case _, [target, *rest] if verb in _WITH_BODY:
                data, config = (rest[0] if rest else UNDEFINED), object_at(rest, 1)
            case _, [target, *rest]:
                config = object_at(rest, 0)
            case _:
                return
        config = merged_config(client, config)
        verb = (
            verb
            if verb not in ("", "request")
            else template(config.get("method"))
            if config.get("method") != UNDEFINED
            else "get"
        )
        data = config.get("data") if data == UNDEFINED else data
        headers = self._headers(config.get("headers"))
        body, headers = self._axios_body(data, headers, is_form=bool(form))
        if isinstance(auth := config.get("auth"), Object):
            headers = (*headers, ("Authorization", basic(auth)))
        asked = self._asked(
            with_params(with_base(config.get("baseURL"), target), config.get("params")),
            method=verb.upper() if _METHOD.fullmatch(verb) else None,
            headers=headers,
            body=body,
            feature="xhr",
            credentials=with_credentials(config),
        )
        listener = not isinstance(config.get("onUploadProgress"), Undefined)
        self._add(self._by_hand(replace(asked, upload_listener=listener)))

    def _client(self, owner: str) -> Object | None:
        """The defaults of what `owner` names; None where nothing says that it asks a server."""
        value = self._script.named(owner)
        given = unfolded(self._defaults.get(owner, {}))
        if isinstance(value, Made) and value.name == "axios.create":
            return merged_config(object_at(list(value.arguments), 0), given)
        return given if _CLIENT.search(owner.rpartition(".")[2]) is not None else None

    def _axios_body(self, data: Value, headers: Headers, *, is_form: bool) -> tuple[str | None, Headers]:
        kind = value_of(headers, "content-type")
        is_form |= (isinstance(data, Made) and data.name == "FormData") or (kind or "").startswith(
            "multipart/form-data"
        )
        if isinstance(data, Undefined | None):
            # Without a body axios takes the type out.
            return None, tuple(pair for pair in headers if pair[0].lower() != "content-type")
        if is_form:
            if kind is not None:
                self._note("axios leaves the Content-Type of a form to the browser, which knows its boundary.")
            return "", tuple(pair for pair in headers if pair[0].lower() != "content-type")
        if isinstance(data, Object | list):
            body: str | None = as_json(data) or ""
            implied = "application/json"
        elif isinstance(data, Unknown):
            body, implied = "", "application/json"
        else:
            body, implied = self._body(data)
            implied = implied or _FORM
        if kind is None:
            if implied == "application/json":
                self._note("axios sends an object as JSON. That the Content-Type is application/json is a guess.")
            headers = (*headers, ("Content-Type", implied))
        return body, headers

    # jQuery

    def _jquery(self, method: str, arguments: list[Value]) -> None:
        if not arguments:
            return
        first, *rest = arguments
        if isinstance(first, Object):
            config, target = first, first.get("url")
        elif method == "ajax":
            config, target = object_at(rest, 0), first
        else:
            data: Value = UNDEFINED if not rest or isinstance(rest[0], Function) else rest[0]
            config, target = Object({"data": data}), first
        config = merged_config(self._ajax_setup, config)
        verb = next((text for name in ("method", "type") if (text := known_text(config.get(name)))), None)
        verb = (verb or ("post" if method == "post" else "get")).upper()
        data, headers, body = config.get("data"), self._headers(config.get("headers")), None
        if verb in ("GET", "HEAD"):
            target = with_params(target, data)
        elif not isinstance(data, Undefined | None):
            body = urlencoded((data,), ()) if isinstance(data, Object) else self._body(data)[0]
            kind = config.get("contentType")
            if kind is not False and value_of(headers, "content-type") is None:
                implied = f"{_FORM}; charset=UTF-8"
                headers = (*headers, ("Content-Type", implied if isinstance(kind, Undefined) else template(kind)))
        fields = config.get("xhrFields")
        asked = self._asked(
            target, method=verb, headers=headers, body=body, feature="xhr", credentials=with_credentials(fields)
        )
        self._add(self._by_hand(asked))


_FORMS = frozenset(f"{verb}Form" for verb in _WITH_BODY)


def _is_forbidden(name: str, value: str) -> bool:
    return is_forbidden_request_header(name.encode(), value.encode())


def _is_copied(init: Object, headers: Headers) -> bool:
    """Whether DevTools wrote the call: they always say the body, the mode and the credentials, or add their headers."""
    if {"referrer", "referrerPolicy"} & init.fields.keys() or (
        {"body", "mode", "credentials", "method"} <= init.fields.keys() and init.get("body") is None
    ):
        return True
    return any(name.lower().startswith(("sec-fetch-", "sec-ch-")) for name, _ in headers)
