"""What clients get of a state: questions, reveals, boards and views.

Only `reveal` reads the key of a question.
"""

from __future__ import annotations

from typing import Any, assert_never

from actors.assessments.live import grading
from actors.assessments.live.answers import blanks_of, may_be_none, prompts_of
from actors.assessments.live.clocks import closing_at, deadline_of
from actors.assessments.live.numbers import written
from actors.assessments.live.scoring import worth
from actors.assessments.live.state import (
    LiveState,
    Player,
    connected_count,
    host_connected,
    order_for,
    presented,
)
from actors.assessments.live.wildcards import as_shown
from protocol.assessments.formats import Formats, Formatted
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import (
    EPOCH,
    Awaited,
    ClosesAt,
    Histogram,
    HostStatus,
    LobbyChanged,
    OwnResult,
    ShownClosed,
    ShownLeaderboard,
    ShownOption,
    ShownQuestion,
    ShownReveal,
)
from protocol.assessments.live.views import GameView, HostPlayer, HostView, PlayerView
from protocol.assessments.quizzes import (
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)

PLAIN = Formats()
MAX_LOBBY_NAMES = 100
MAX_AWAITED_NAMES = 20


def shown_question(state: LiveState, closes_at: int | None = None) -> ShownQuestion:
    """The question in play; `closes_at` is a player's own deadline, None the common one."""
    question, opening = state.question, state.opening
    texts = grading.choices(question)
    places = presented(state, state.index, len(texts))
    formats = question.formats or PLAIN
    closes_at = state.closes_at if closes_at is None else closes_at
    return ShownQuestion(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        total=state.total,
        step=state.step,
        type=question.type,
        text=question.text,
        text_html=_html(formats.text),
        media_url=question.media_url,
        options=tuple(ShownOption(id=i, text=texts[place]) for i, place in enumerate(places)),
        options_html=tuple(formats.options[place].html for place in places if formats.options),
        prompts=prompts_of(question),
        prompts_html=tuple(prompt.html for prompt in formats.prompts),
        blanks=blanks_of(question),
        multiple=_multiple(question),
        none_allowed=may_be_none(question),
        points=worth(opening.config, question.points),
        opens_at=state.opens_at,
        closes_at=closes_at,
        paused=state.paused_at is not None,
        remaining_ms=_remaining(state, closes_at),
    )


def _html(text: Formatted | None) -> str | None:
    return None if text is None else text.html


def _multiple(question: Question) -> bool:
    """As the author set it. Older journals do not have it; then several may be chosen."""
    if question.type is not QuestionType.MULTIPLE_CHOICE:
        return False
    return question.multiple is not False


def _remaining(state: LiveState, closes_at: int) -> int | None:
    if state.paused_at is None or state.phase is not Phase.OPEN:
        return None
    return max(0, closes_at - state.paused_at)


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
    correct, accepted = _correct(state, question)
    return ShownReveal(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        correct=correct,
        accepted=accepted,
        explanation=question.explanation,
        explanation_html=_html((question.formats or PLAIN).explanation),
        counts=dict(state.counts),
        answered=state.answered,
    )


def _correct(state: LiveState, question: Question) -> tuple[Any, tuple[str, ...]]:
    """The key in the shape of an answer, and all accepted texts."""
    match question.key:
        case ChoiceKey(correct=places):
            shown = presented(state, state.index, len(question.options))
            return [i for i, place in enumerate(shown) if place in places], ()
        case TrueFalseKey(value=value):
            return value, ()
        case TextKey() as key:
            patterns = tuple(map(as_shown, key.patterns))
            texts = (*key.accepted, *patterns) or _shown_numbers(question, key.number)
            return (texts[0] if texts else None), texts
        case BlanksKey() as key:
            return [_blank_text(question, key, at) for at in range(len(key.blanks))], ()
        case MatchingKey(pairs=pairs):
            texts = grading.choices(question)
            shown = presented(state, state.index, len(texts))
            ids = {texts[place]: i for i, place in enumerate(shown)}
            return [ids[match] for _, match in pairs], ()
        case EssayKey():
            return None, ()
        case never:
            assert_never(never)


def _shown_numbers(question: Question, number: float | None) -> tuple[str, ...]:
    return () if number is None else (written(number, decimal_comma=question.decimal_comma),)


def _blank_text(question: Question, key: BlanksKey, at: int) -> str:
    if key.blanks[at]:
        return key.blanks[at][0]
    if key.patterns and key.patterns[at]:
        return as_shown(key.patterns[at][0])
    number = key.numbers[at] if at < len(key.numbers) else None
    return "".join(_shown_numbers(question, number and number[0]))


def own_result(state: LiveState, player: Player) -> OwnResult | None:
    """This player's result of the revealed question; None for a player who came after it."""
    result = player.results[-1] if player.results else None
    if result is None or result.index != state.index:
        return None
    return OwnResult(
        live_quiz_id=state.live_quiz_id,
        index=state.index,
        step=state.step,
        answered=state.index in player.answers,
        correct=result.correct,
        points=result.points,
        score=player.score,
        rank=player.rank,
        streak=player.streak,
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
    orders = _orders(state, player)
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
        score=player.score,
        rank=player.rank,
        host_connected=host_connected(state),
        locked=state.locked,
        players=state.present + coming,
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
                score=p.score,
                connected=p.player_id in presence.connections,
                extra_time=p.factor,
                held_back_ms=_held_back_ms(state, p),
            )
            for p in state.players.values()
            if not p.out
        ),
        question=shown_question(state) if in_play else None,
        histogram=histogram(state) if in_play else None,
        awaited=awaited(state) if state.phase is Phase.OPEN else None,
        reveal=reveal(state) if state.phase is Phase.REVEAL else None,
        leaderboard=leaderboard(state) if ended else None,
    )


def _held_back_ms(state: LiveState, player: Player) -> int:
    link = state.presence.links.get(player.player_id)
    return 0 if link is None else link.held_back_ms
