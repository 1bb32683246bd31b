"""Steps of a game: the events of each, and the effects that go with events.

`taken` is the one place where events become effects: journal, publications, alarms, rows.
"""

from __future__ import annotations

from actors.assessments.live import views
from actors.assessments.live.clocks import awaited_until, awaits_another, closing_at, has_own_clock
from actors.assessments.live.evolution import evolve
from actors.assessments.live.pace import advances
from actors.assessments.live.publications import publications
from actors.assessments.live.question_rows import final_rows, revealed_row
from actors.assessments.live.rows import quiz_row, result_rows
from actors.assessments.live.state import (
    LiveState,
    Player,
    all_answered,
    forked,
    here_or_awaited,
    host_connected,
)
from actors.assessments.live.volatile import (
    BatchDue,
)
from actors.effects import (
    Announce,
    CloseTopic,
    Effect,
    Persist,
    Publish,
    SaveRecord,
    Send,
    Volatile,
    WakeAt,
)
from protocol import topics
from protocol.assessments.live.events import (
    AnswersRevealed,
    GameFinished,
    HostChanged,
    HostRemoved,
    LeaderboardShown,
    LiveBoardRewritten,
    LiveQuizFinished,
    PlayerKicked,
    QuestionAnnounced,
    QuestionClosed,
    QuestionOpened,
    ScoresCorrected,
    TypedAccepted,
)
from protocol.assessments.live.phases import Phase
from protocol.communication import ROOM_KIND, LivePhase, LiveQuizInRoom
from protocol.envelope import Address, Message

BATCH_MS = 250
"""Interval of histograms and lobby changes: four a second are as fast as anybody reads."""
DEADLINE = "deadline"
AWAY = "away"
AWAY_MS = 5_000
"""An open question waits this long for a player whose connection was lost. A page reloads, and the
stock client reconnects, in one to three seconds; much longer would hold up the class for everybody
who closes the page."""
RETURN_MS = 10_000
"""After an outage an open question waits this long, from when the game is back, for the players who
were connected, and none of that is taken from their time. The stock client tries again after at
most 5 seconds, give or take a half; what remains is for its handshake with a busy server."""
LINGER_MS = 600_000
"""A finished or empty game stays in memory this long for players who come back."""

ABANDONED = "abandoned"
ABANDONED_MS = 24 * 3_600_000
"""An unfinished game that nobody has been connected to for this long is ended, which frees its
PIN and saves its results. A lobby opened on the day before a lesson must still exist, and so
must a game that a class continues the next morning."""
REARM_MS = 3_600_000
"""The alarm for it is moved at most this often, since each move is a commit; the game therefore
ends after 23 to 24 hours."""


def taken(state: LiveState, events: tuple[Message, ...], now: int) -> list[Effect]:
    """The effects of events that change more than one answer or name."""
    after = forked(state)
    sent: list[Effect] = []
    for event in events:
        after = evolve(after, event)
        sent.append(Persist((event,)))
        if isinstance(event, AnswersRevealed | ScoresCorrected | TypedAccepted):
            sent.append(SaveRecord(revealed_row(after, event.at)))
        sent += publications(after, event)
        sent += _beside(after, event)
    if after.step != state.step or after.host_id != state.host_id:
        sent.append(SaveRecord(quiz_row(after)))
    if _seen_from_room(after.phase) is not _seen_from_room(state.phase):
        sent.append(tell_room(after))
    if after.phase is Phase.FINISHED:
        sent += _finished(after, now) if after.step != state.step else _rewritten(after, now)
    return [*sent, *alarms(after)]


def _board_saved(after: LiveState, now: int) -> list[Effect]:
    """Questions are saved at their reveal, and once more without those who were banned since."""
    stale = after.banned and after.index >= 0
    questions = [SaveRecord(final_rows(after, now))] if stale else []
    return [*questions, SaveRecord(result_rows(after))]


def _rewritten(after: LiveState, now: int) -> list[Effect]:
    rewritten = LiveBoardRewritten(live_quiz_id=after.live_quiz_id)
    return [*_board_saved(after, now), Announce(rewritten)]


