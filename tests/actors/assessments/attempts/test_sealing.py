"""Answers written without a connection: what is taken after the end, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessments.attempts.commands import (
    DiscardAttempt,
    EndAttempt,
    EnterAttempt,
    LeaveAttempt,
    ReopenAttempt,
    ShowHandedIn,
    SubmitAttempt,
)
from protocol.assessments.attempts.rows import AttemptRow
from protocol.assessments.attempts.sealed import (
    MAX_ENTRIES,
    TAKEN_MS,
    UNNOTICED_MS,
    DecideSeal,
    Seal,
    SealDecided,
    SealedEntry,
    SealsShown,
    ShowSeals,
    anchor_of,
)
from protocol.assessments.attempts.values import SealedStatus, Timing
from protocol.assessments.attempts.views import AttemptHandedIn
from protocol.assessments.quizzes import LateAnswers
from protocol.errors import NotFoundError, RefusedError, ValidationError
from tests.actors.assessments.attempts.papers import MINUTE, QUESTIONS, Attempt
from tests.actors.assessments.attempts.seals import chain_of, changed, commit, seal_of, send
from tests.actors.assessments.attempts.test_attempt_properties import answered
from tests.actors.assessments.live.games import CHOICE, ESSAY, TEXT

SKEW = 4_321
"""The device's clock is so much ahead."""


def gone(*, limit: int = 10 * MINUTE, back: int = 30 * MINUTE, shuffled: bool = False) -> Attempt:
    """Ada had saved "Par" and lost the connection after a minute; she is back after the end."""
    attempt = Attempt(timing=Timing(limit_ms=limit), shuffled=shuffled)
    attempt.do(EnterAttempt(by="ada", connection_id="a"))
    attempt.save(TEXT, "Par")
    attempt.pass_time(MINUTE)
    attempt.do(LeaveAttempt(by="ada", connection_id="a"))
    attempt.pass_time(back)
    return attempt


def began(attempt: Attempt) -> int:
    return int(attempt.state.begun_at)


def written(attempt: Attempt, *changes: tuple[Any, Any, float]) -> tuple[SealedEntry, ...]:
    """Changes at so many minutes after the beginning."""
    anchor = attempt.view().anchor
    return chain_of(
        anchor,
        [
            (question, answer, began(attempt) + SKEW + round(minute * MINUTE))
            for question, answer, minute in changes
        ],
    )


def usual(attempt: Attempt) -> tuple[SealedEntry, ...]:
    return written(attempt, (TEXT, "Pari", 2), (ESSAY, "Because", 4), (TEXT, "Paris", 9))


def clock(attempt: Attempt) -> int:
    return attempt.now + SKEW


def handed_in(attempt: Attempt) -> dict[str, Any]:
    reply = attempt.do(ShowHandedIn())
    assert isinstance(reply, AttemptHandedIn)
    return {each.question_id: each.answer for each in reply.answers}


def shown(attempt: Attempt) -> SealsShown:
    reply = attempt.do(ShowSeals())
    assert isinstance(reply, SealsShown)
    return reply


def code(attempt: Attempt, seal: Seal, policy: LateAnswers = LateAnswers.REVIEW) -> str:
    """Why a commitment is refused."""
    with pytest.raises(RefusedError) as refusal:
        commit(attempt, seal, policy)
    return str(refusal.value.code)


def refused(attempt: Attempt, head: str, entries: tuple[SealedEntry, ...]) -> RefusedError:
    with pytest.raises(RefusedError) as refusal:
        send(attempt, head, entries)
    return refusal.value


# --- what is taken --------------------------------------------------------------------------------


