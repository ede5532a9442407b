"""The entries of a HAR, put together: a preflight with its request, the hops of a redirect, an answer from the cache.

What is kept is bounded: an entry waits for others only where one can still come, and for `_WINDOW` entries at most.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crossorigin.browser import ResponseHead, parse_url
from crossorigin.standard import HeaderList, is_cors_safelisted_method

from ._capture import Asked, Recorded, RecordedExchange
from ._har_asked import announced, asked_of, is_navigation, knows_no_preflight, unsafe_names
from ._har_entry import Entry

_WINDOW = 256
"""Entries after which nothing is waited for any more. Chromium writes a preflight a few entries behind its request."""

_MOST_ANSWERS = 256
"""Answers that are kept because the browser's cache may have held them."""

_MOST_PAGES = 1000

_SOON = 1.0
"""Seconds after a redirect, or a preflight, in which the next request begins: what comes later is another one."""

_LIKE_A_CACHED_ONE = ("", "net::ERR_FAILED")
"""How an answer from the cache that a page may not read is written down: status 0, and no more than this."""


@dataclass(slots=True)  # mutable: its preflight may come later
class _Hop:
    """A request; `stored` is what the browser's cache may have held for it."""

    entry: Entry
    stored: ResponseHead | None
    preflight: Entry | None = None


class Joiner:
    """Takes the entries in their order, and gives back each request when nothing more can belong to it.

    `pages` are the URLs of the pages as far as they are known, by the id in the log; it is added to.
    """

    def __init__(self, pages: dict[str, str]) -> None:
        self._pages = pages
        self._count = 0
        self._chains: dict[int, list[_Hop]] = {}
        self._redirects: dict[str, list[int]] = {}
        self._preflights: dict[int, Entry] = {}
        self._stored: dict[str, ResponseHead] = {}

    def add(self, entry: Entry) -> Iterator[Recorded]:
        """Takes the next entry."""
        self._count += 1
        number = self._add_preflight(entry) if entry.is_preflight else self._add_request(entry)
        if number in self._chains and not _waits(self._chains[number]):
            yield self._recorded(number)
        yield from self._before(self._count - _WINDOW)

    def rest(self) -> Iterator[Recorded]:
        """What is left when there are no more entries."""
        yield from self._before(self._count + 1)

    def _before(self, oldest: int) -> Iterator[Recorded]:
        """What has waited since before that entry."""
        while (number := next(iter(self._chains), oldest)) < oldest:
            yield self._recorded(number)
        while (number := next(iter(self._preflights), oldest)) < oldest:
            yield self._of_preflight(self._preflights.pop(number))

    def _add_preflight(self, preflight: Entry) -> int:
        for number, hops in reversed(self._chains.items()):
            for hop in hops:
                if hop.preflight is None and _is_earlier_request(hop.entry, preflight):
                    hop.preflight = preflight
                    return number
        self._preflights[self._count] = preflight
        return self._count

    def _add_request(self, entry: Entry) -> int:
        if is_navigation(entry) and entry.next_url is None:
            self._add_page(entry)
        hop = _Hop(entry, self._stored.get(entry.url))
        self._store(entry)
        if not knows_no_preflight(entry):
            claimed = next((n for n in reversed(self._preflights) if _is_for(self._preflights[n], entry)), None)
            hop.preflight = None if claimed is None else self._preflights.pop(claimed)
        number = next((n for n in self._redirects.get(entry.url, ()) if _leads_to(self._chains[n][-1].entry, entry)), 0)
        if number:
            self._forget_redirect(number)
            self._chains[number].append(hop)
        else:
            number = self._count
            self._chains[number] = [hop]
        if entry.next_url is not None:
            self._redirects.setdefault(entry.next_url, []).append(number)
        return number

    def _add_page(self, document: Entry) -> None:
        """The first document of a page is its own, later ones are of frames. Chromium gives the URL as the title."""
        known = parse_url(self._pages.get(document.page, ""))
        if (known is None or not known.is_http) and len(self._pages) < _MOST_PAGES:
            self._pages[document.page] = document.url

    def _forget_redirect(self, number: int) -> None:
        """The chain no longer waits for its next hop."""
        url = self._chains[number][-1].entry.next_url
        if url is not None and number in (waiting := self._redirects.get(url, [])):
            waiting.remove(number)
            if not waiting:
                del self._redirects[url]

    def _recorded(self, number: int) -> Recorded:
        self._forget_redirect(number)
        chain = self._chains.pop(number)
        # A redirect of the browser's own (http to https) never went out.
        hops = [hop for hop in chain if not hop.entry.is_internal] or chain[-1:]
        last = hops[-1]
        # The next hop was preflighted, and refused: what only sees the wire has no entry for the request itself.
        waiting = self._preflights if last.entry.next_url is not None else {}
        refused = [waiting.pop(n) for n in [n for n in waiting if _follows(last.entry, waiting[n])][:1]]
        asked = asked_of([hop.entry for hop in hops], [*[hop.preflight for hop in hops], *refused], self._pages)
        exchanges: list[RecordedExchange] = []
        for hop in hops:
            if hop.preflight is not None:
                exchanges.append(_exchange(hop.preflight))
            exchanges.append(_answered(hop, asked))
        exchanges += map(_exchange, refused)
        failed = [e for e in (last.entry, last.preflight) if e is not None]
        return Recorded(
            asked=asked,
            exchanges=tuple(exchanges),
            error=next((entry.error for entry in failed if entry.error), ""),
            failed=last.entry.failed,
            index=chain[0].entry.index,
        )

    def _of_preflight(self, preflight: Entry) -> Recorded:
        """A preflight alone: proxies never see the request that it asked for, where it was refused."""
        return Recorded(
            asked=asked_of([], [preflight], self._pages),
            exchanges=(_exchange(preflight),),
            error=preflight.error,
            failed=True if preflight.failed else None,
            index=preflight.index,
        )

    def _store(self, entry: Entry) -> None:
        head = entry.answer
        if entry.method != "GET" or not isinstance(head, ResponseHead) or head.status != 200 or is_navigation(entry):
            return
        control = (head.headers.get(b"cache-control") or b"").lower()
        if b"no-store" in control or (head.headers.get(b"vary") or b"").strip() == b"*":
            return
        if not any(head.headers.get(name) for name in (b"cache-control", b"expires", b"etag", b"last-modified")):
            return
        self._stored.pop(entry.url, None)
        self._stored[entry.url] = head
        if len(self._stored) > _MOST_ANSWERS:
            del self._stored[next(iter(self._stored))]


