"""Which end a chain belongs to, and since when the student was away from the server."""

from __future__ import annotations

import pytest

from protocol.assessments.attempts.commands import (
    DiscardAttempt,
    EndAttempt,
    EnterAttempt,
    LeaveAttempt,
    NoteActivity,
    ReopenAttempt,
    SubmitAttempt,
)
from protocol.assessments.attempts.sealed import UNNOTICED_MS, SealedEntry
from protocol.assessments.attempts.values import Activity, SealedStatus, Timing
from protocol.assessments.quizzes import LateAnswers
from tests.actors.assessments.attempts.papers import MINUTE, Attempt
from tests.actors.assessments.attempts.seals import chain_of, commit, seal_of, send
from tests.actors.assessments.attempts.test_sealing import (
    SKEW,
    began,
    clock,
    code,
    gone,
    handed_in,
    refused,
    shown,
    usual,
    written,
)
from tests.actors.assessments.live.games import ESSAY, TEXT

SECOND = 1_000
A_DAY_BEHIND = -20 * 60 * MINUTE


def ended(attempt: Attempt) -> None:
    attempt.do(EndAttempt(by="vera"))


def reopened(attempt: Attempt) -> None:
    attempt.do(ReopenAttempt(by="vera", command_id="c", for_ms=10 * MINUTE))


# --- the end that it was committed for ------------------------------------------------------------


def after_the_end() -> tuple[Attempt, tuple[SealedEntry, ...], str]:
    """A chain of what was written 5 and 6 seconds after a teacher has ended the attempt."""
    attempt = Attempt()
    anchor = attempt.view().anchor
    attempt.pass_time(MINUTE)
    ended(attempt)
    at = attempt.now + SKEW
    entries = chain_of(anchor, [(TEXT, "Paris", at + 5_000), (ESSAY, "So", at + 6_000)])
    attempt.pass_time(8 * SECOND)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal, LateAnswers.ACCEPT)
    return attempt, entries, seal.head


@pytest.mark.parametrize("discarded", [False, True])
def test_what_was_handed_in_after_it_was_reopened_takes_no_chain(discarded: bool) -> None:
    attempt, entries, head = after_the_end()
    reopened(attempt)
    assert refused(attempt, head, entries).code == "ATTEMPT_RUNNING"
    attempt.pass_time(SECOND)
    last = SubmitAttempt(by="ada", received_at=attempt.now)
    attempt.do(DiscardAttempt() if discarded else last)
    assert refused(attempt, head, entries).code == "ATTEMPT_ENDED"
    assert handed_in(attempt) == {}


def test_what_was_late_stays_late_whenever_the_attempt_ends_again() -> None:
    attempt, entries, head = after_the_end()
    reopened(attempt)
    attempt.restart()
    attempt.pass_time(20 * MINUTE)
    assert send(attempt, head, entries, LateAnswers.ACCEPT).status is SealedStatus.ACCEPTED
    assert (shown(attempt).seals[0].late, handed_in(attempt)) == (2, {})


def test_what_was_in_time_for_its_end_counts_after_another() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    reopened(attempt)
    attempt.save(TEXT, "Lyon")
    attempt.pass_time(20 * MINUTE)
    assert send(attempt, seal.head, entries).status is SealedStatus.PENDING
    assert shown(attempt).seals[0].late == 0


