"""`liveQuizByPin` is no way to try out PINs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import trio

from gateway.pin_throttle import (
    AT_ONCE,
    LIMIT,
    MAX_COUNTED,
    USER_LIMIT,
    WINDOW_SECONDS,
    Guesser,
    PinThrottle,
)
from protocol.errors import RateLimited, StorageUnavailable
from protocol.selection import Selection, Viewer
from tests.gateway.graphql.harness import NOW, Response, Service
from tests.support.fakes import FakeReads

BY_PIN = "query($pin: String!) { liveQuizByPin(pin: $pin) { id } }"
RIGHT = "123456"


class PinReads(FakeReads):
    """Knows one game."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up: list[object] = []

    async def execute(self, selections: Sequence[Selection], viewer: Viewer) -> Sequence[bytes]:
        found = []
        for each in selections:
            if each.field.name != "liveQuizByPin":
                found.append(b'"other"')
                continue
            pin = next(iter(each.variables.values()), each.field.arguments["pin"])
            self.looked_up.append(pin)
            found.append(b'{"id":"g"}' if pin == RIGHT else b"null")
        await trio.lowlevel.checkpoint()
        return found


async def ask(service: Service, pin: str, remote: str = "192.0.2.1") -> Response:
    return await service.ask(BY_PIN, {"pin": pin}, remote=remote)


async def guess_until_blocked(service: Service, remote: str = "192.0.2.1") -> None:
    for _ in range(LIMIT):
        assert (await ask(service, "000000", remote)).json == {"data": {"liveQuizByPin": None}}
    assert (await ask(service, "000000", remote)).codes == ["RATE_LIMITED"]


async def test_who_guesses_too_often_is_refused_even_when_right() -> None:
    reads = PinReads()
    service = Service(reads)
    await guess_until_blocked(service)
    asked = len(reads.looked_up)
    answer = await ask(service, RIGHT)
    assert answer.status == 200
    [error] = answer.json["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["extensions"]["details"] == {"retry_after_seconds": WINDOW_SECONDS}
    assert error["path"] == ["liveQuizByPin"]
    assert len(reads.looked_up) == asked


async def test_others_are_not_refused_and_the_window_ends() -> None:
    service = Service(PinReads())
    await guess_until_blocked(service)
    other = await ask(service, RIGHT, remote="192.0.2.2")
    assert other.json == {"data": {"liveQuizByPin": {"id": "g"}}}
    service.throttle.hits.clear()
    service.clock.now = lambda: NOW + WINDOW_SECONDS * 1000
    assert (await ask(service, RIGHT)).codes == []


async def test_addresses_of_one_ipv6_subscriber_are_one() -> None:
    service = Service(PinReads())
    await guess_until_blocked(service, "2001:db8::1")
    assert (await ask(service, RIGHT, "2001:db8::ffff")).codes == ["RATE_LIMITED"]
    assert (await ask(service, RIGHT, "2001:db8:0:1::1")).codes == []


async def test_right_pins_are_not_counted() -> None:
    service = Service(PinReads())
    for _ in range(LIMIT * 2):
        assert (await ask(service, RIGHT)).codes == []
    assert service.throttle.hits == {}


async def test_many_guesses_in_one_request_count_one_by_one() -> None:
    reads = PinReads()
    service = Service(reads)
    fields = " ".join(f'g{n}: liveQuizByPin(pin: "{n:06}") {{ id }}' for n in range(19))
    for _ in range(LIMIT // 19):
        assert (await service.ask(f"{{ {fields} }}")).codes == []
    last = await service.ask(f"{{ {fields} __typename }}")
    assert last.codes == ["RATE_LIMITED"] * (19 - LIMIT % 19)
    assert last.data["__typename"] == "Query"
    assert len(reads.looked_up) == LIMIT


async def test_guesses_sent_all_at_once_are_not_all_looked_up() -> None:
    reads = PinReads()
    service = Service(reads)
    async with trio.open_nursery() as nursery:
        for number in range(LIMIT * 2):
            nursery.start_soon(ask, service, f"{number:06}")
    assert LIMIT <= len(reads.looked_up) <= LIMIT + AT_ONCE
    assert service.pins.statistics() == {"blocked": 1, "under_way": 0}


async def test_a_right_pin_among_many_sent_at_once_is_told_only_below_the_limit() -> None:
    service = Service(PinReads())
    pins = PinThrottle(service.throttle, service.clock)
    guesser = Guesser("192.0.2.1")
    async with pins.turn(guesser):
        for _ in range(LIMIT):
            pins.count_nowait(guesser)  # the look-ups beside this one were all wrong
        with pytest.raises(RateLimited):
            pins.check(guesser)


async def test_who_is_signed_in_counts_alone_and_is_not_shut_out_with_the_network() -> None:
    service = Service(PinReads())
    await guess_until_blocked(service)
    vera, otto = (Viewer(user_id=name, role="student") for name in ("vera", "otto"))
    for _ in range(USER_LIMIT):
        assert (await service.ask(BY_PIN, {"pin": "000000"}, viewer=vera)).codes == []
    assert (await service.ask(BY_PIN, {"pin": RIGHT}, viewer=vera)).codes == ["RATE_LIMITED"]
    assert (await service.ask(BY_PIN, {"pin": RIGHT}, viewer=otto)).codes == []


async def test_counters_are_bounded_in_number() -> None:
    service = Service(PinReads())
    pins = PinThrottle(service.throttle, service.clock)
    for number in range(MAX_COUNTED + 5):
        pins.count_nowait(Guesser("192.0.2.1", f"user {number}"))
    assert len(pins._windows) == MAX_COUNTED


async def test_what_other_nodes_have_counted_blocks_here_too() -> None:
    reads = PinReads()
    service = Service(reads)
    service.throttle.hits["pin:192.0.2.1"] = LIMIT
    assert (await ask(service, "000000")).codes == ["RATE_LIMITED"]
    assert (await ask(service, RIGHT)).codes == ["RATE_LIMITED"]
    assert len(reads.looked_up) == 1


async def test_a_class_that_looks_a_game_up_at_once_waits_its_turn() -> None:
    service = Service(PinReads())
    codes: list[list[str]] = []

    async def one() -> None:
        codes.append((await ask(service, RIGHT)).codes)

    async with trio.open_nursery() as nursery:
        for _ in range(200):
            nursery.start_soon(one)
    assert codes == [[]] * 200


async def test_a_wrong_pin_that_cannot_be_counted_is_a_retryable_error() -> None:
    service = Service(PinReads())
    service.throttle.error = StorageUnavailable("redis")
    answer = await ask(service, "000000")
    assert answer.codes == ["STORAGE_UNAVAILABLE"]
    assert answer.json["errors"][0]["extensions"]["details"]["retryable"] is True
    assert (await ask(service, RIGHT)).codes == []


async def test_other_fields_of_a_blocked_client_are_answered() -> None:
    service = Service(PinReads())
    await guess_until_blocked(service)
    answer = await service.ask('{ liveQuizByPin(pin: "123456") { id } course(id: "1") { title } }')
    assert answer.codes == ["RATE_LIMITED"]
    assert answer.data == {"liveQuizByPin": None, "course": "other"}