def _answered(hop: _Hop, asked: Asked) -> RecordedExchange:
    """The exchange. What was answered from the cache has the answer that was cached, where the recording holds it."""
    entry, stored = hop.entry, hop.stored
    exchange = _exchange(entry)
    if isinstance(entry.answer, ResponseHead) and entry.answer.status == 304:
        head = entry.answer if stored is None else _updated(stored, entry.answer)
        return replace(exchange, answer=head, from_cache=True)
    if entry.answer is None and stored is not None and entry.method == "GET" and entry.error in _LIKE_A_CACHED_ONE:
        varies = b"origin" in (stored.headers.get(b"vary") or b"").lower()
        if asked.origin is not None and not varies:
            return replace(exchange, answer=stored, from_cache=True)
    return exchange


def _waits(chain: list[_Hop]) -> bool:
    """Whether another entry may still belong to it."""
    if chain[-1].entry.next_url is not None:
        return True
    return any(hop.preflight is None and _may_have_preflight(hop.entry) for hop in chain)


def _may_have_preflight(entry: Entry) -> bool:
    """By method and headers; of what was never sent, the headers do not tell."""
    if knows_no_preflight(entry):
        return False
    if entry.answer is None or not is_cors_safelisted_method(entry.method) or unsafe_names(entry.headers):
        return True
    # A script's request may have had an Authorization, which a sanitized HAR lacks, or a listener on its upload.
    return entry.kind in ("fetch", "xhr", "")


def _is_earlier_request(request: Entry, preflight: Entry) -> bool:
    """Whether a preflight is that of a request which comes before it in the log."""
    if knows_no_preflight(request) or (request.url, request.method) != (preflight.url, preflight.asks_for):
        return False
    if request.began is None or request.ended is None or preflight.began is None:
        return request.answer is None
    return request.began - 0.001 <= preflight.began <= request.ended + 0.001


def _is_for(preflight: Entry, request: Entry) -> bool:
    """Whether a preflight is that of a request which comes after it in the log."""
    if (request.url, request.method) != (preflight.url, preflight.asks_for):
        return False
    origin, asked = request.get("origin"), preflight.get("origin")
    if origin is not None and asked is not None and origin != asked:
        return False
    # Sanitized, it lacks Authorization; never sent, it may lack any.
    names = {name.lower() for name, _ in request.headers} | {"authorization"}
    if request.answer is not None and not names.issuperset(announced(preflight)):
        return False
    if request.began is None or request.ended is None or preflight.began is None:
        return True
    return request.began - _SOON <= (preflight.ended or preflight.began) and preflight.began <= request.ended + 0.001


def _leads_to(redirect: Entry, entry: Entry) -> bool:
    """Whether an entry is the next hop of a redirect."""
    return redirect.kind == entry.kind and entry.method in ("GET", redirect.method) and _follows(redirect, entry)


def _follows(redirect: Entry, entry: Entry) -> bool:
    """Whether an entry is where a redirect leads, and when."""
    if redirect.next_url != entry.url or redirect.page != entry.page:
        return False
    if redirect.began is None or entry.began is None:
        return True
    return redirect.began - 0.001 <= entry.began <= (redirect.ended or redirect.began) + _SOON


def _exchange(entry: Entry) -> RecordedExchange:
    return RecordedExchange(
        method=entry.method,
        url=entry.url,
        request_headers=entry.headers,
        answer=entry.answer,
        preflight=entry.is_preflight,
        from_cache=entry.from_cache,
        from_service_worker=entry.from_service_worker,
    )


def _updated(stored: ResponseHead, fresh: ResponseHead) -> ResponseHead:
    """What the browser makes of a 304: the stored head, with the headers that came anew."""
    new = {name.lower() for name, _ in fresh.headers}
    kept = [(name, value) for name, value in stored.headers if name.lower() not in new]
    return replace(stored, headers=HeaderList((*kept, *fresh.headers)))
