"""Which proxy a request goes through: the option's, or the environment's, as curl reads it."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote_to_bytes  # decodes percent-escapes; it parses nothing

import can_ada

from crossorigin.standard import is_loopback_host

from ._wire import Target

_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy. `host` is without brackets; `username` is None where it wants no password either."""

    scheme: str
    host: str
    port: int
    username: bytes | None = None
    password: bytes = b""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The proxy that `text` names. Without a scheme it is http, as for curl.

        Raises:
            ValueError: it names none.

        >>> Proxy.parse("proxy.example:3128")
        Proxy(scheme='http', host='proxy.example', port=3128, username=None, password=b'')
        """
        try:
            url = can_ada.parse(text if "://" in text else f"http://{text}")
        except ValueError:
            url = None
        scheme = "" if url is None else url.protocol.removesuffix(":")
        if url is None or scheme not in _DEFAULT_PORTS or not url.hostname:
            shown = text if url is None or not url.has_credentials() else f"{scheme}://…@{url.host}"
            raise ValueError(
                f"{shown!r} is no proxy: write http://, https://, socks5:// or socks5h://, a host and a port, as in "
                "http://proxy.example:3128"
            )
        return cls(
            scheme=scheme,
            host=url.hostname.removeprefix("[").removesuffix("]"),
            port=int(url.port) if url.port else _DEFAULT_PORTS[scheme],
            username=unquote_to_bytes(url.username) if url.has_credentials() else None,
            password=unquote_to_bytes(url.password),
        )

    def __str__(self) -> str:
        """Never with the password: messages end up in logs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class Proxies:
    """The proxy for each target, none for this machine (as in Chromium and Firefox, and not in curl).

    `option` None means as `environ` says; the empty string means none. An option wins over all of the environment,
    NO_PROXY too. (curl heeds NO_PROXY even then; but whoever names a proxy to watch localhost with wants it used.)
    """

    def __init__(self, option: str | None, environ: Mapping[str, str]) -> None:
        self._option = Proxy.parse(option) if option else None
        self._environ: Mapping[str, str] = {} if option is not None else environ

    def proxy_for(self, target: Target) -> Proxy | None:
        """The proxy to take, None to go straight.

        Raises:
            ValueError: the environment names something that is no proxy.
        """
        if self._option is not None:
            return self._option
        if is_loopback_host(target.host.removesuffix(".")):
            return None  # browsers ask no proxy for this machine: NO_PROXY need not name it
        for name in (f"{target.scheme}_proxy", "all_proxy"):
            value = self._variable(name)
            if value and not bypasses(target.bare_host, self._variable("no_proxy")):
                return Proxy.parse(value)
        return None

    def _variable(self, name: str) -> str:
        value = self._environ.get(name, "")
        if value or (name == "http_proxy" and "REQUEST_METHOD" in self._environ):
            # Under CGI, HTTP_PROXY is what a client sent as its Proxy header: https://httpoxy.org
            return value
        return self._environ.get(name.upper(), "")


def bypasses(host: str, no_proxy: str) -> bool:
    """https://curl.se/libcurl/c/CURLOPT_NOPROXY.html

    Whether NO_PROXY names the host: `*` alone names all; a name names itself and what lies below it, with a leading dot
    or without; an address may have a prefix length. localhost is nothing special.

    >>> bypasses("api.example.com", ".example.com"), bypasses("notexample.com", "example.com")
    (True, False)
    >>> bypasses("10.1.2.3", "10.0.0.0/8")
    True
    """
    if no_proxy.strip() == "*":
        return True
    entries = no_proxy.replace(",", " ").split()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.removesuffix(".").lower()
        names = [entry.removesuffix(".").removeprefix(".").lower() for entry in entries]
        return any(entry and (name == entry or name.endswith(f".{entry}")) for entry in names)
    return any(_covers(entry, address) for entry in entries)


def _covers(entry: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    host, slash, bits = entry.partition("/")
    try:
        network = ipaddress.ip_network(f"{host.removeprefix('[').removesuffix(']')}{slash}{bits}", strict=False)
    except ValueError:
        return False
    return address in network
