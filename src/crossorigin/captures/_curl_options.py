"""curl's options as data: which take a value, their short names, and which of them reach for a file or a proxy."""

_SHORT = """
a=append E=cert K=config C=continue-at b=cookie c=cookie-jar d=data q=disable D=dump-header f=fail F=form
P=ftp-port G=get g=globoff I=head H=header h=help 0=http1.0 i=show-headers k=insecure 4=ipv4 6=ipv6
j=junk-session-cookies l=list-only L=location M=manual m=max-time n=netrc :=next N=no-buffer o=output Z=parallel
#=progress-bar x=proxy U=proxy-user p=proxytunnel Q=quote r=range e=referer J=remote-header-name O=remote-name
R=remote-time X=request S=show-error s=silent Y=speed-limit y=speed-time 2=sslv2 3=sslv3 t=telnet-option
z=time-cond 1=tlsv1 T=upload-file B=use-ascii u=user A=user-agent v=verbose V=version w=write-out
"""

SHORT = dict(pair.split("=") for pair in _SHORT.split())
"""https://curl.se/docs/manpage.html

Letters, and the options that they stand for.
"""

FILES = frozenset(
    {
        *("alt-svc", "cacert", "capath", "cert", "config", "cookie-jar", "crlfile", "dump-header", "egd-file"),
        *("etag-compare", "etag-save", "hsts", "key", "knownhosts", "libcurl", "netrc-file", "output", "output-dir"),
        *("proxy-cacert", "proxy-capath", "proxy-cert", "proxy-crlfile", "proxy-key", "pubkey", "random-file"),
        *("ssl-sessions", "stderr", "trace", "trace-ascii", "upload-file"),
    }
)
"""Options whose value names a file."""

FILE_FLAGS = frozenset({"netrc", "netrc-optional", "remote-name", "remote-name-all", "remote-header-name"})
"""Options without a value that read or write a file all the same."""

ROUTES = frozenset(
    {
        *("abstract-unix-socket", "connect-to", "doh-url", "dns-interface", "dns-ipv4-addr", "dns-ipv6-addr"),
        *("dns-servers", "haproxy-clientip", "interface", "ipfs-gateway", "local-port", "preproxy", "proxy"),
        *("proxy-header", "proxy-user", "proxy1.0", "resolve", "socks4", "socks4a", "socks5", "socks5-hostname"),
        "unix-socket",
    }
)
"""Options with a value that send the request another way than its URL says."""

UNLIKE_A_BROWSER = frozenset(
    {
        *(
            "anyauth",
            "aws-sigv4",
            "continue-at",
            "digest",
            "insecure",
            "negotiate",
            "ntlm",
            "ntlm-wb",
            "request-target",
        ),
        *("time-cond", "expect100-timeout", "tr-encoding", "location-trusted", "post301", "post302", "post303"),
    }
)
"""Options that change what is sent or accepted, in a way that a page cannot."""

VALUED = (
    FILES
    | ROUTES
    | frozenset(
        {
            *("aws-sigv4", "cert-type", "ciphers", "connect-timeout", "continue-at", "cookie", "create-file-mode"),
            *("curves", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "delegation", "ech"),
            *("engine", "expect100-timeout", "form", "form-string", "ftp-account", "ftp-alternative-to-user"),
            *("ftp-method", "ftp-port", "ftp-ssl-ccc-mode", "happy-eyeballs-timeout-ms", "header", "help"),
            *("hostpubmd5", "hostpubsha256", "ip-tos", "json", "keepalive-cnt", "keepalive-time", "key-type", "krb"),
            *("limit-rate", "login-options", "mail-auth", "mail-from", "mail-rcpt", "max-filesize", "max-redirs"),
            *("max-time", "noproxy", "oauth2-bearer", "parallel-max", "parallel-max-host", "pass", "pinnedpubkey"),
            *("proto", "proto-default", "proto-redir", "proxy-cert-type", "proxy-ciphers", "proxy-key-type"),
            *("proxy-pass", "proxy-pinnedpubkey", "proxy-service-name", "proxy-tls13-ciphers", "proxy-tlsauthtype"),
            *("proxy-tlspassword", "proxy-tlsuser", "quote", "range", "rate", "referer", "request", "request-target"),
            *("retry", "retry-delay", "retry-max-time", "sasl-authzid", "service-name", "signature-algorithms"),
            *("socks5-gssapi-service", "speed-limit", "speed-time", "telnet-option", "tftp-blksize", "time-cond"),
            *("tls-max", "tls13-ciphers", "tlsauthtype", "tlspassword", "tlsuser", "trace-config", "upload-flags"),
            *("url", "url-query", "user", "user-agent", "variable", "vlan-priority", "write-out"),
        }
    )
)
"""Options that take the next word for their value."""

