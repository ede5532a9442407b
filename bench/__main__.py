"""`python -m bench`: what the middleware adds to a request, in units of the least that a middleware can cost."""

import argparse
import platform
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from bench._apps import (
    PassThrough,
    asgi_app,
    drive_asgi,
    drive_wsgi,
    environ,
    fresh,
    scope,
    wsgi_app,
    wsgi_pass_through,
)
from bench._browser import page_fetch
from bench._imports import imports
from bench._measure import Timing, measure
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.wsgi import CORSMiddleware as WSGICORSMiddleware
from crossorigin.policy import Policy

APP = b"https://app.example.com"
EVIL = b"https://evil.example.net"

LISTS: dict[str, Any] = {
    "allow_methods": ["PUT", "DELETE"],
    "allow_headers": ["authorization", "content-type"],
    "allow_credentials": True,
    "max_age": 600,
}
POLICIES = {
    "constant": Policy(allow_origins=[APP.decode()], **LISTS),
    "allow-list": Policy(allow_origins=[APP.decode(), "https://other.example.com"], **LISTS),
    "wildcards": Policy(allow_origins=["https://*.example.com", "http://localhost:*"], **LISTS),
}
PREFLIGHT = ((b"access-control-request-method", b"PUT"), (b"access-control-request-headers", b"content-type"))
ROWS = {
    "no Origin": scope("GET"),
    "allowed": scope("GET", (b"origin", APP)),
    "denied": scope("GET", (b"origin", EVIL)),
    "preflight, allowed": scope("OPTIONS", (b"origin", APP), *PREFLIGHT),
    "preflight, denied": scope("OPTIONS", (b"origin", EVIL), *PREFLIGHT),
}
STARLETTE_LIKE = {"constant": "starlette", "allow-list": "starlette", "wildcards": "starlette, regex"}
TARGETS = {"constant": 2.0, "allow-list": 3.0, "wildcards": 4.5}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds and short lists, to see that it runs")
    options = parser.parse_args()
    rounds, calls = (5, 200) if options.quick else (61, 2000)
    sizes = (1, 1_000, 10_000) if options.quick else (1, 1_000, 100_000, 1_000_000)
    print(f"{platform.python_implementation()} {platform.python_version()}; CPU time of one thread; {rounds} rounds")
    per_request(rounds, calls)
    per_response_field(rounds, calls)
    wsgi(rounds, calls)
    exact_origins(rounds, calls, sizes)
    wildcard_patterns(rounds, calls, [size for size in sizes if size <= 100_000])
    long_request_headers(rounds, calls)
    imports(rounds)
    page_fetch(rounds, calls)


def per_request(rounds: int, calls: int) -> None:
    app = asgi_app()
    candidates: dict[str, Callable[..., Any]] = {name: CORSMiddleware(app, policy) for name, policy in POLICIES.items()}
    peers = starlette_middlewares(app)
    candidates |= peers
    print("\nASGI: what each adds to the bare app, 10 request and 2 response fields")
    print("  unit: what an async pass-through that wraps `send` adds; x: in such units (quartiles);")
    print("  s: how many times below Starlette's CORSMiddleware, which does with a regex what our wildcards do")
    for row, request in ROWS.items():
        timings = measure(
            {
                "bare": drive_asgi(app, request),
                "unit": drive_asgi(PassThrough(app), request),
                **{name: drive_asgi(candidate, request) for name, candidate in candidates.items()},
            },
            rounds=rounds,
            calls=calls,
        )
        added = {name: timing.minus(timings["bare"]) for name, timing in timings.items()}
        unit = added["unit"].median
        print(f"\n  {row}: the app alone {timings['bare'].median:.0f} ns, unit {unit:.0f} ns")
        for name in candidates:
            line = f"    {name:18}{added[name].median:8.0f} ns  {_units(added[name], unit)}"
            peer = STARLETTE_LIKE.get(name)
            if peer in peers:
                line += f"  s {added[peer].median / added[name].median:4.1f}"
            if name in TARGETS and "preflight" not in row:
                line += f"   (at most {TARGETS[name]:.1f})"
            print(line)


def _units(added: Timing, unit: float) -> str:
    return f"x {added.median / unit:5.2f}  ({added.low / unit:5.2f} to {added.high / unit:5.2f})"


