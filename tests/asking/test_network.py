"""The options of the network as one value."""

import pytest

from crossorigin.asking import AskingError, Network


def test_nothing_given_is_the_default_way() -> None:
    network = Network()
    assert network.given == ()
    assert network.curl_options == ()
    assert network.driver_arguments["proxy"] is None


def test_every_option_goes_to_the_driver_and_to_curl() -> None:
    network = Network(timeout=3, cacert="ca.pem", insecure=True, proxy="", resolve=("a.test:80:127.0.0.1",))
    assert network.given == ("--cacert", "--insecure", "--proxy", "--resolve")
    assert network.driver_arguments == {
        "timeout": 3,
        "cacert": "ca.pem",
        "insecure": True,
        "proxy": "",
        "resolve": ("a.test:80:127.0.0.1",),
    }
    assert network.curl_options == (
        ("--resolve", "a.test:80:127.0.0.1"),
        ("--proxy", ""),
        ("--cacert", "ca.pem"),
        ("-k",),
    )


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_is_more_than_nothing(timeout: float) -> None:
    with pytest.raises(AskingError, match="more than 0 seconds"):
        Network(timeout=timeout)
