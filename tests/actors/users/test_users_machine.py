"""The rules of accounts."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.addresses import is_email, normal_email
from actors.users import machine
from actors.users.common_passwords import COMMON
from protocol.errors import ValidationError
from protocol.networks import network_of
from protocol.users.commands import Register
from protocol.users.values import Role
from protocol.validation import Rule

ATEXT = string.ascii_lowercase + string.digits + "!#$%&'*+/=?^_`{|}~-"
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
tops = st.from_regex(r"[a-z]([a-z0-9]{0,10}[a-z0-9])?", fullmatch=True)
addresses = st.builds(
    lambda local, domain: f"{local}@{'.'.join(domain)}",
    st.lists(st.text(ATEXT, min_size=1, max_size=20), min_size=1, max_size=3).map(".".join),
    st.builds(lambda below, top: [*below, top], st.lists(labels, min_size=1, max_size=3), tops),
)
RIGHT = Register(email="vera@school.example", password="Secret-12", full_name="Vera Castellan")


@given(address=addresses)
def test_every_address_of_the_standard_form_is_accepted(address: str) -> None:
    """Property 1: Email validation consistency

    Validates: Requirements 1.1
    """
    assert is_email(address)
    assert is_email(normal_email(f"  {address.upper()} "))


@given(address=addresses, break_at=st.integers(0, 200), breaker=st.sampled_from(" @(),;<>[]\\\0🙂"))
def test_an_address_with_a_character_that_has_no_place_there_is_refused(
    address: str, break_at: int, breaker: str
) -> None:
    """Property 1: Email validation consistency

    Validates: Requirements 1.1
    """
    position = break_at % (len(address) + 1)
    assert not is_email(address[:position] + breaker + address[position:])


@pytest.mark.parametrize(
    "address",
    [
        *(".a@b.example", "a.@b.example", "a..b@c.example", "a" * 65 + "@b.example"),
        *("", "@", "a@b", "a@.example", "a@-b.example", "a@b..example", "a@b.example."),
        *("@b.example", "a" * 65 + "@b.example", "a@" + "b" * 64 + ".example"),
        "a@" + "b.c" * 90,
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not is_email(address)


@given(password=st.text(string.ascii_letters + string.digits + " -é", max_size=40))
def test_a_password_is_strong_exactly_when_it_has_all_that_is_asked(password: str) -> None:
    """Property 3: Password strength validation

    Validates: Requirements 1.3
    """
    strong = (
        len(password) >= 8
        and any(c in string.ascii_uppercase for c in password)
        and any(c in string.ascii_lowercase + "é" for c in password)
        and any(c in string.digits for c in password)
    )
    assert (machine.password_problems(password) == []) is strong


def test_a_password_longer_than_bcrypt_reads_or_no_text_is_refused() -> None:
    assert machine.password_problems("Aa1" + "é" * 35) == [machine.TOO_MANY_BYTES]
    (broken,) = machine.password_problems("Aa1-----\ud800")
    assert (broken.rule, broken.message) == (Rule.INVALID_CHARACTERS, "must be text")


def test_all_wrong_fields_of_a_registration_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as refusal:
        machine.registration(
            Register(email="no", password="short", full_name=" \n", role=Role.ADMIN)
        )
    named = {problem["field"] for problem in refusal.value.details["fields"]}
    assert named == {"email", "password", "fullName", "role"}


def test_a_registration_is_normalised() -> None:
    clean = machine.registration(
        Register(
            email=" Vera@School.Example ",
            password="Secret-12",
            full_name=" Ame\u0301lie ",
            device="a\n phone\x00" + "x" * 300,
        )
    )
    assert (clean.email, clean.full_name, clean.role) == (
        "vera@school.example",
        "Amélie",
        "student",
    )
    assert clean.device.startswith("a phone x")
    assert len(clean.device) == machine.MAX_DEVICE


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_attempts_are_counted_by_network(remote: str, network: str) -> None:
    assert network_of(remote) == network


def test_no_counter_is_of_an_account_alone() -> None:
    here, there = (
        machine.throttle_keys("vera@school.example", ip) for ip in ("1.1.1.1", "2.2.2.2")
    )
    assert not set(here) & set(there)


@pytest.mark.parametrize(
    "password", ["Password1", "Passw0rd", "Welcome1", "Qwerty123!", "pASSWORD1", "Trustno1"]
)
def test_passwords_that_are_guessed_first_are_refused(password: str) -> None:
    broken = {problem.rule for problem in machine.password_problems(password)}
    assert Rule.TOO_COMMON in broken


def test_what_surrounds_a_common_password_does_not_save_it_and_others_pass() -> None:
    assert machine.is_common("!Password1?")
    assert machine.password_problems("Secret-12") == []
    assert 4_000 < len(COMMON) < 10_000
    assert all(word == word.casefold() for word in COMMON)
