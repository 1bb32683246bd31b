"""What a setting's value must look like, checked before anything starts.

Each check raises `ValueError`, whose text says what is expected. Values that may hold a password
are never repeated, nor is a part of one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from gateway.front.proxies import TrustedProxies

MIN_SECRET_BYTES = 32
MIN_TOKEN_BYTES = 16
MIN_DIFFERENT = 8
"""Different characters of a secret. Of 32 random hexadecimal digits not even one in a billion
has so few."""
MAX_NODE = 50
MAX_REDIS_DATABASE = 9_999
WIDEST = {4: 8, 6: 16}
"""The shortest prefix of a network of public addresses that can be somebody's own proxies."""
DEFAULT_PORTS = {"http": 80, "https": 443}

HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?", re.ASCII)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}", re.ASCII)
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]", re.ASCII)
REGION = re.compile(r"[A-Za-z0-9-]{1,50}", re.ASCII)
KEY_ID = re.compile(r"[A-Z0-9]{8,40}", re.ASCII)
SPACE = re.compile(r"[\s\x00-\x1f\x7f]")
ESCAPE = "write @ : / ? # and % in a user or password as %40 %3A %2F %3F %23 %25"


def check_url(text: str, schemes: tuple[str, ...]) -> SplitResult:
    """A URL of one of these schemes without what is ambiguous in one."""
    if SPACE.search(text):
        raise ValueError("expected a URL without spaces")
    scheme = text.partition("://")[0]
    if "://" not in text or scheme not in schemes:
        raise ValueError(f"expected a URL that starts with {' or '.join(schemes)}://")
    if "#" in text:
        raise ValueError(f"expected a URL without #; {ESCAPE}")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError("expected a URL with an address in brackets only if it is IPv6") from None
    userinfo, at, hosts = parts.netloc.rpartition("@")
    if "@" in userinfo or "@" in parts.path or (not at and "@" in parts.query):
        raise ValueError(f"expected one @, before the host; {ESCAPE}")
    for host in hosts.split(","):
        _check_host_and_port(host)
    return parts


def _check_host_and_port(text: str) -> None:
    """`host`, `host:port`, `[address]:port`, or nothing."""
    host, port = text, ""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        try:
            ip_address(host.partition("%")[0])
        except ValueError:
            raise ValueError("expected an IPv6 address in the brackets") from None
        if port and not port.startswith(":"):
            raise ValueError("expected a port after the brackets")
        port = port.removeprefix(":") or ("x" if port else "")
    elif ":" in text:
        host, _, port = text.partition(":")
        port = port or "x"
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
        raise ValueError(f"expected a port from 1 to 65535 after the host; {ESCAPE}")
    named = not text.startswith("[")
    if host and named and (HOST.fullmatch(host) is None or ".." in host):
        raise ValueError(f"expected a host name or an address; {ESCAPE}")


def check_public_url(text: str) -> None:
    """Where browsers find the installation: all of a host, since pages name their parts by `/…`."""
    parts = check_url(text, ("http", "https"))
    if parts.username is not None or not parts.hostname:
        raise ValueError("expected a URL such as https://your.school, without a user")
    if parts.path not in ("", "/") or "?" in text:
        raise ValueError(
            "expected a URL without a path, such as https://stoa.your.school; Stoa needs a host"
            " name of its own"
        )
    _check_as_sent(parts)


def _check_as_sent(parts: SplitResult) -> None:
    """Origins are compared letter by letter with what browsers send (RFC 6454, 6.2)."""
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    host = parts.hostname or ""
    sent = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    if parts.netloc != sent:
        raise ValueError(
            f"expected {parts.scheme}://{sent}, as browsers send it: lower case, and a port only if"
            " it is not the usual one"
        )


def check_endpoint(text: str) -> None:
    """An S3 service. The keys are settings of their own."""
    parts = check_url(text, ("http", "https"))
    if parts.username is not None or not parts.hostname or "?" in text:
        raise ValueError("expected a URL such as https://s3.your.host, without user or query")