FLAGS = (
    FILE_FLAGS
    | (UNLIKE_A_BROWSER - VALUED)
    | frozenset(
        {
            *("append", "basic", "ca-native", "cert-status", "compressed", "compressed-ssh", "create-dirs", "crlf"),
            *(
                "disable",
                "disable-eprt",
                "disable-epsv",
                "disallow-username-in-url",
                "doh-cert-status",
                "dump-ca-embed",
            ),
            *("doh-insecure", "fail", "fail-early", "fail-with-body", "false-start", "follow", "form-escape"),
            *("ftp-create-dirs", "ftp-pasv", "ftp-pret", "ftp-skip-pasv-ip", "ftp-ssl-ccc", "ftp-ssl-control", "get"),
            *("globoff", "haproxy-protocol", "head", "http0.9", "http1.0", "http1.1", "http2", "http3", "http3-only"),
            *("http2-prior-knowledge", "ignore-content-length", "include", "ipv4", "ipv6", "junk-session-cookies"),
            *("list-only", "location", "mail-rcpt-allowfails", "manual", "metalink", "mptcp", "next", "no-alpn"),
            *("no-buffer", "no-clobber", "no-keepalive", "no-npn", "no-progress-meter", "no-sessionid", "out-null"),
            *("parallel", "parallel-immediate", "path-as-is", "progress-bar", "proxy-anyauth", "proxy-basic"),
            *("proxy-ca-native", "proxy-digest", "proxy-http2", "proxy-insecure", "proxy-negotiate", "proxy-ntlm"),
            *("proxy-ssl-allow-beast", "proxy-ssl-auto-client-cert", "proxy-tlsv1", "proxytunnel", "raw"),
            *("remote-time", "remove-on-error", "retry-all-errors", "retry-connrefused", "sasl-ir", "show-error"),
            *("show-headers", "silent", "skip-existing", "socks5-basic", "socks5-gssapi", "socks5-gssapi-nec", "ssl"),
            *("ssl-allow-beast", "ssl-auto-client-cert", "ssl-no-revoke", "ssl-reqd", "ssl-revoke-best-effort"),
            *("sslv2", "sslv3", "styled-output", "suppress-connect-headers", "tcp-fastopen", "tcp-nodelay"),
            *("tftp-no-options", "tls-earlydata", "tlsv1", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3", "trace-ids"),
            *("trace-time", "use-ascii", "verbose", "version", "xattr"),
        }
    )
)
"""Options that stand alone. Each may be written with `no-` in front."""


def long_name(written: str) -> str | None:
    """The option that a long name means: itself, or the only one that begins so. None where there is no such option.

    >>> long_name("head"), long_name("refere"), long_name("compr"), long_name("no-compressed")
    ('head', 'referer', None, 'compressed')
    """
    if written in VALUED or written in FLAGS:
        return written
    positive = written.removeprefix("no-")
    if positive != written and positive in FLAGS:
        return positive
    close = [name for name in (*VALUED, *FLAGS) if name.startswith(written)]
    return close[0] if len(close) == 1 else None