def tell_room(state: LiveState) -> Send:
    """Tell the course room the phase of the game; never its PIN."""
    opening = state.opening
    told = LiveQuizInRoom(
        live_quiz_id=state.live_quiz_id,
        title=opening.title,
        phase=_seen_from_room(state.phase),
        host_name=opening.host_name,
    )
    return Send(Address(ROOM_KIND, opening.course_id), told)


def _seen_from_room(phase: Phase) -> LivePhase:
    match phase:
        case Phase.LOBBY:
            return LivePhase.LOBBY
        case Phase.FINISHED:
            return LivePhase.FINISHED
    return LivePhase.RUNNING


def _beside(after: LiveState, event: Message) -> list[Effect]:
    """The effects that depend on who is connected, and so are not part of a replay."""
    match event:
        case HostChanged() | HostRemoved():
            return [publish_host(after, connected=host_connected(after))]
        case PlayerKicked(player_id=player_id, banned=banned):
            topic = topics.live_player(after.live_quiz_id, player_id)
            return [CloseTopic(topic, "banned" if banned else "kicked")]
    return []


def _finished(after: LiveState, now: int) -> list[Effect]:
    opening = after.opening
    announcement = LiveQuizFinished(
        live_quiz_id=after.live_quiz_id,
        course_id=opening.course_id,
        quiz_id=opening.quiz_id,
        players=after.active,
    )
    return [
        *_board_saved(after, now),
        Announce(announcement),
        WakeAt("leave", now + LINGER_MS, durable=False),
        WakeAt(ABANDONED, None),
    ]


def alarms(state: LiveState) -> list[Effect]:
    """The durable alarms that this state needs."""
    if state.phase is Phase.LOBBY:
        return []
    effects = deadline_alarm(state)
    if advances(state.opening.config):
        waiting = state.paused_at is None
        effects.append(WakeAt("advance", state.advance_at if waiting else None))
    return effects


def deadline_alarm(state: LiveState, besides: str = "") -> list[Effect]:
    """The alarm that closes the question, and what this activation remembers of it."""
    if state.phase is not Phase.OPEN or state.paused_at is not None:
        return [Volatile(BatchDue(name=DEADLINE, due_at=0)), WakeAt(DEADLINE, None)]
    due_at = closing_at(state, besides)
    return [Volatile(BatchDue(name=DEADLINE, due_at=due_at)), WakeAt(DEADLINE, due_at)]


def without(state: LiveState, player: Player) -> list[Effect]:
    """Bring the closing forward if the question was open for this player longest."""
    player_id, due_at = player.player_id, state.presence.due.get(DEADLINE, 0)
    if state.phase is not Phase.OPEN or not has_own_clock(state, player_id):
        return []
    if not state.closes_at < due_at <= awaited_until(state, player_id):
        return []
    if awaits_another(state, due_at, besides=player_id):
        return []
    return deadline_alarm(state, besides=player_id)


def attended(state: LiveState, now: int) -> list[Effect]:
    """Somebody is here or has just left: the game is not abandoned before a day from now.

    An activation does not reset the alarm: its row in storage outlives memory, and only a
    connection may move it.
    """
    moved = now + ABANDONED_MS
    if state.phase is Phase.FINISHED or state.presence.due.get(ABANDONED, 0) > moved - REARM_MS:
        return []
    return look_again(now, ABANDONED_MS)


def look_again(now: int, after_ms: int) -> list[Effect]:
    """Set the alarm to check again whether the game is abandoned."""
    due_at = now + after_ms
    return [Volatile(BatchDue(name=ABANDONED, due_at=due_at)), WakeAt(ABANDONED, due_at)]


def batch(state: LiveState, name: str, now: int) -> list[Effect]:
    """Schedule a batched publication unless it is scheduled already."""
    if state.presence.due.get(name, 0) > now:
        return []
    due_at = now + BATCH_MS
    return [Volatile(BatchDue(name=name, due_at=due_at)), WakeAt(name, due_at, durable=False)]