def test_what_was_written_during_an_outage_waits_for_a_teacher_who_accepts_it() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    assert commit(attempt, seal).status is SealedStatus.COMMITTED
    attempt.restart()
    attempt.pass_time(MINUTE)
    assert send(attempt, seal.head, entries).status is SealedStatus.PENDING
    assert handed_in(attempt) == {TEXT.id: "Par"}
    row = attempt.records[-1]
    assert isinstance(row, AttemptRow)
    assert row.sealed is SealedStatus.PENDING

    [one], [before] = shown(attempt).seals, shown(attempt).before
    assert (one.number, one.late, one.length, one.offset_ms) == (1, 0, 3, -SKEW)
    assert one.away_since == began(attempt) + MINUTE
    [text, essay] = one.answers
    assert (text.answer, text.changes) == ("Paris", 2)
    assert (text.first, text.at) == (began(attempt) + 2 * MINUTE, began(attempt) + 9 * MINUTE)
    assert (essay.answer, essay.changes) == ("Because", 1)
    assert before == ("Par", None)

    attempt.restart()
    attempt.do(DecideSeal(by="vera", number=1, accept=True))
    assert handed_in(attempt) == {TEXT.id: "Paris", ESSAY.id: "Because"}
    row = attempt.records[-1]
    assert isinstance(row, AttemptRow)
    assert row.sealed is SealedStatus.ACCEPTED
    assert {key: each.answer for key, each in row.answers.items()} == handed_in(attempt)
    assert shown(attempt).before == (("Par", None),)
    said = attempt.announced[-1]
    assert isinstance(said, SealDecided)
    assert (said.by, said.accepted) == ("vera", True)
    assert attempt.view().revision == 3


def test_everything_again_changes_nothing() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    for _ in range(2):
        assert commit(attempt, seal).status is SealedStatus.COMMITTED
    for _ in range(2):
        assert send(attempt, seal.head, entries).status is SealedStatus.PENDING
    assert commit(attempt, seal).status is SealedStatus.PENDING
    for _ in range(2):
        attempt.do(DecideSeal(by="vera", number=1, accept=True))
    assert send(attempt, seal.head, entries).status is SealedStatus.ACCEPTED
    assert attempt.view().revision == 3
    assert len(shown(attempt).seals) == 1


def test_a_teacher_refuses_with_a_reason_and_may_think_again() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    with pytest.raises(NotFoundError):
        attempt.do(DecideSeal(by="vera", number=1, accept=True))  # nothing has been opened
    send(attempt, seal.head, entries)
    attempt.do(DecideSeal(by="vera", number=1, accept=False, reason="You sat beside me"))
    assert handed_in(attempt) == {TEXT.id: "Par"}
    [one] = shown(attempt).seals
    assert (one.status, one.reason, one.by) == (SealedStatus.REFUSED, "You sat beside me", "vera")
    attempt.do(DecideSeal(by="vera", number=1, accept=True))
    assert handed_in(attempt)[TEXT.id] == "Paris"
    with pytest.raises(RefusedError) as refusal:
        attempt.do(DecideSeal(by="vera", number=1, accept=False))
    assert refusal.value.code == "SEALED_DECIDED"
    with pytest.raises(NotFoundError):
        attempt.do(DecideSeal(by="vera", number=2, accept=True))


def test_a_quiz_may_accept_by_itself_what_was_written_before_the_end() -> None:
    attempt = gone()
    entries = written(attempt, (TEXT, "Paris", 9), (ESSAY, "Too late", 11), (TEXT, "Rome", 12))
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal, LateAnswers.ACCEPT)
    taken = send(attempt, seal.head, entries, LateAnswers.ACCEPT)
    assert taken.status is SealedStatus.ACCEPTED
    assert handed_in(attempt) == {TEXT.id: "Paris"}
    [one] = shown(attempt).seals
    assert (one.late, one.by) == (2, None)


def test_what_is_saved_already_needs_no_decision() -> None:
    attempt = gone()
    entries = written(attempt, (TEXT, "Par", 2), (ESSAY, "Too late", 11))
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert send(attempt, seal.head, entries).status is SealedStatus.ACCEPTED
    assert handed_in(attempt) == {TEXT.id: "Par"}


