"""Every feature of the web that fetches: what it sends, what stops it, and what a script then sees of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._bodies import BODIES
from tests.differential._build import ACAC, ACAO, case, ok, to
from tests.differential._case import Case, Feature
from tests.differential._server import Answer, Route

FIELDS = (
    *("accept", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-site", "sec-fetch-storage-access", "referer"),
    *("content-type", "accept-language"),
)

CROSSORIGIN = (
    *(
        "audio",
        "event-source",
        "image",
        "module",
        "modulepreload",
        "prefetch",
        "script",
        "stylesheet",
        "track",
        "video",
    ),
    "preload",
)
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "page": (f"{ACAO}{{page}}",),
    "any": (f"{ACAO}*",),
    "page-credentials": (f"{ACAO}{{page}}", f"{ACAC}true"),
    "any-credentials": (f"{ACAO}*", f"{ACAC}true"),
    "other": (f"{ACAO}{{other}}",),
    "null": (f"{ACAO}null",),
}
PRELOADS = ("fetch", "script", "style", "image", "font")


def features() -> Iterable[tuple[str, Feature]]:
    """Each with each value of the attributes that it takes."""
    for name in BODIES:
        for crossorigin in (None, "anonymous", "use-credentials") if name in CROSSORIGIN else (None,):
            spoken = {None: "plain", "anonymous": "anonymous", "use-credentials": "credentials"}[crossorigin]
            if name == "preload":
                for destination in PRELOADS:
                    yield (
                        f"preload-{destination}.{spoken}",
                        Feature(name, crossorigin=crossorigin, destination=destination),
                    )
            elif name == "event-source":
                if crossorigin != "anonymous":
                    yield f"{name}.{spoken}", Feature(name, with_credentials=crossorigin is not None)
            elif name == "beacon":
                yield f"{name}.text", Feature(name, content_type="text/plain")
                yield f"{name}.json", Feature(name, content_type="application/json")
            else:
                yield f"{name}.{spoken}", Feature(name, crossorigin=crossorigin)


def cases() -> Iterable[Case]:
    """Features times answers, at home and abroad, and behind a redirect."""
    for name, feature in features():
        content_type, body = BODIES[feature.name]
        for answer, lines in ANSWERS.items():
            sent = ok(*lines, f"Content-Type: {content_type}", body=body)
            preflight = ok(*lines, "Access-Control-Allow-Headers: content-type")
            yield case(f"feature.{name}.{answer}", feature, sent, preflight, fields=FIELDS)
        sent = ok(f"Content-Type: {content_type}", body=body)
        home = Feature(
            feature.name,
            "{page/x}",
            feature.crossorigin,
            feature.destination,
            feature.with_credentials,
            feature.content_type,
        )
        yield case(f"feature.{name}.home", home, page_x=Route((sent,)), fields=FIELDS)
        for answer, lines in (("page", (f"{ACAO}{{page}}",)), ("any", (f"{ACAO}*",))):
            hop = to("{other/y}", *lines)
            end = {"other_y": Route((ok(*lines, f"Content-Type: {content_type}", body=body),))}
            yield case(f"feature.{name}.redirect-{answer}", feature, hop, ok(*lines), fields=FIELDS, **end)
        away = {"page_x": Route((to("{api/x}"),))}
        yield case(f"feature.{name}.redirect-from-home", home, sent, fields=FIELDS, **away)
        if feature.name == "embed":
            continue  # Firefox tells nothing of one that failed
        yield case(f"feature.{name}.status-404", feature, Answer(404, (f"{ACAO}*", *sent.lines), body), fields=FIELDS)