def publish_host(state: LiveState, *, connected: bool) -> Publish:
    """Tell everybody who the host is and whether the host is connected."""
    data = views.host_status(state, connected=connected)
    return Publish(topics.live(state.live_quiz_id), "live.host", data)


# --- the events of each step ----------------------------------------------------------------------


def onward(state: LiveState, now: int, command_id: str | None = None) -> tuple[Message, ...]:
    """Open the next question, or count down to it where the game does."""
    countdown_ms = state.opening.config.countdown_ms
    if not countdown_ms:
        return opened(state, now, command_id)
    event = QuestionAnnounced(
        question_index=state.index + 1, at=now, opens_at=now + countdown_ms, command_id=command_id
    )
    return (*corrected(state, now), event)


def opened(state: LiveState, now: int, command_id: str | None = None) -> tuple[Message, ...]:
    """Open the next question."""
    index = state.index + 1
    seconds = state.question_at(index).seconds
    config_ms = state.opening.config.question_ms
    time_ms = config_ms if seconds is None else seconds * 1_000
    known = {**state.absent, **here_or_awaited(state)}
    players = state.players.values()
    left = tuple(p.player_id for p in players if not p.out and p.player_id not in known)
    event = QuestionOpened(
        question_index=index,
        opens_at=now,
        closes_at=now + time_ms,
        command_id=command_id,
        left=left,
    )
    return (*corrected(state, now), event)


def closed(
    state: LiveState, now: int, command_id: str | None = None, *, skipped: bool = False
) -> tuple[Message, ...]:
    """Close the open question."""
    event = QuestionClosed(
        question_index=state.index, at=now, skipped=skipped, command_id=command_id
    )
    return (event,)


def closed_if_all_answered(
    state: LiveState, events: tuple[Message, ...], now: int
) -> tuple[Message, ...]:
    """The closing of the question, if nobody is waited for any more after these events."""
    if state.phase is not Phase.OPEN:
        return ()
    after = forked(state)
    for event in events:
        after = evolve(after, event)
    return closed(after, now) if all_answered(after) else ()


def next_events(
    state: LiveState, now: int, command_id: str | None = None, *, board: bool | None = None
) -> tuple[Message, ...]:
    """The next legal step of a running game; `board` as in `NextStep`."""
    match state.phase:
        case Phase.OPEN:
            return closed(state, now, command_id)
        case Phase.CLOSED:
            return (_revealed(state, now, command_id),)
        case Phase.REVEAL if _board_due(state) if board is None else board:
            event = LeaderboardShown(question_index=state.index, at=now, command_id=command_id)
            return (*corrected(state, now), event)
        case Phase.ANNOUNCED:
            return opened(state, now, command_id)
        case _ if state.index + 1 < state.total:
            return onward(state, now, command_id)
        case _:
            return (*corrected(state, now), GameFinished(at=now, command_id=command_id))


def _board_due(state: LiveState) -> bool:
    """Whether the leaderboard follows this reveal, as the game is configured."""
    every = state.opening.config.board_every
    return every > 0 and (state.index + 1) % every == 0


def corrected(state: LiveState, now: int) -> tuple[Message, ...]:
    """The correction of the scores, if somebody was heard after the reveal."""
    return (ScoresCorrected(question_index=state.index, at=now),) if state.late else ()


def _revealed(state: LiveState, now: int, command_id: str | None) -> AnswersRevealed:
    return AnswersRevealed(question_index=state.index, at=now, command_id=command_id)


def ending_events(state: LiveState, now: int, command_id: str | None = None) -> tuple[Message, ...]:
    """Finish now. An open or closed question is settled first: its answers count."""
    events: tuple[Message, ...] = (GameFinished(at=now, command_id=command_id),)
    if state.phase in (Phase.OPEN, Phase.CLOSED):
        events = (_revealed(state, now, command_id), *events)
    if state.phase is Phase.OPEN:
        events = (*closed(state, now, command_id), *events)
    return (*corrected(state, now), *events)