def test_while_the_attempt_runs_nothing_is_kept() -> None:
    attempt = gone(limit=90 * MINUTE)
    entries = usual(attempt)
    assert commit(attempt, seal_of(attempt, entries, clock(attempt))).status is None
    assert shown(attempt).seals == ()


def test_who_comes_back_just_before_the_end_commits_just_after_it() -> None:
    attempt = gone(limit=30 * MINUTE, back=29 * MINUTE - 1_000)
    entries = usual(attempt)
    attempt.do(EnterAttempt(by="ada", connection_id="b"))
    seal = seal_of(attempt, entries, clock(attempt))
    assert commit(attempt, seal).status is None
    attempt.pass_time(5_000)
    seal = seal_of(attempt, entries, clock(attempt))
    assert commit(attempt, seal).status is SealedStatus.COMMITTED
    attempt.pass_time(UNNOTICED_MS)
    later = written(attempt, (TEXT, "Rome", 3))
    assert code(attempt, seal_of(attempt, later, clock(attempt))) == "SEALED_AWAY"


def test_a_connection_that_was_lost_just_before_the_end_is_noticed_after_it() -> None:
    attempt = Attempt(timing=Timing(limit_ms=10 * MINUTE))
    attempt.do(EnterAttempt(by="ada", connection_id="a"))
    attempt.pass_time(10 * MINUTE + 40_000)
    entries = written(attempt, (TEXT, "Paris", 9.9))
    assert code(attempt, seal_of(attempt, entries, clock(attempt))) == "SEALED_AWAY"
    heard = attempt.state.begun_at + 9 * MINUTE + 50_000
    attempt.do(LeaveAttempt(by="ada", connection_id="a", seen_at=heard))
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert send(attempt, seal.head, entries).status is SealedStatus.PENDING
    assert shown(attempt).seals[0].away_since == heard


def test_a_save_whose_acknowledgement_was_lost_does_not_break_the_chain() -> None:
    attempt = gone()
    # "Par" was saved a minute before the connection was lost, and is in the chain all the same.
    since = began(attempt) + SKEW
    lost = [(TEXT, "Par", since), (TEXT, "Paris", since + 2 * MINUTE)]
    entries = chain_of(anchor_of(1, "attempt-1", 0), lost)
    seal = seal_of(attempt, entries, clock(attempt), revision=0)
    commit(attempt, seal)
    assert send(attempt, seal.head, entries).status is SealedStatus.PENDING


def test_what_was_saved_later_on_another_device_stays() -> None:
    attempt = Attempt(timing=Timing(limit_ms=10 * MINUTE))
    entries = written(attempt, (TEXT, "Rome", 4.98), (ESSAY, "Because", 5.5))
    attempt.pass_time(5 * MINUTE)
    attempt.save(TEXT, "Paris")
    attempt.pass_time(10 * MINUTE)
    seal = seal_of(attempt, entries, clock(attempt), revision=0)
    commit(attempt, seal)
    send(attempt, seal.head, entries)
    attempt.do(DecideSeal(by="vera", number=1, accept=True))
    assert handed_in(attempt) == {TEXT.id: "Paris", ESSAY.id: "Because"}


def test_options_are_those_that_the_student_saw() -> None:
    attempt = gone(shuffled=True)
    orders = {each.question_id: each.order for each in attempt.view().questions}
    entries = written(attempt, (CHOICE, [orders[CHOICE.id].index(1)], 2))
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    send(attempt, seal.head, entries)
    [one] = shown(attempt).seals
    assert one.answers[0].answer == [1]


# --- what is not taken ----------------------------------------------------------------------------


def test_what_was_handed_in_or_given_up_takes_nothing_more() -> None:
    for last in (SubmitAttempt(by="ada", received_at=1_000_001), DiscardAttempt()):
        attempt = Attempt(timing=Timing(limit_ms=10 * MINUTE))
        entries = written(attempt, (TEXT, "Paris", 1))
        attempt.pass_time(MINUTE)
        attempt.do(last)
        assert code(attempt, seal_of(attempt, entries, clock(attempt))) == "ATTEMPT_ENDED"