def check_database_url(text: str) -> None:
    """PostgreSQL's; the host may also stand in the query, as that of a socket does."""
    parts = check_url(text, ("postgresql", "postgres"))
    if "/" in parts.path.removeprefix("/"):
        raise ValueError("expected the name of one database after the host")
    if not parts.netloc.rpartition("@")[2] and "host=" not in parts.query:
        raise ValueError("expected a host: postgresql://user:password@host:5432/database")


def check_redis_url(text: str) -> None:
    """Redis' or Valkey's. The driver takes a database that is no number for 0."""
    parts = check_url(text, ("redis", "rediss", "unix", "valkey", "valkeys"))
    if parts.scheme == "unix":
        if len(parts.path) < 2 or parts.netloc.rpartition("@")[2]:
            raise ValueError("expected the path of a socket: unix:///run/redis.sock?db=0")
        return
    if not parts.hostname:
        raise ValueError("expected a host: redis://:password@host:6379/0")
    number = parts.path.removeprefix("/")
    digits = number.isascii() and number.isdigit() and int(number[:6]) <= MAX_REDIS_DATABASE
    if number and not digits:
        raise ValueError("expected a number for the database after the host, such as /0")


def check_smtp_url(text: str) -> None:
    """The mail server's; `storage.mail.smtp` says what else it may hold."""
    parts = check_url(text, ("smtp", "smtps"))
    if not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("expected a host and no path: smtp://user:password@host:587")
    if parts.query not in ("", "tls=off"):
        raise ValueError("expected no parameter but tls=off")


def check_clamav_url(text: str) -> None:
    """Where ClamAV's daemon listens; it knows no users and no encryption."""
    parts = check_url(text, ("tcp", "unix"))
    if "?" in text or parts.username is not None:
        raise ValueError("expected neither user nor query: tcp://host:3310 or unix:///path")
    if parts.scheme == "unix":
        if len(parts.path) < 2 or parts.netloc:
            raise ValueError("expected the path of a socket: unix:///run/clamav/clamd.ctl")
    elif not parts.hostname or parts.path not in ("", "/") or "," in parts.netloc:
        raise ValueError("expected one host and no path: tcp://host:3310")


def check_origin(text: str) -> None:
    """As browsers send it (RFC 6454): scheme, host and port. `*` stands for all."""
    if text == "*":
        return
    scheme = text.partition("://")[0]
    if SCHEME.fullmatch(scheme) is None:
        raise ValueError(f"expected origins such as https://other.school, got {text[:100]!r}")
    parts = check_url(text, (scheme,))
    if not parts.hostname or parts.path or parts.username is not None or "?" in text:
        raise ValueError(
            "expected scheme, host and port of origins such as https://other.school, without a"
            f" path or a last /, got {text[:100]!r}"
        )
    _check_as_sent(parts)


def check_network(text: str) -> None:
    """An address or a network in which only proxies of one's own can be."""
    try:
        TrustedProxies([text])
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"expected addresses or networks such as 10.0.0.0/8, separated by commas; {error}"
        ) from None
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise ValueError(f"expected IPv4 as such, without ::ffff:, got {text}")
    own = network.is_private and network.prefixlen > 0
    if not own and network.prefixlen < WIDEST[4 if isinstance(network, IPv4Network) else 6]:
        raise ValueError(
            f"expected the networks of your proxies alone, got {text}, in which everybody is:"
            " whoever is in it can say to be any client"
        )


def check_host(text: str) -> None:
    """What a port is bound to."""
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        if HOST.fullmatch(text) is None:
            raise ValueError(
                f"expected a host name or an address, without a port, got {text[:100]!r}"
            ) from None


def check_secret(text: str, least: int = MIN_SECRET_BYTES) -> None:
    """What nobody can guess. It is never repeated."""
    if len(text.encode(errors="replace")) < least:
        raise ValueError(f"expected at least {least} bytes of randomness")
    if text != text.strip() or not text.isprintable():
        raise ValueError("expected no control characters, and no white space around it")
    if len(set(text)) < MIN_DIFFERENT or text in (text + text)[1:-1]:
        raise ValueError(
            "expected randomness, got a pattern; make one by `openssl rand -base64 48`"
        )


