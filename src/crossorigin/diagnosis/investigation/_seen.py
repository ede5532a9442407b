"""All that is known of one failure: the responses by what was asked, and what each of them shows."""

from crossorigin.browser import NetworkFailure, ResponseHead, Send, Verdict, parse_url
from crossorigin.explain import Explanation, Fix, Shown, product_of, visible

from ._conclusion import Conclusion, LookAlike, Probed
from ._probes import asked, failing_exchange, shows_cors, twins

GATEWAY = frozenset({502, 503, 504, *range(520, 531)})


def answer_in_words(answer: ResponseHead | NetworkFailure | None, shown: Shown) -> str:
    """A response in a few words: its status and what it allows.

    >>> answer_in_words(ResponseHead(status=404), Shown())
    'status 404, no Access-Control-Allow-Origin'
    """
    if answer is None:
        return "not sent"
    if isinstance(answer, NetworkFailure):
        return f"no response ({answer.kind})"
    allowed = answer.headers.get(b"access-control-allow-origin")
    location = answer.headers.get(b"location")
    to = f" to {shown.url(location.decode('latin-1'), 200)}" if location is not None and answer.status < 400 else ""
    if allowed is None:
        return f"status {answer.status}{to}, no Access-Control-Allow-Origin"
    return f"status {answer.status}{to}, Access-Control-Allow-Origin: {visible(allowed.decode('latin-1'), 200)}"


def asked_in_words(send: Send, shown: Shown) -> str:
    """A request in a few words: its method, its target, its Origin, and what a preflight asks."""
    url = parse_url(send.url)
    target = shown.url(send.url, 500)
    if url is not None:
        target = target.removeprefix(str(url.origin))
    origin = send.headers.get(b"origin")
    words = f"{visible(send.method, 40)} {target}, "
    words += "no Origin" if origin is None else f"Origin: {visible(origin.decode('latin-1'), 200)}"
    method = send.headers.get(b"access-control-request-method")
    names = send.headers.get(b"access-control-request-headers")
    if method is not None:
        words += f", asking for {visible(method.decode('latin-1'), 40)}"
    if names:
        words += f" with {visible(names.decode('latin-1'), 200)}"
    return words


class Seen:
    """All responses by what was asked, those of the check itself among them."""

    def __init__(self, verdict: Verdict, explanation: Explanation, probed: tuple[Probed, ...], shown: Shown) -> None:
        self.verdict, self.explanation, self.shown = verdict, explanation, shown
        self.answers: dict[str, tuple[Send, ResponseHead | NetworkFailure]] = {}
        request, preflight = asked(verdict, "request"), asked(verdict, "preflight")
        if request is not None and request.answer is not None and request.send.method == "GET":
            self.answers["page"] = request.send, request.answer
        if preflight is not None and preflight.answer is not None:
            self.answers["preflight"] = preflight.send, preflight.answer
        for each in probed:
            if each.answer is not None:
                self.answers.setdefault(each.probe.name, (each.probe.send, each.answer))
        self.failing = failing_exchange(verdict)
        answer = None if self.failing is None else self.failing.answer
        self.head = answer if isinstance(answer, ResponseHead) else None
        self.failure = answer if isinstance(answer, NetworkFailure) else None
        self.by_preflight = self.failing is not None and self.failing.send.purpose == "preflight"
        self.include = verdict.request.credentials == "include"
        origin = None if self.failing is None else self.failing.send.headers.get(b"origin")
        self.origin = str(verdict.page.origin) if origin is None else origin.decode("latin-1")

    def response(self, name: str) -> ResponseHead | None:
        """The response to the probe of that name."""
        answer = self.answers[name][1] if name in self.answers else None
        return answer if isinstance(answer, ResponseHead) else None

    def allows(self, head: ResponseHead | None, origin: str = "") -> bool:
        """Whether the response lets an origin read it, as far as Access-Control-Allow-Origin goes."""
        value = acao(head)
        return value == (origin or self.origin) or (value == "*" and not self.include)

    def passed(self, *names: str) -> bool:
        """Whether one of the probes was allowed for the page's origin."""
        return any(self.allows(self.response(name)) for name in names)

    def allowed_twin(self) -> tuple[str, str, str] | None:
        """The probe, part and form under which the origin is listed, None where it is under none of those tried."""
        for twin in twins(self.origin):
            name = f"origin-{twin.part}"
            if acao(self.response(name)) == twin.origin:
                return name, twin.part, twin.origin
        return None

    def any_cors(self) -> tuple[str, ...]:
        """The probes whose response shows that a CORS layer had a look at it."""
        heads = [(name, self.response(name)) for name in self.answers]
        return tuple(name for name, head in heads if head is not None and shows_cors(head))

    def product(self, head: ResponseHead | None) -> str:
        found = None if head is None else product_of(head.headers)
        return "" if found is None else found.name

    def in_front(self, head: ResponseHead) -> bool:
        """Whether a gateway wrote the response itself."""
        product = product_of(head.headers)
        kind = (head.headers.get(b"content-type") or b"").lower()
        html = kind.startswith(b"text/html")
        return head.status in GATEWAY or (head.status >= 400 and html and product is not None and product.gateway)

    def conclude(self, code: LookAlike, sentence: str, fix: Fix, *names: str) -> Conclusion:
        """The conclusion with the failing response and those of the named probes as evidence."""
        evidence = []
        if self.failing is not None:
            evidence.append((self.failing.send, self.failing.answer))
        evidence += [self.answers[name] for name in dict.fromkeys(names) if name in self.answers]
        pairs = [(asked_in_words(send, self.shown), answer_in_words(answer, self.shown)) for send, answer in evidence]
        if "Access-Control-Allow-Origin: null" in fix.fields:
            fix = self.fix  # which says why no server should list null
        return Conclusion(code=code, sentence=sentence, evidence=tuple(dict(pairs).items()), fix=fix)

    @property
    def fix(self) -> Fix:
        """What the explanation says is to be done."""
        cause = self.explanation.cause
        return Fix(text="Nothing failed.", where="none") if cause is None else cause.fixes[0]

    @property
    def fields(self) -> tuple[str, ...]:
        """The headers that the failing response needs."""
        return self.fix.fields or (f"Access-Control-Allow-Origin: {visible(self.origin)}", "Vary: Origin")


def acao(head: ResponseHead | None) -> str | None:
    value = None if head is None else head.headers.get(b"access-control-allow-origin")
    return None if value is None else value.decode("latin-1")