def test_an_attempt_that_a_teacher_ended_takes_what_was_written_before() -> None:
    attempt = Attempt()
    entries = written(attempt, (TEXT, "Paris", 1))
    attempt.pass_time(2 * MINUTE)
    attempt.do(EndAttempt(by="vera"))
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert send(attempt, seal.head, entries).status is SealedStatus.PENDING


def test_the_quiz_may_refuse_and_the_window_closes() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    assert code(attempt, seal, LateAnswers.REFUSE) == "SEALED_REFUSED"
    commit(attempt, seal)
    attempt.pass_time(TAKEN_MS)
    assert refused(attempt, seal.head, entries).code == "SEALED_LATE"
    other = seal_of(attempt, usual(attempt)[:2], clock(attempt))
    assert code(attempt, other) == "SEALED_LATE"


def test_there_is_one_chain_of_an_outage_and_one_more_after_another() -> None:
    attempt = gone()
    entries = usual(attempt)
    commit(attempt, seal_of(attempt, entries, clock(attempt)))
    other = written(attempt, (TEXT, "London", 3))
    assert code(attempt, seal_of(attempt, other, clock(attempt))) == "SEALED_TWICE"
    attempt.do(ReopenAttempt(by="vera", command_id="c", for_ms=10 * MINUTE))
    attempt.do(EnterAttempt(by="ada", connection_id="b"))
    attempt.pass_time(2 * MINUTE)
    attempt.do(LeaveAttempt(by="ada", connection_id="b"))
    attempt.pass_time(20 * MINUTE)
    [one] = shown(attempt).seals
    later = written(attempt, (TEXT, "London", 34))
    commit(attempt, seal_of(attempt, later, clock(attempt)))
    assert [each.number for each in shown(attempt).seals] == [one.number, 2]


def test_a_running_attempt_decides_nothing() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    send(attempt, seal.head, entries)
    attempt.do(ReopenAttempt(by="vera", command_id="c", for_ms=10 * MINUTE))
    with pytest.raises(RefusedError) as refusal:
        attempt.do(DecideSeal(by="vera", number=1, accept=True))
    assert refusal.value.code == "ATTEMPT_RUNNING"
    attempt.save(TEXT, "Lyon")
    attempt.pass_time(10 * MINUTE + 2_000)
    attempt.do(DecideSeal(by="vera", number=1, accept=True))
    assert handed_in(attempt) == {TEXT.id: "Lyon", ESSAY.id: "Because"}


def test_a_commitment_has_the_anchor_of_this_attempt_and_a_clock() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    anchors = (anchor_of(2, "attempt-1", 1), anchor_of(1, "attempt-2", 1), "", "\u00e9" * 43)
    for anchor in anchors:
        assert code(attempt, Seal(**{**_members(seal), "anchor": anchor})) == "SEALED_ANCHOR"
    for revision in (-1, 0, 2):
        assert code(attempt, Seal(**{**_members(seal), "revision": revision})) == "SEALED_ANCHOR"
    ahead = Seal(**{**_members(seal), "revision": 2, "anchor": anchor_of(1, "attempt-1", 2)})
    assert code(attempt, ahead) == "SEALED_ANCHOR"
    wild = Seal(**{**_members(seal), "clock": attempt.now + 25 * 60 * MINUTE})
    assert code(attempt, wild) == "SEALED_TIMES"
    for wrong in ({"length": 0}, {"length": MAX_ENTRIES + 1}, {"head": "x"}):
        with pytest.raises(ValidationError):
            commit(attempt, Seal(**{**_members(seal), **wrong}))


def _members(seal: Seal) -> dict[str, Any]:
    return {name: getattr(seal, name) for name in seal.__struct_fields__}


