"""What clients get of a state: questions, reveals, boards and views.

Only `reveal` gives out the key of a question.
"""

from __future__ import annotations

from actors.assessments.answers import grading
from actors.assessments.answers.shown_keys import shown_key, shown_places
from actors.assessments.answers.shown_questions import PLAIN, html_of, shown_content
from actors.assessments.live.boards import moved, place_of
from actors.assessments.live.clocks import closing_at, deadline_of
from actors.assessments.live.pace import wait_ms
from actors.assessments.live.scoring import worth
from actors.assessments.live.state import (
    LiveState,
    Player,
    connected_count,
    host_connected,
    order_for,
    presented,
)
from actors.assessments.live.typed import typed_answers
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import (
    EPOCH,
    Awaited,
    ClosesAt,
    Histogram,
    HostStatus,
    LobbyChanged,
    OwnResult,
    ShownAnnouncement,
    ShownClosed,
    ShownLeaderboard,
    ShownQuestion,
    ShownReveal,
)
from protocol.assessments.live.views import GameView, HostPlayer, HostView, PlayerView

MAX_LOBBY_NAMES = 100
MAX_AWAITED_NAMES = 20


def shown_question(state: LiveState, closes_at: int | None = None) -> ShownQuestion:
    """The question in play; `closes_at` is a player's own deadline, None the common one."""
    question, opening = state.question, state.opening
    closes_at = state.closes_at if closes_at is None else closes_at
    return ShownQuestion(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        total=state.total,
        step=state.step,
        points=worth(opening.config, question.points),
        opens_at=state.opens_at,
        closes_at=closes_at,
        paused=state.paused_at is not None,
        remaining_ms=_remaining(state, closes_at),
        **shown_content(question, presented(state, state.index, len(grading.choices(question)))),
    )


def _remaining(state: LiveState, closes_at: int) -> int | None:
    if state.paused_at is None or state.phase is not Phase.OPEN:
        return None
    return max(0, closes_at - state.paused_at)


def announced(state: LiveState) -> ShownAnnouncement:
    """The question that opens soon, and when; after a pause the countdown begins anew."""
    paused = state.paused_at is not None
    return ShownAnnouncement(
        live_quiz_id=state.live_quiz_id,
        index=state.index + 1,
        total=state.total,
        step=state.step,
        opens_at=state.advance_at or 0,
        paused=paused,
        remaining_ms=wait_ms(state) if paused else None,
    )


def closes_at(state: LiveState, player: Player | None = None) -> ClosesAt:
    """The deadline: the common one, or a player's own."""
    deadline = state.closes_at if player is None else deadline_of(state, player)
    return ClosesAt(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        opens_at=state.opens_at,
        closes_at=deadline,
        paused=state.paused_at is not None,
        remaining_ms=_remaining(state, deadline),
    )


def reveal(state: LiveState) -> ShownReveal:
    """The key of the question in play and how many chose what."""
    question = state.question
    places = presented(state, state.index, len(grading.choices(question)))
    correct, accepted = shown_key(question, places)
    return ShownReveal(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        correct=correct,
        accepted=accepted,
        explanation=question.explanation,
        explanation_html=html_of((question.formats or PLAIN).explanation),
        counts=dict(state.counts),
        answered=state.answered,
        places=shown_places(question),
    )


def own_result(state: LiveState, player: Player) -> OwnResult | None:
    """This player's result of the revealed question; None for a player who came after it."""
    result = player.results[-1] if player.results else None
    if result is None or result.index != state.index:
        return None
    place = place_of(state, player)
    return OwnResult(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        answered=state.index in player.answers,
        correct=result.correct,
        points=result.points,
        score=place.score,
        rank=place.rank,
        streak=player.streak,
        moved=moved(state, player),
        ahead=place.ahead,
        behind=place.behind,
    )


def leaderboard(state: LiveState) -> ShownLeaderboard:
    """The top of the board."""
    return ShownLeaderboard(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        total_players=state.active,
        top=state.top,
    )


def lobby(state: LiveState) -> LobbyChanged:
    """Who is there, newest first."""
    names: list[str] = []
    for player in reversed(state.players.values()):
        if len(names) == MAX_LOBBY_NAMES:
            break
        if not player.out:
            names.append(player.nickname)
    return LobbyChanged(
        live_quiz_id=state.live_quiz_id,
        players=state.present,
        connected=connected_count(state),
        locked=state.locked,
        names=tuple(names),
    )


def histogram(state: LiveState) -> Histogram:
    """How many chose what, so far."""
    return Histogram(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        answered=state.answered,
        connected=connected_count(state),
        counts=dict(state.counts),
        right=state.right,
    )


def awaited(state: LiveState) -> Awaited:
    """Whom the open question waits for because they have lost the connection."""
    presence = state.presence
    missing = [player_id for player_id in presence.away if player_id in presence.pending]
    names = (state.players[player_id].nickname for player_id in missing[:MAX_AWAITED_NAMES])
    return Awaited(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        count=len(missing),
        names=tuple(names),
        closes_at=closing_at(state),
    )