def check_token(text: str) -> None:
    """A secret that is sent in a header."""
    if not text.isascii() or SPACE.search(text):
        raise ValueError("expected ASCII without spaces, because it is sent in a header")
    check_secret(text, MIN_TOKEN_BYTES)


def check_node(text: str) -> None:
    """The name of a node in logs and in the database."""
    if not text.strip() or not text.isprintable() or len(text) > MAX_NODE:
        raise ValueError(f"expected a name of 1 to {MAX_NODE} printable characters")


def check_folder(path: Any) -> None:
    """A folder, or where one can be made."""
    if "\0" in str(path):
        raise ValueError("expected the path of a folder")
    try:
        existing = next(each for each in (path, *path.absolute().parents) if each.exists())
    except OSError as error:
        raise ValueError(f"expected the path of a folder; {error.strerror}") from None
    if not existing.is_dir():
        raise ValueError(f"expected a folder, but {existing} is a file")


def check_program(path: Any) -> None:
    """A file that may be run, by its whole path: it is run in another folder."""
    if "\0" in str(path) or not path.is_absolute():
        raise ValueError("expected the whole path of a program such as /usr/bin/ffmpeg")
    if not path.is_file() or not os.access(path, os.X_OK):
        raise ValueError(f"expected a program, but {path} is none")


def check_matches(pattern: re.Pattern[str], expected: str) -> Callable[[str], None]:
    """A check of the whole text."""

    def check(text: str) -> None:
        if pattern.fullmatch(text) is None:
            raise ValueError(f"expected {expected}, got {text[:100]!r}")

    return check


def check_key(text: str) -> None:
    """A key of S3, which is never repeated."""
    if SPACE.search(text):
        raise ValueError("expected no white space")


def check_cloudfront_url(text: str) -> None:
    """Where browsers find a distribution: an origin, since keys of files are all of its paths."""
    parts = check_url(text, ("https",))
    if parts.username is not None or not parts.hostname:
        raise ValueError("expected a URL such as https://d111.cloudfront.net, without a user")
    if parts.path not in ("", "/") or "?" in text:
        raise ValueError("expected a URL without a path, such as https://d111.cloudfront.net")
    _check_as_sent(parts)


def check_cloudfront_key(path: Any) -> None:
    """A file with the private half of a key; nothing that it holds is repeated."""
    from storage.objects.cloudfront import KEY_BITS, KeyProblem, load_key

    try:
        load_key(path)
    except KeyProblem as error:
        raise ValueError(
            f"expected the path of a private RSA key of {KEY_BITS} bits in PEM, but of"
            f" {str(path)[:200]!r} {error}"
        ) from None


CHECKS: Mapping[str, Callable[[Any], object]] = {
    "host": check_host,
    "operators_host": check_host,
    "operators_token": check_token,
    "data_dir": check_folder,
    "database_url": check_database_url,
    "redis_url": check_redis_url,
    "secret": check_secret,
    "public_url": check_public_url,
    "node": check_node,
    "smtp_url": check_smtp_url,
    "clamav_url": check_clamav_url,
    "ffmpeg": check_program,
    "s3_bucket": check_matches(BUCKET, "the name of a bucket"),
    "s3_region": check_matches(REGION, "the name of a region"),
    "s3_endpoint": check_endpoint,
    "s3_access_key": check_key,
    "s3_secret_key": check_key,
    "cloudfront_url": check_cloudfront_url,
    "cloudfront_key_id": check_matches(KEY_ID, "the id of a public key, such as K2JCJMDEHXQW5F"),
    "cloudfront_key": check_cloudfront_key,
}
"""By the name of the setting; of lists each item is checked."""
ITEM_CHECKS: Mapping[str, Callable[[str], object]] = {
    "allowed_origins": check_origin,
    "trusted_proxies": check_network,
    "secret_previous": check_secret,
}