def test_the_setting_is_asked_again_when_the_entries_come() -> None:
    attempt = gone()
    entries = usual(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    with pytest.raises(Exception, match="takes nothing") as refusal:
        send(attempt, seal.head, entries, LateAnswers.REFUSE)
    assert getattr(refusal.value, "code", "") == "SEALED_REFUSED"


# --- who was connected ----------------------------------------------------------------------------


def connected(limit: int = 2 * MINUTE) -> Attempt:
    attempt = Attempt(timing=Timing(limit_ms=limit))
    attempt.pass_time(2 * SECOND)
    attempt.do(EnterAttempt(by="ada", connection_id="a"))
    return attempt


def test_who_leaves_after_the_end_was_not_away() -> None:
    attempt = connected()
    entries = written(attempt, (TEXT, "Paris", 70 / 60), (ESSAY, "So", 80 / 60))
    attempt.pass_time(2 * MINUTE + SECOND)
    attempt.do(LeaveAttempt(by="ada", connection_id="a"))
    attempt.pass_time(15 * SECOND)
    assert code(attempt, seal_of(attempt, entries, clock(attempt))) == "SEALED_AWAY"


def test_an_outage_begins_with_the_last_sign_of_life() -> None:
    attempt = connected()
    early = written(attempt, (TEXT, "Paris", 90 / 60))
    attempt.pass_time(2 * MINUTE + 10 * SECOND)
    heard = began(attempt) + 100 * SECOND
    attempt.do(LeaveAttempt(by="ada", connection_id="a", seen_at=heard))
    seal = seal_of(attempt, early, clock(attempt))
    commit(attempt, seal)
    assert refused(attempt, seal.head, early).code == "SEALED_TIMES"
    assert shown(attempt).seals[0].away_since == heard


def test_a_device_that_left_before_the_last_one_was_a_sign_of_life_too() -> None:
    attempt = connected()
    attempt.do(EnterAttempt(by="ada", connection_id="b"))
    entries = written(attempt, (TEXT, "Paris", 100 / 60))
    attempt.pass_time(110 * SECOND)
    attempt.do(LeaveAttempt(by="ada", connection_id="b"))
    seen = attempt.now
    attempt.do(LeaveAttempt(by="ada", connection_id="a", seen_at=began(attempt) + 90 * SECOND))
    attempt.pass_time(MINUTE)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert shown(attempt).seals[0].away_since == seen
    assert refused(attempt, seal.head, entries).code == "SEALED_TIMES"


def test_to_arrive_is_no_outage() -> None:
    attempt = connected()
    entries = written(attempt, (TEXT, "Paris", 10 / 60))
    attempt.pass_time(20 * SECOND)
    ended(attempt)
    attempt.pass_time(10 * SECOND)
    assert code(attempt, seal_of(attempt, entries, clock(attempt))) == "SEALED_AWAY"


def test_a_chain_begins_before_its_student_is_back() -> None:
    attempt = Attempt()
    attempt.pass_time(20 * SECOND)
    attempt.do(EnterAttempt(by="ada", connection_id="a"))
    entries = written(attempt, (TEXT, "Paris", 30 / 60))
    attempt.pass_time(20 * SECOND)
    ended(attempt)
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert refused(attempt, seal.head, entries).code == "SEALED_TIMES"


def test_who_came_in_after_the_end_is_there_when_it_is_reopened() -> None:
    attempt = gone()
    attempt.do(EnterAttempt(by="ada", connection_id="b"))
    reopened(attempt)
    entries = written(attempt, (TEXT, "Paris", 32))
    attempt.pass_time(5 * MINUTE)
    ended(attempt)
    attempt.pass_time(UNNOTICED_MS)
    assert code(attempt, seal_of(attempt, entries, clock(attempt))) == "SEALED_AWAY"


# --- who has sent something over HTTP -------------------------------------------------------------


@pytest.mark.parametrize("anchored", [0, 1])
@pytest.mark.parametrize("wait", [3 * SECOND, 20 * SECOND])
def test_nothing_is_taken_from_before_the_last_save(anchored: int, wait: int) -> None:
    attempt = Attempt()
    anchors = [attempt.view().anchor]
    attempt.pass_time(10 * SECOND)
    anchors.append(attempt.save(TEXT, "Par").anchor)
    first = attempt.now
    attempt.pass_time(wait)
    attempt.save(ESSAY, "Because")
    last = attempt.now
    attempt.pass_time(5 * SECOND)
    ended(attempt)
    attempt.pass_time(5 * SECOND)
    entries = chain_of(anchors[anchored], [(TEXT, "Paris", first + A_DAY_BEHIND + 500)])
    seal = seal_of(attempt, entries, attempt.now + A_DAY_BEHIND, revision=anchored)
    commit(attempt, seal)
    assert shown(attempt).seals[0].away_since == last
    assert refused(attempt, seal.head, entries).code == "SEALED_TIMES"


def test_whatever_comes_over_http_is_a_sign_of_life() -> None:
    attempt = Attempt(timing=Timing(limit_ms=10 * MINUTE))
    entries = written(attempt, (TEXT, "Paris", 3))
    attempt.pass_time(4 * MINUTE)
    attempt.do(NoteActivity(by="ada", activity=Activity.RETURNED))
    attempt.pass_time(MINUTE)
    attempt.view()
    seen = attempt.now
    attempt.pass_time(20 * MINUTE)
    attempt.view()  # after the end it says nothing
    seal = seal_of(attempt, entries, clock(attempt))
    commit(attempt, seal)
    assert shown(attempt).seals[0].away_since == seen
    assert refused(attempt, seal.head, entries).code == "SEALED_TIMES"


def test_who_is_back_and_saves_half_of_it_before_the_end_loses_nothing() -> None:
    attempt = gone(limit=30 * MINUTE, back=29 * MINUTE - 20 * SECOND)
    entries = usual(attempt)
    assert commit(attempt, seal_of(attempt, entries, clock(attempt))).status is None
    attempt.do(EnterAttempt(by="ada", connection_id="b"))
    attempt.save(TEXT, "Paris", connection_id="b")
    attempt.pass_time(25 * SECOND)
    seal = seal_of(attempt, entries, clock(attempt), revision=1)
    commit(attempt, seal)
    assert shown(attempt).seals[0].away_since == began(attempt) + MINUTE
    assert send(attempt, seal.head, entries).status is SealedStatus.PENDING


def test_who_saves_before_telling_of_a_chain_was_there() -> None:
    attempt = gone(limit=30 * MINUTE, back=29 * MINUTE - 20 * SECOND)
    entries = usual(attempt)
    attempt.do(EnterAttempt(by="ada", connection_id="b"))
    attempt.save(TEXT, "Paris", connection_id="b")
    attempt.pass_time(25 * SECOND)
    assert code(attempt, seal_of(attempt, entries, clock(attempt), revision=1)) == "SEALED_AWAY"
