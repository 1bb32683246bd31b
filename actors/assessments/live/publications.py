"""What an event of the journal makes public: a function of the event and the state after it.

The same function serves the running game and a replay, so publications can be sent again byte for
byte. What depends on who is connected is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from actors.assessments.live import views
from actors.assessments.live.state import LiveState, Player
from actors.effects import Publish
from protocol import topics
from protocol.assessments.live.events import (
    AnswersRevealed,
    BoardRecounted,
    ExtraTimeGranted,
    GameFinished,
    GamePaused,
    GameResumed,
    LeaderboardShown,
    OutageCredited,
    PlayerKicked,
    PlayerReturned,
    QuestionAnnounced,
    QuestionClosed,
    QuestionExtended,
    QuestionOpened,
    ScoresCorrected,
    TypedAccepted,
)
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import EPOCH, PutOut
from protocol.envelope import Message


def publications(after: LiveState, event: Message) -> Iterator[Publish]:
    """The publications of `event`, which led to the state `after`."""
    publish = _PUBLISH.get(type(event))
    return publish(after, event) if publish is not None else iter(())


def _to_all(state: LiveState, name: str, data: Message) -> Publish:
    topic = topics.live(state.live_quiz_id)
    return Publish(topic, name, data, offset=state.offset, epoch=EPOCH)


def _to_player(state: LiveState, player_id: str, name: str, data: Message) -> Publish:
    return Publish(topics.live_player(state.live_quiz_id, player_id), name, data)


def _own_time(state: LiveState, player: Player) -> Publish:
    own = views.closes_at(state, player)
    return _to_player(state, player.player_id, "live.time", own)


def _own_times(state: LiveState) -> Iterator[Publish]:
    """Private deadlines for players with a clock of their own who get this question."""
    for player_id in {**state.extra, **state.waits}:
        player = state.players[player_id]
        if not player.out and player.since <= state.index:
            yield _own_time(state, player)


def _announced(state: LiveState, _: Message) -> Iterator[Publish]:
    yield _to_all(state, "live.announced", views.announced(state))


def _opened(state: LiveState, _: QuestionOpened) -> Iterator[Publish]:
    yield _to_all(state, "live.question", views.shown_question(state))
    yield from _own_times(state)


def _time_moved(state: LiveState, event: Message) -> Iterator[Publish]:
    if state.phase is Phase.ANNOUNCED:
        yield from _announced(state, event)
        return
    yield _to_all(state, "live.time", views.closes_at(state))
    if state.phase is Phase.OPEN:
        yield from _own_times(state)


def _outage(state: LiveState, event: OutageCredited) -> Iterator[Publish]:
    if event.outage_ms:
        yield from _time_moved(state, event)


def _returned(state: LiveState, event: PlayerReturned) -> Iterator[Publish]:
    if state.phase is Phase.OPEN and event.player_id in state.waits:
        yield _own_time(state, state.players[event.player_id])


def _extra_time(state: LiveState, event: ExtraTimeGranted) -> Iterator[Publish]:
    player = state.players[event.player_id]
    if state.phase is Phase.OPEN and player.since <= state.index:
        yield _own_time(state, player)


def _closed(state: LiveState, _: QuestionClosed) -> Iterator[Publish]:
    yield _to_all(state, "live.closed", views.closed(state))


def _revealed(state: LiveState, _: AnswersRevealed | TypedAccepted) -> Iterator[Publish]:
    yield _to_all(state, "live.reveal", views.reveal(state))
    yield from _results(state)


def _corrected(state: LiveState, _: ScoresCorrected) -> Iterator[Publish]:
    """What this phase has shown of scores, again; a correction may move anybody's rank."""
    match state.phase:
        case Phase.ANNOUNCED:  # of scores nothing
            yield _to_all(state, "live.announced", views.announced(state))
        case Phase.REVEAL:
            yield _to_all(state, "live.reveal", views.reveal(state))
        case Phase.LEADERBOARD:
            yield _to_all(state, "live.leaderboard", views.leaderboard(state))
        case _:
            yield _to_all(state, "live.finished", views.leaderboard(state))
    yield from _results(state)


def _results(state: LiveState) -> Iterator[Publish]:
    for player in state.players.values():
        result = None if player.out else views.own_result(state, player)
        if result is not None:
            yield _to_player(state, player.player_id, "live.result", result)


def _leaderboard(state: LiveState, _: LeaderboardShown) -> Iterator[Publish]:
    yield _to_all(state, "live.leaderboard", views.leaderboard(state))


def _finished(state: LiveState, _: Message) -> Iterator[Publish]:
    yield _to_all(state, "live.finished", views.leaderboard(state))


def _put_out(state: LiveState, event: PlayerKicked) -> Iterator[Publish]:
    data = PutOut(live_quiz_id=state.live_quiz_id, banned=event.banned)
    yield _to_player(state, event.player_id, "live.put_out", data)


_PUBLISH: dict[type, Callable[[LiveState, Any], Iterator[Publish]]] = {
    QuestionAnnounced: _announced,
    QuestionOpened: _opened,
    QuestionClosed: _closed,
    QuestionExtended: _time_moved,
    GamePaused: _time_moved,
    GameResumed: _time_moved,
    OutageCredited: _outage,
    PlayerReturned: _returned,
    ExtraTimeGranted: _extra_time,
    AnswersRevealed: _revealed,
    ScoresCorrected: _corrected,
    TypedAccepted: _revealed,
    LeaderboardShown: _leaderboard,
    GameFinished: _finished,
    BoardRecounted: _finished,
    PlayerKicked: _put_out,
}