def starlette_middlewares(app: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    try:
        from starlette.middleware.cors import CORSMiddleware as Starlette
    except ImportError:
        print("starlette is not installed: no comparison")
        return {}
    lists = LISTS | {"allow_origins": []}
    return {
        "starlette": Starlette(app, **lists | {"allow_origins": [APP.decode(), "https://other.example.com"]}),
        "starlette, regex": Starlette(
            app, **lists, allow_origin_regex=r"https://([a-z0-9_-]+\.)+example\.com|http://localhost(:[0-9]+)?"
        ),
    }


def per_response_field(rounds: int, calls: int) -> None:
    request = ROWS["allowed"]
    few, many = asgi_app(2), asgi_app(22)
    candidates = {"bare": lambda app: app, "unit": PassThrough}
    candidates |= {name: (lambda app, policy=policy: CORSMiddleware(app, policy)) for name, policy in POLICIES.items()}
    timings = measure(
        {
            f"{name} {count}": drive_asgi(wrap(app), request)
            for name, wrap in candidates.items()
            for count, app in ((2, few), (22, many))
        },
        rounds=rounds,
        calls=calls,
    )
    unit = timings["unit 2"].median - timings["bare 2"].median
    print("\nA further response field (allowed row), at most 0.15")
    for name in POLICIES:
        further = (timings[f"{name} 22"].median - timings[f"{name} 2"].median) / 20
        print(f"    {name:12}{further:8.1f} ns  x {further / unit:5.3f}")


def wsgi(rounds: int, calls: int) -> None:
    print("\nWSGI: what each adds to the bare app")
    for row, request in ROWS.items():
        env = environ(request)
        timings = measure(
            {
                "bare": drive_wsgi(wsgi_app, env),
                "unit": drive_wsgi(wsgi_pass_through(wsgi_app), env),
                **{name: drive_wsgi(WSGICORSMiddleware(wsgi_app, policy), env) for name, policy in POLICIES.items()},
            },
            rounds=rounds,
            calls=calls,
        )
        bare = timings["bare"]
        added = ", ".join(f"{name} {timings[name].minus(bare).median:.0f} ns" for name in ("unit", *POLICIES))
        print(f"    {row:20}{added}")


def exact_origins(rounds: int, calls: int, sizes: Sequence[int]) -> None:
    print("\nExact origins, allowed row: one hot origin (at most 1.3), all in turn (at most 1.6), and all at random")
    _sizes(
        [(size, [f"https://tenant-{number}.example.com" for number in range(max(size, 2))]) for size in sizes],
        lambda number: b"https://tenant-%d.example.com" % number,
        rounds,
        calls,
    )


def wildcard_patterns(rounds: int, calls: int, sizes: Sequence[int]) -> None:
    print("\nWildcards: the same")
    _sizes(
        [(size, [f"https://*.tenant-{number}.example.com" for number in range(size)]) for size in sizes],
        lambda number: b"https://app.tenant-%d.example.com" % number,
        rounds,
        calls,
    )


def _sizes(lists: Sequence[tuple[int, list[str]]], origin: Callable[[int], bytes], rounds: int, calls: int) -> None:
    app = asgi_app()
    bare = drive_asgi(app, ROWS["allowed"])
    candidates: dict[str, Callable[[], object]] = {"bare": bare, "unit": drive_asgi(PassThrough(app), ROWS["allowed"])}
    small, _ = _build(app, lists[0][1])
    for size, patterns in lists:
        middleware, built = _build(app, patterns)
        print(f"    {size:>9,} {built}")
        candidates[f"hot {size}"] = drive_asgi(middleware, scope("GET", (b"origin", origin(0))))
        # As many requests from one origin, of a list that is searched in no time: what rotating itself costs.
        base = [fresh(origin(0)) for _ in range(size)]
        everyone = [origin(number) for number in range(size)]
        candidates[f"turn {size}"] = _rotating(middleware, everyone)
        candidates[f"turn base {size}"] = _rotating(small, base)
        candidates[f"random {size}"] = _rotating(middleware, random.sample(everyone, size))
        candidates[f"random base {size}"] = _rotating(small, random.sample(base, size))
    timings = measure(candidates, rounds=rounds, calls=calls)
    bare_time = timings["bare"].median
    one = timings[f"hot {lists[0][0]}"].median - bare_time
    for size, _ in lists:
        hot_time = timings[f"hot {size}"].median - bare_time
        line = f"    {size:>9,}   hot {hot_time:5.0f} ns  x {hot_time / one:4.2f}"
        for order in ("turn", "random"):
            time_in_order = one + timings[f"{order} {size}"].median - timings[f"{order} base {size}"].median
            line += f"   {order} {time_in_order:5.0f} ns  x {time_in_order / one:4.2f}"
        print(line)


def _rotating(app: Callable[..., Any], origins: list[bytes]) -> Callable[[], object]:
    """Each call is a request from the next of the origins, all through and from round to round."""
    request = scope("GET", (b"origin", b""))
    headers = request["headers"]
    assert headers[-1][0] == b"origin"
    name = fresh(b"origin")
    following = cycle([(name, fresh(origin)) for origin in origins])
    call = drive_asgi(app, request)

    def call_next() -> None:
        headers[-1] = next(following)
        call()

    return call_next


def _build(app: Callable[..., Any], patterns: list[str]) -> tuple[Callable[..., Any], str]:
    """The middleware, and what making it took. The memory is measured in a second build: tracing slows the first."""
    start = time.thread_time()
    middleware = CORSMiddleware(app, allow_origins=patterns)
    seconds = time.thread_time() - start
    tracemalloc.start()
    again = CORSMiddleware(app, allow_origins=patterns)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del again
    return middleware, f"built in {seconds:6.3f} s, at most {peak / 1e6:6.1f} MB (tracemalloc, without the list given)"


def long_request_headers(rounds: int, calls: int) -> None:
    app = asgi_app()
    long_value = b"x-a," * (64 * 1024 // 4)
    hostile = scope(
        "OPTIONS",
        (b"origin", APP),
        (b"access-control-request-method", b"PUT"),
        (b"access-control-request-headers", long_value),
    )
    echoing = Policy(
        allow_origins=[APP.decode()], allow_methods="*", allow_headers=["*", "authorization"], allow_credentials=True
    )
    candidates = {name: CORSMiddleware(app, policy) for name, policy in {**POLICIES, "echoing": echoing}.items()}
    timings = measure(
        {name: drive_asgi(middleware, hostile) for name, middleware in candidates.items()},
        rounds=rounds,
        calls=max(calls // 10, 1),
    )
    print("\nA preflight with 64 KiB of Access-Control-Request-Headers, at most 50 µs")
    for name, timing in timings.items():
        print(f"    {name:12}{timing.median / 1000:8.2f} µs")


if __name__ == "__main__":
    main()
