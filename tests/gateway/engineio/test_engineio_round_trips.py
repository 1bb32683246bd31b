"""What the network is said to cost, and what a client can gain by answering late."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.engineio.round_trips import (
    CALM_SECONDS,
    ENOUGH_ECHOES,
    HELD_BACK_MS,
    KEPT_ECHOES,
    MAX_ROUND_TRIP_MS,
    RoundTrips,
)
from gateway.socketio.settings import Settings
from tests.gateway.socketio.fakes import QUIET, FakeConnection, FakeFront, open_polling, upgrade

MEASURING = Settings(burst_pings=4)
round_trips = st.integers(0, 20_000)


def measured(echoes: list[int], network: float | None = None) -> RoundTrips:
    result = RoundTrips()
    result.network = network
    for echo in echoes:
        result.echoed(echo)
    return result


def test_nothing_measured_credits_nothing() -> None:
    assert measured([]).credited_ms == 0


def test_of_echoes_the_smallest_counts() -> None:
    assert measured([80, 43, 900]).credited_ms == 43


def test_the_kernels_measure_counts_when_it_is_smaller_and_before_any_echo() -> None:
    assert measured([], 41.6).credited_ms == 42
    assert measured([300, 280, 290], 41.6).credited_ms == 42
    assert measured([30, 31, 32], 41.6).credited_ms == 30


@given(st.lists(round_trips, max_size=30), st.none() | st.floats(0, 20_000))
def test_no_more_is_credited_than_any_measure_allows(
    echoes: list[int], network: float | None
) -> None:
    result = measured(echoes, network)
    kept = [min(echo, MAX_ROUND_TRIP_MS) for echo in echoes[-KEPT_ECHOES:]]
    assert result.echoes == len(kept)
    assert all(0 <= result.credited_ms <= measure for measure in kept)
    if network is not None:
        assert result.credited_ms <= round(network)


@given(
    st.lists(st.tuples(st.integers(0, 800), st.integers(0, 20_000)), max_size=20),
    st.integers(0, 800),
)
def test_waiting_with_echoes_gains_nothing_where_the_kernel_measures(
    echoes: list[tuple[int, int]], network: int
) -> None:
    honest = measured([network + jitter for jitter, _ in echoes], network)
    waiting = measured([network + jitter + held for jitter, held in echoes], network)
    assert waiting.credited_ms == honest.credited_ms == network


@given(st.lists(st.integers(0, 800), min_size=1, max_size=KEPT_ECHOES), st.data())
def test_one_honest_echo_bounds_what_all_others_can_claim(
    honest: list[int], data: st.DataObject
) -> None:
    late = data.draw(st.lists(round_trips, max_size=KEPT_ECHOES - len(honest)))
    mixed = data.draw(st.permutations([*honest, *(max(honest) + more for more in late)]))
    assert measured(mixed).credited_ms == min(honest)


def test_echoes_that_all_come_late_are_noticed_and_one_that_waited_is_not() -> None:
    late = [300 + HELD_BACK_MS] * ENOUGH_ECHOES
    assert measured(late, 300).held_back_ms == HELD_BACK_MS
    assert measured(late[1:], 300).held_back_ms == 0
    assert measured([*late, 310], 300).held_back_ms == 0
    assert measured(late).held_back_ms == 0


# --- a session ------------------------------------------------------------------------------------


def echo_all(front: FakeFront, client: FakeConnection, seconds: float) -> None:
    while client.timed:
        front.pass_time(seconds)
        client.pong()


def test_a_burst_of_pings_measures_and_the_page_is_asked_nothing() -> None:
    front = FakeFront(MEASURING)
    client = front.connected()
    echo_all(front, client, 0.040)
    measures = front.application.sockets[0].round_trips
    assert (measures.echoes, measures.credited_ms) == (4, 40)
    assert client.take() == []
    assert front.application.measures == [(40, 0)] * 4


def test_every_heartbeat_measures_again_where_the_kernel_does_not() -> None:
    for network, pings in ((None, 1), (40.0, 0)):
        front = FakeFront(QUIET)
        front.network_round_trip_ms = network
        client = front.connected()
        front.pass_time(25)
        assert client.take() == ["2"]
        assert len(client.timed) == pings


def test_a_page_that_answers_heartbeats_late_is_credited_nothing_for_it() -> None:
    front = FakeFront(MEASURING)
    client = front.connected()
    echo_all(front, client, 0.020)
    for _ in range(10):
        front.pass_time(25.02)
        client.pong()
        front.pass_time(0.5)
        client.say("3")
    assert front.application.sockets[0].round_trips.credited_ms <= 20


def test_a_client_that_holds_every_echo_back_is_credited_the_network_and_noticed() -> None:
    front = FakeFront(MEASURING)
    front.network_round_trip_ms = 30.0
    client = front.connected()
    assert not client.timed, "the kernel knows; the pings can wait"
    front.pass_time(CALM_SECONDS)
    echo_all(front, client, 0.500)
    assert front.application.measures[-1] == (30, 470)


def test_where_the_kernel_measures_one_honest_echo_says_all() -> None:
    front = FakeFront(MEASURING)
    front.network_round_trip_ms = 30.4
    client = front.connected()
    front.pass_time(CALM_SECONDS)
    echo_all(front, client, 0.129)
    assert front.application.measures == [(30, 0)]


def test_an_echo_faster_than_the_kernel_says_is_asked_for_again() -> None:
    front = FakeFront(MEASURING)
    front.network_round_trip_ms = 30.0
    client = front.connected()
    front.pass_time(CALM_SECONDS)
    echo_all(front, client, 0.020)
    assert front.application.measures == [(20, 0)] * 4


def test_a_polling_client_is_credited_what_the_kernel_says_of_its_requests() -> None:
    front = FakeFront(MEASURING)
    front.network_round_trip_ms = 120.0
    sid = open_polling(front)
    (socket,) = front.application.sockets
    assert socket.round_trips.credited_ms == 120
    front.network_round_trip_ms = 90.0
    front.post(sid, b"3")
    assert socket.round_trips.credited_ms == 90
    front.network_round_trip_ms = None
    front.post(sid, b"3")
    assert socket.round_trips.credited_ms == 0


def test_measures_of_polling_do_not_count_for_the_websocket_that_follows() -> None:
    front = FakeFront(QUIET)
    front.network_round_trip_ms = 120.0
    sid = open_polling(front)
    front.network_round_trip_ms = None
    upgrade(front, sid)
    assert front.application.sockets[0].round_trips.credited_ms == 0
