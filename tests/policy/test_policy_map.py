import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import Policy, PolicyMap

API = Policy(allow_origins=["https://app.example.com"])
ADMIN = Policy(allow_origins=["https://admin.example.com"], refuse_disallowed=True)
PUBLIC = Policy(allow_origins="*")
MAP = PolicyMap({"/api/": API, "/api/admin": ADMIN, "/api/admin/docs/": None, "/Public": PUBLIC, "/ü/": PUBLIC})


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/api", API),
        ("/api/", API),
        ("/api/x/y/z", API),
        ("/api/adminx", API),
        ("/api/admin", ADMIN),
        ("/api/admin/", ADMIN),
        ("/api/admin/x", ADMIN),
        ("/api/admin/docs", None),
        ("/api/admin/docs/x", None),
        ("/api/admin/docsx", ADMIN),
        ("/apiary", None),
        ("/API/x", None),
        ("/Public/x", PUBLIC),
        ("/public/x", None),
        ("/ü/x", PUBLIC),
        ("/", None),
        ("", None),
        ("/x/api/", None),
        ("/api/%2e%2e/x", API),
        ("/api/...", API),
        ("/api/.hidden", API),
        ("/api/a..b", API),
        ("/api/x?y", API),
    ],
)
def test_the_longest_prefix_of_whole_segments_wins(path: str, policy: Policy | None) -> None:
    assert MAP.resolve(path) is policy


@pytest.mark.parametrize(
    "path",
    [
        "//api/x",
        "/api//x",
        "/api/../x",
        "/api/..",
        "/x/./api",
        "/api/.",
        "/..",
        "/api\\x",
        "/x\\..\\api",
        "api/x",
        "*",
        "http://host/api",
        "/uncovered/../api/x",
    ],
)
def test_a_path_that_may_mean_another_is_answered_as_not_allowed(path: str) -> None:
    assert MAP.resolve(path) is MAP.nobody
    for origin in ("https://app.example.com", "https://admin.example.com", "null"):
        decision = MAP.nobody.decide("GET", {"Origin": origin})
        assert (decision.kind, decision.allowed) == ("refused", False)
        preflight = MAP.nobody.decide("OPTIONS", {"Origin": origin, "Access-Control-Request-Method": "PUT"})
        assert (preflight.status, preflight.headers) == (403, ((b"content-length", b"0"),))


def test_such_a_path_is_refused_only_where_some_policy_refuses() -> None:
    policies = PolicyMap({"/": PUBLIC})
    decision = policies.nobody.decide("GET", {"Origin": "https://app.example.com"})
    assert (decision.kind, decision.headers, decision.vary) == ("actual", (), (b"Origin",))


def test_the_root_covers_every_path() -> None:
    policies = PolicyMap({"/": PUBLIC, "/private/": None})
    assert policies.resolve("/") is policies.resolve("") is policies.resolve("/a/b/c") is PUBLIC
    assert policies.resolve("/private/x") is None


def test_an_empty_map_covers_nothing() -> None:
    assert PolicyMap({}).resolve("/api") is None


def test_it_is_a_value() -> None:
    other = PolicyMap(dict(reversed(list(MAP.policies.items()))))
    assert other == MAP
    assert hash(MAP) == hash(other)
    assert PolicyMap({"/api": API}) == PolicyMap({"/api/": API}) != PolicyMap({"/api/": None})
    assert MAP != {}
    assert eval(repr(MAP)) == MAP
    assert pickle.loads(pickle.dumps(MAP)) == MAP
    with pytest.raises(TypeError):
        MAP.policies["/x"] = None  # type: ignore[index]


def naive(policies: dict[str, Policy | None], path: str) -> Policy | None:
    segments = [segment for segment in path.split("/") if segment]
    best: tuple[int, Policy | None] = (-1, None)
    for key, policy in policies.items():
        prefix = [segment for segment in key.split("/") if segment]
        if segments[: len(prefix)] == prefix and len(prefix) > best[0]:
            best = (len(prefix), policy)
    return best[1]


PATHS = st.lists(st.sampled_from(["a", "b", "ab", "A"]), max_size=4).map(lambda segments: "/" + "/".join(segments))


@given(
    st.dictionaries(PATHS, st.sampled_from([API, ADMIN, PUBLIC, None]), max_size=5), PATHS, st.sampled_from(["", "/"])
)
def test_resolving_equals_a_comparison_with_every_key(policies: dict[str, Policy | None], path: str, end: str) -> None:
    path = path if path == "/" else path + end
    assert PolicyMap(policies).resolve(path) is naive(policies, path)


def test_what_is_no_mapping_is_said_to_be_none() -> None:
    with pytest.raises(TypeError, match="takes a mapping of paths to policies, not list"):
        PolicyMap([("/", None)])  # type: ignore[arg-type]
