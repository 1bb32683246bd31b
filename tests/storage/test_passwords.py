"""Password hashes: bcrypt's own promises, and the bounds around them."""

from __future__ import annotations

import threading

import bcrypt
import pytest
import trio
from hypothesis import assume, given
from hypothesis import strategies as st

from protocol.access import Origin
from protocol.errors import Overloaded, ValidationError
from storage.passwords import BcryptPasswords, prepare

CHEAP = BcryptPasswords(rounds=4)
texts = st.text(min_size=1, max_size=18)


@given(password=texts, other=texts)
async def test_a_password_matches_its_hash_and_no_other_does(password: str, other: str) -> None:
    """Property 4: Password hashing round-trip

    Validates: Requirements 1.4
    """
    assume(prepare(password) != prepare(other))
    hashed = await CHEAP.hash(password)
    assert await CHEAP.verify(password, hashed)
    assert not await CHEAP.verify(other, hashed)


@given(password=texts)
async def test_two_hashes_of_a_password_differ_and_both_match(password: str) -> None:
    """Property 5: Password hash uniqueness

    Validates: Requirements 1.4
    """
    first, second = await CHEAP.hash(password), await CHEAP.hash(password)
    assert first != second
    assert await CHEAP.verify(password, first)
    assert await CHEAP.verify(password, second)


@pytest.mark.parametrize("password", ["a" * 73, "a" * 10_000, "é" * 37, "\ud800"])
async def test_what_bcrypt_cannot_read_whole_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        await CHEAP.hash(password)
    assert not await CHEAP.verify(password, await CHEAP.hash("a" * 72))


async def test_the_same_text_written_differently_is_the_same_password() -> None:
    assert await CHEAP.verify("e\u0301te\u0301", await CHEAP.hash("été"))


async def test_nobody_is_compared_at_the_same_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    checkpw = bcrypt.checkpw

    def spy(password: bytes, hashed: bytes) -> bool:
        seen.append(hashed)
        return checkpw(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", spy)
    assert not await CHEAP.verify("nobody", None)
    assert seen[0].startswith(b"$2b$04$")


async def test_past_the_bound_of_waiters_it_is_overloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = BcryptPasswords(rounds=4, signing_in=1, max_waiting=1)
    gate = threading.Event()
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: gate.wait(5))
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(pool.verify, "a", None)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(pool.verify, "b", None)
            await trio.testing.wait_all_tasks_blocked()
            with pytest.raises(Overloaded):
                await pool.verify("c", None)
            gate.set()
    finally:
        gate.set()


async def test_a_crowd_that_registers_keeps_nobody_from_signing_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = BcryptPasswords(rounds=4, registering=1, signing_in=1)
    known = await pool.hash("mine")
    assert await pool.verify("mine", known)
    gate = threading.Event()
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: gate.wait(5) and b"hash")
    try:
        async with trio.open_nursery() as nursery:
            for _ in range(20):
                nursery.start_soon(pool.hash, "theirs")
            await trio.testing.wait_all_tasks_blocked()
            assert await pool.verify("mine", known)
            gate.set()
    finally:
        gate.set()


async def test_who_could_not_be_served_in_time_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = BcryptPasswords(rounds=4, registering=1)
    gate = threading.Event()
    monkeypatch.setattr(bcrypt, "hashpw", lambda *_: gate.wait(5) and b"hash")
    refused = []

    async def register() -> None:
        with trio.fail_after(10):
            try:
                await pool.hash("a")
            except Overloaded:
                refused.append(True)

    try:
        async with trio.open_nursery() as nursery:
            for _ in range(60):
                nursery.start_soon(register)
            await trio.testing.wait_all_tasks_blocked()
            # A quarter of a second each: twenty, or just not, in half of the ten seconds.
            assert len(refused) in (40, 41)
            gate.set()
    finally:
        gate.set()


@pytest.mark.parametrize(
    ("same", "reason", "served"), [("account", "account", 1 + 4), ("network", "network", 1 + 100)]
)
async def test_one_client_cannot_fill_the_queue_and_what_is_refused_is_counted(
    monkeypatch: pytest.MonkeyPatch, same: str, reason: str, served: int
) -> None:
    """Sixty logins of one client at once: whoever else comes is served among the first."""
    pool = BcryptPasswords(rounds=4, signing_in=1)
    gate = threading.Event()
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: gate.wait(5))
    refused = []

    async def login(origin: Origin) -> None:
        try:
            await pool.verify("a", None, origin)
        except Overloaded:
            refused.append(origin)

    try:
        async with trio.open_nursery() as nursery:
            for n in range(160):
                origin = Origin("203.0.113.9", "mallory" if same == "account" else f"bot{n}")
                nursery.start_soon(login, origin)
                await trio.testing.wait_all_tasks_blocked()
            others = [Origin(f"192.0.2.{n}", "a") for n in range(9)]
            for origin in others:
                nursery.start_soon(login, origin)
                await trio.testing.wait_all_tasks_blocked()
            assert len(refused) == 160 - served
            assert not set(others) & set(refused)
            assert pool.statistics() == {
                "running": 1,
                "waiting": served - 1 + len(others),
                "refused": {reason: 160 - served},
            }
            gate.set()
    finally:
        gate.set()


async def test_a_newcomer_is_admitted_when_a_network_waits_for_longer_than_one_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = BcryptPasswords(rounds=4, signing_in=1)
    gate = threading.Event()
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: gate.wait(5))
    refused = []

    async def login(origin: Origin) -> None:
        with trio.fail_after(10):
            try:
                await pool.verify("a", None, origin)
            except Overloaded:
                refused.append(origin)

    try:
        async with trio.open_nursery() as nursery:
            for n in range(60):
                nursery.start_soon(login, Origin("203.0.113.9", f"bot{n}"))
                await trio.testing.wait_all_tasks_blocked()
            assert len(refused) in (40, 41)
            for n in range(9):
                nursery.start_soon(login, Origin(f"192.0.2.{n}", "a"))
            await trio.testing.wait_all_tasks_blocked()
            assert len(refused) in (40, 41)
            gate.set()
    finally:
        gate.set()


async def test_what_nobody_waits_for_any_more_is_not_hashed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = BcryptPasswords(rounds=4, registering=1)
    gate, hashed = threading.Event(), list[bytes]()

    def spy(password: bytes, _: bytes) -> bytes:
        hashed.append(password)
        gate.wait(5)
        return b"hash"

    monkeypatch.setattr(bcrypt, "hashpw", spy)
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(pool.hash, "first")
            await trio.testing.wait_all_tasks_blocked()
            with trio.CancelScope() as impatient:
                nursery.start_soon(_cancelled_when_waiting, impatient)
                await pool.hash("second")
            assert impatient.cancelled_caught
            gate.set()
    finally:
        gate.set()
    assert hashed == [b"first"]


async def _cancelled_when_waiting(scope: trio.CancelScope) -> None:
    await trio.testing.wait_all_tasks_blocked()
    scope.cancel()


async def test_nothing_is_hashed_in_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set[int]()

    def spy(*_: bytes) -> bytes:
        threads.add(threading.get_ident())
        return b"hash"

    monkeypatch.setattr(bcrypt, "hashpw", spy)
    monkeypatch.setattr(bcrypt, "checkpw", lambda *_: False)
    pool = BcryptPasswords()
    assert not await pool.verify("a", None)
    assert threads
    assert threading.get_ident() not in threads
