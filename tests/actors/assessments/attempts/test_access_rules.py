"""Who may begin an attempt: networks as they are written and as addresses are in them."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.attempts import access, rules
from protocol.assessments.access import (
    MAX_INVITED,
    MAX_NETWORKS,
    AccommodateInQuiz,
    QuizAccess,
    SetQuizAccess,
)
from protocol.assessments.quizzes import QuizSettings
from protocol.errors import RefusedError, ValidationError
from protocol.records.assessments import EntryFacts
from protocol.records.common import CourseFacts

COURSE = CourseFacts(id="c", instructor_id="vera", status="published")
NOW = 1_000
addresses = st.ip_addresses()
ROOM = ("192.0.2.0/24", "2001:db8::/32")


def wanted(**more: object) -> SetQuizAccess:
    return SetQuizAccess(by="vera", by_role="educator", quiz_id="q", **more)  # type: ignore[arg-type]


def wrong(command: SetQuizAccess) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        access.access_change(command)
    return [(each["field"], each["code"]) for each in refused.value.details["fields"]]


def facts(**more: object) -> EntryFacts:
    known = {"course": COURSE, "enrolled": True, "settings": QuizSettings(title="Q"), "used": 0}
    return EntryFacts(**{**known, **more})  # type: ignore[arg-type]


def begin(given: EntryFacts, remote: str = "192.0.2.7", proven: str | None = None) -> str:
    """The code of the refusal; empty for none."""
    rule = rules.may_begin("ada", "student", NOW, remote=remote, proven=proven)
    try:
        rule(given)
    except RefusedError as refused:
        return refused.code
    return ""


# --- networks -------------------------------------------------------------------------------------


@given(address=addresses, bits=st.integers(0, 128), other=addresses)
def test_a_network_has_just_the_addresses_that_begin_alike(
    address: IPv4Address, bits: int, other: IPv4Address
) -> None:
    prefix = min(bits, address.max_prefixlen)
    written = str(ip_network((address, prefix), strict=False))
    [kept] = access.access_change(wanted(networks=(f" {written} ",))).networks  # type: ignore[misc]
    for each in (address, other):  # a mapped one is the IPv4 address that it stands for
        remote = getattr(each, "ipv4_mapped", None) or each
        inside = remote.version == ip_network(kept).version and (
            int(remote) >> (remote.max_prefixlen - ip_network(kept).prefixlen)
            == int(ip_network(kept).network_address)
            >> (remote.max_prefixlen - ip_network(kept).prefixlen)
        )
        assert access.within(str(each), [kept]) is inside


@given(address=st.ip_addresses(v=4), bits=st.integers(0, 32))
def test_an_ipv4_address_is_the_same_however_it_comes(address: IPv4Address, bits: int) -> None:
    inside = ip_network((address, bits), strict=False)
    mapped = ip_network((f"::ffff:{inside.network_address}", 96 + bits))
    assert access.network(str(mapped)) == inside
    for written in (str(address), f"::ffff:{address}", f"[::ffff:{address}]"):
        assert access.within(written, [str(inside)])


@given(text=st.text(max_size=80))
def test_whatever_is_written_is_a_network_or_refused(text: str) -> None:
    try:
        found = access.network(text)
    except ValueError:
        return
    assert access.network(str(found)) == found
    assert not access.within(text, [])


@pytest.mark.parametrize(
    "text",
    [
        *("", "here", "10.0.0.0/33", "10.0.0", "1.2.3.4/24", "fe80::1%eth0", "fe80::%1/64"),
        *("2001:db8::1/32", "10.0.0.0/-1", "1" * 65, "10.0.0.0/24/24", "\u0661.1.1.1"),
    ],
)
def test_what_is_no_network_is_named_by_its_place(text: str) -> None:
    given = wanted(networks=("10.0.0.0/8", text, "::1"))
    assert wrong(given) == [("networks[1]", "INVALID_FORMAT")]


def test_networks_are_few_and_each_is_kept_once() -> None:
    many = wanted(networks=("10.0.0.0/8",) * (MAX_NETWORKS + 1))
    assert wrong(many) == [("networks", "TOO_MANY")]
    change = access.access_change(wanted(networks=("10.1.2.3", "10.1.2.3/32", "::1")))
    assert change.networks == ("10.1.2.3/32", "::1/128")


def test_what_is_no_address_is_in_no_network() -> None:
    assert not access.within("unix", ["0.0.0.0/0", "::/0"])
    assert access.within("fe80::1%eth0", ["fe80::/10"])
    assert ip_address("192.0.2.7") in ip_network(ROOM[0])


# --- passwords, invitations, time -----------------------------------------------------------------


def test_all_that_is_wrong_is_said_at_once() -> None:
    given = wanted(password=" ", networks=("x",), invited=("u",) * (MAX_INVITED + 1))
    assert wrong(given) == [
        ("password", "REQUIRED"),
        ("networks[0]", "INVALID_FORMAT"),
        ("invited", "TOO_MANY"),
    ]
    assert wrong(wanted(password="x" * 1_001)) == [("password", "TOO_LONG")]
    assert wrong(wanted()) == [("input", "NO_CHANGE")]


@pytest.mark.parametrize("factor", [0.99, 4.01, float("nan"), float("inf")])
def test_a_factor_is_bounded(factor: float) -> None:
    command = AccommodateInQuiz(
        by="vera", by_role="educator", quiz_id="q", user_id="ada", extra_time=factor
    )
    with pytest.raises(ValidationError):
        access.extra_time(command)


def test_networks_come_first_and_the_password_last() -> None:
    locked = QuizAccess(password_hash="hash", networks=ROOM, invited_only=True)
    closed = QuizSettings(title="Q", available_until=NOW)
    assert begin(facts(access=locked), remote="10.0.0.1") == "QUIZ_NETWORK"
    assert begin(facts(access=locked)) == "QUIZ_NOT_INVITED"
    assert begin(facts(access=locked, invited=True, settings=closed)) == "QUIZ_CLOSED"
    assert begin(facts(access=locked, invited=True)) == "QUIZ_PASSWORD_REQUIRED"
    assert begin(facts(access=locked, invited=True), proven="another") == "QUIZ_PASSWORD_WRONG"
    assert begin(facts(access=locked, invited=True), proven="hash") == ""
    assert begin(facts(), proven="") == ""


def test_what_runs_goes_on_but_not_from_elsewhere() -> None:
    locked = QuizAccess(password_hash="hash", networks=ROOM, invited_only=True)
    running = facts(access=locked, running=True)
    assert begin(running) == ""
    assert begin(running, remote="10.0.0.1") == "QUIZ_NETWORK"