def host_status(state: LiveState, *, connected: bool) -> HostStatus:
    """Who the host is, and whether the host is connected."""
    return HostStatus(live_quiz_id=state.live_quiz_id, connected=connected, host_id=state.host_id)


def closed(state: LiveState) -> ShownClosed:
    """The publication that the question in play takes no more answers."""
    return ShownClosed(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        skipped=state.skipped,
    )


def game_view(state: LiveState) -> GameView:
    """Everything that all players see."""
    in_play = state.phase in (Phase.OPEN, Phase.CLOSED, Phase.REVEAL)
    ended = state.phase in (Phase.LEADERBOARD, Phase.FINISHED)
    return GameView(
        live_quiz_id=state.live_quiz_id,
        phase=state.phase,
        step=state.step,
        lobby=lobby(state),
        host=host_status(state, connected=host_connected(state)),
        announced=announced(state) if state.phase is Phase.ANNOUNCED else None,
        question=shown_question(state) if in_play else None,
        closed=closed(state) if state.phase is Phase.CLOSED else None,
        reveal=reveal(state) if state.phase is Phase.REVEAL else None,
        leaderboard=leaderboard(state) if ended else None,
    )


def player_view(state: LiveState, player: Player) -> PlayerView:
    """Everything a player's screen needs; `player` may be one who is about to join."""
    asked = player.since <= state.index
    given = player.answers.get(state.index) if asked else None
    in_play = state.phase is Phase.REVEAL or (asked and state.phase in (Phase.OPEN, Phase.CLOSED))
    revealed = state.phase is Phase.REVEAL
    ended = state.phase in (Phase.LEADERBOARD, Phase.FINISHED)
    coming = player.player_id not in state.players
    orders, place = _orders(state, player), place_of(state, player)
    return PlayerView(
        live_quiz_id=state.live_quiz_id,
        course_id=state.opening.course_id,
        title=state.opening.title,
        player_id=player.player_id,
        nickname=player.nickname,
        phase=state.phase,
        step=state.step,
        epoch=EPOCH,
        offset=state.offset,
        score=place.score,
        rank=place.rank,
        host_connected=host_connected(state),
        locked=state.locked,
        players=state.present + coming,
        moved=moved(state, player),
        ahead=place.ahead,
        behind=place.behind,
        announced=announced(state) if state.phase is Phase.ANNOUNCED else None,
        question=shown_question(state, deadline_of(state, player)) if in_play else None,
        order=orders.get(str(state.index), ()) if in_play else (),
        orders=orders,
        answer=None if given is None else given.answer,
        answer_id=None if given is None else given.answer_id,
        reveal=reveal(state) if revealed else None,
        result=own_result(state, player) if revealed else None,
        leaderboard=leaderboard(state) if ended else None,
    )


def _orders(state: LiveState, player: Player) -> dict[str, tuple[int, ...]]:
    """This player's option order for every question that may still be shown."""
    if state.phase is Phase.FINISHED or not state.opening.config.shuffle_options:
        return {}
    orders: dict[str, tuple[int, ...]] = {}
    for index in range(max(0, state.index), state.total):
        size = len(grading.choices(state.question_at(index)))
        if order := order_for(state, player.player_id, index, size):
            orders[str(index)] = order
    return orders


def host_view(state: LiveState) -> HostView:
    """Everything a host's screen needs. Scores are those of the last reveal."""
    in_play = state.phase in (Phase.OPEN, Phase.CLOSED, Phase.REVEAL)
    ended = state.phase in (Phase.LEADERBOARD, Phase.FINISHED)
    presence = state.presence
    return HostView(
        live_quiz_id=state.live_quiz_id,
        course_id=state.opening.course_id,
        title=state.opening.title,
        pin=state.opening.pin,
        phase=state.phase,
        step=state.step,
        epoch=EPOCH,
        offset=state.offset,
        host_id=state.host_id,
        host_connected=host_connected(state),
        locked=state.locked,
        paused=state.paused_at is not None,
        question_count=state.total,
        config=state.opening.config,
        players=tuple(
            HostPlayer(
                player_id=p.player_id,
                nickname=p.nickname,
                score=place_of(state, p).score,
                connected=p.player_id in presence.connections,
                extra_time=p.factor,
                held_back_ms=_held_back_ms(state, p),
            )
            for p in state.players.values()
            if not p.out
        ),
        order=state.order,
        announced=announced(state) if state.phase is Phase.ANNOUNCED else None,
        question=shown_question(state) if in_play else None,
        histogram=histogram(state) if in_play else None,
        awaited=awaited(state) if state.phase is Phase.OPEN else None,
        reveal=reveal(state) if state.phase is Phase.REVEAL else None,
        leaderboard=leaderboard(state) if ended else None,
        typed=typed_answers(state),
    )


def _held_back_ms(state: LiveState, player: Player) -> int:
    link = state.presence.links.get(player.player_id)
    return 0 if link is None else link.held_back_ms
