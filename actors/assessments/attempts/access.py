"""What stands between a student and an attempt: networks, invitations and a password."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from msgspec import UNSET, UnsetType

from actors.fields import Fields
from protocol.assessments.access import (
    MAX_ACCESS_PASSWORD,
    MAX_INVITED,
    MAX_NETWORK,
    MAX_NETWORKS,
    AccommodateInQuiz,
    SetQuizAccess,
)
from protocol.assessments.bounds import MAX_EXTRA_TIME
from protocol.errors import RefusedError, ValidationError
from protocol.records.assessments import AccessChange, EntryFacts
from protocol.validation import Rule

REMEMBERED = 4_096
"""Parsed networks: a class asks about the same few."""
MAPPED = 96
"""Bits before the IPv4 address in an IPv4-mapped one (RFC 4291, 2.5.5.2)."""

Network = IPv4Network | IPv6Network


# --- what staff sets ------------------------------------------------------------------------------


def access_change(command: SetQuizAccess) -> AccessChange:
    """Clean and check, but for the password, which is hashed later.

    Raises `ValidationError` with every wrong field.
    """
    fields = Fields()
    if command.password is not UNSET and command.password is not None:
        clean_password(fields, command.password)
    networks = command.networks
    if networks is not UNSET:
        networks = _clean_networks(fields, networks)
    invited = command.invited
    if invited is not UNSET and invited is not None:
        invited = _clean_invited(fields, invited)
    fields.check()
    if command.password is UNSET and networks is UNSET and invited is UNSET:
        raise ValidationError.of("input", Rule.NO_CHANGE, "must change something")
    password: UnsetType | None = UNSET if command.password is UNSET else None
    return AccessChange(
        quiz_id=command.quiz_id, password_hash=password, networks=networks, invited=invited
    )


def clean_password(fields: Fields, password: str) -> str:
    """Without space around it, which keyboards of phones add."""
    if len(password) > MAX_ACCESS_PASSWORD:
        said = f"must be at most {MAX_ACCESS_PASSWORD} characters"
        fields.wrong("password", Rule.TOO_LONG, said, max=MAX_ACCESS_PASSWORD)
        return ""
    clean = password.strip()
    if not clean:
        fields.wrong("password", Rule.REQUIRED, "is required")
    return clean


def _clean_networks(fields: Fields, given: tuple[str, ...]) -> tuple[str, ...]:
    if len(given) > MAX_NETWORKS:
        fields.wrong("networks", Rule.TOO_MANY, f"must be at most {MAX_NETWORKS}", max=MAX_NETWORKS)
        return ()
    found = dict[str, None]()
    for n, text in enumerate(given):
        try:
            found[str(network(text))] = None
        except ValueError:
            said = "must be an address, or a network such as 192.0.2.0/24 or 2001:db8::/32"
            fields.wrong(f"networks[{n}]", Rule.INVALID_FORMAT, said)
    return tuple(found)


def _clean_invited(fields: Fields, given: tuple[str, ...]) -> tuple[str, ...]:
    if len(given) > MAX_INVITED:
        fields.wrong("invited", Rule.TOO_MANY, f"must be at most {MAX_INVITED}", max=MAX_INVITED)
    return tuple(dict.fromkeys(given[:MAX_INVITED]))


def network(text: str) -> Network:
    """A network in CIDR notation, or one address; IPv4-mapped ones are IPv4.

    Raises `ValueError`, also where bits behind the prefix are set: it is unclear what is meant.
    """
    text = text.strip()
    if len(text) > MAX_NETWORK or "%" in text:
        raise ValueError("no network")
    found = ip_network(text)
    if isinstance(found, IPv6Network) and found.prefixlen >= MAPPED:
        mapped = found.network_address.ipv4_mapped
        if mapped is not None:
            return IPv4Network((mapped, found.prefixlen - MAPPED))
    return found


_known = lru_cache(REMEMBERED)(network)


def within(remote: str, networks: Iterable[str]) -> bool:
    """Whether the client's address is in one of these networks; what is no address is in none."""
    address = _address(remote)
    return address is not None and any(address in _known(each) for each in networks)


def _address(remote: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(remote.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def extra_time(command: AccommodateInQuiz) -> AccommodateInQuiz:
    """The command if its factor is one. Raises `ValidationError`."""
    factor = command.extra_time
    if factor is not None and not 1.0 <= factor <= MAX_EXTRA_TIME:
        said = f"must be from 1 to {MAX_EXTRA_TIME:g}"
        raise ValidationError.of("extraTime", Rule.OUT_OF_RANGE, said, min=1, max=MAX_EXTRA_TIME)
    return command


# --- who may begin --------------------------------------------------------------------------------


def check_network(remote: str, networks: tuple[str, ...]) -> None:
    """Raise `RefusedError` QUIZ_NETWORK unless the client is where the quiz may be taken."""
    if networks and not within(remote, networks):
        raise RefusedError("QUIZ_NETWORK", "This quiz cannot be taken from this network")


def check_invited(facts: EntryFacts) -> None:
    """Raise `RefusedError` QUIZ_NOT_INVITED unless the student is one of those it is for."""
    if facts.access.invited_only and not facts.invited:
        raise RefusedError("QUIZ_NOT_INVITED", "This quiz is for other students")


def check_password(facts: EntryFacts, proven: str | None) -> None:
    """Raise `RefusedError` unless the student has given the password of now.

    `proven` is the hash with which what was given has been compared.
    """
    needed = facts.access.password_hash
    if needed is None or needed == proven:
        return
    if proven is None:
        raise RefusedError("QUIZ_PASSWORD_REQUIRED", "This quiz needs a password")
    raise wrong_password()


def wrong_password(retry_after_seconds: float | None = None) -> RefusedError:
    """It is another one, or was changed meanwhile; with a time, nothing was compared."""
    if retry_after_seconds is None:
        return RefusedError("QUIZ_PASSWORD_WRONG", "The password of this quiz is another one")
    said = "The password was wrong too often; wait before trying again"
    return RefusedError("QUIZ_PASSWORD_WRONG", said, retry_after_seconds=retry_after_seconds)