def test_only_what_was_committed_is_opened_by_its_student() -> None:
    attempt = gone()
    entries = usual(attempt)
    assert refused(attempt, "h" * 43, entries).code == "SEALED_UNKNOWN"
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    for wrong in ([1], "Par\0is", "Par\ud800is"):
        strange = (entries[0], entries[1], changed(entries[2], answer=wrong))
        with pytest.raises(ValidationError) as refusal:
            send(attempt, seal.head, strange)
        [field] = refusal.value.details["fields"]
        assert field["field"] == "entries[2].answer"
    unknown = (changed(entries[0], question="elsewhere"), *entries[1:])
    with pytest.raises(NotFoundError):
        send(attempt, seal.head, unknown)


@pytest.mark.parametrize(
    "minutes",
    [
        (-3, 4),  # before the last save
        (4, 3),  # back in time
        (4, 45),  # after the commitment
    ],
)
def test_times_rise_within_the_outage(minutes: tuple[int, int]) -> None:
    attempt = gone()
    entries = written(attempt, *((TEXT, str(minute), minute) for minute in minutes))
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert refused(attempt, seal.head, entries).code == "SEALED_TIMES"


def test_nothing_is_taken_from_the_time_before_the_outage() -> None:
    attempt = Attempt(timing=Timing(limit_ms=10 * MINUTE))
    attempt.do(EnterAttempt(by="ada", connection_id="a"))
    entries = written(attempt, (TEXT, "Paris", 3))
    attempt.pass_time(5 * MINUTE)
    attempt.do(LeaveAttempt(by="ada", connection_id="a"))
    attempt.pass_time(10 * MINUTE)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert refused(attempt, seal.head, entries).code == "SEALED_TIMES"


# --- any chain, and any change of it --------------------------------------------------------------

changes_of = st.lists(st.tuples(answered, st.integers(0, 8_000)), min_size=1, max_size=8)


@given(changes_of, st.data())
def test_any_chain_is_taken_as_it_is_and_not_with_any_change(
    changes: list[Any], data: st.DataObject
) -> None:
    attempt = gone()
    minute, all_changes = 1.0, []
    for (question, answer), waited in changes:
        minute += waited / MINUTE
        all_changes.append((question, answer, minute))
    entries = written(attempt, *all_changes)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)

    n = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.sampled_from([each for each in QUESTIONS if each.id == TEXT.id]))
    tampered = data.draw(
        st.sampled_from(
            [
                (*entries[:n], *entries[n + 1 :]),
                (*entries[:n], entries[n], *entries[n:]),
                (*entries[:n], changed(entries[n], at=entries[n].at + 1), *entries[n + 1 :]),
                (*entries[:n], changed(entries[n], n=entries[n].n + 1), *entries[n + 1 :]),
                (*entries[:n], changed(entries[n], prev="p" * 43), *entries[n + 1 :]),
                (
                    *entries[:n],
                    changed(entries[n], question=other.id, answer="something else"),
                    *entries[n + 1 :],
                ),
                (*entries, changed(entries[-1], n=len(entries) + 1)),
                (changed(entries[0], prev=anchor_of(1, "attempt-1", 0)), *entries[1:]),
            ]
        )
    )
    assert refused(attempt, seal.head, tampered).code in ("SEALED_GAP", "SEALED_HASH")

    last = {question.id: answer for question, answer, _ in all_changes}
    before = handed_in(attempt)
    status = send(attempt, seal.head, entries).status
    assert status in (SealedStatus.PENDING, SealedStatus.ACCEPTED)
    assert handed_in(attempt) == before
    if status is SealedStatus.PENDING:
        attempt.do(DecideSeal(by="vera", number=1, accept=True))
    now = handed_in(attempt)
    assert {key: now.get(key) for key in last} == last
    attempt.restart()
    assert handed_in(attempt) == now
