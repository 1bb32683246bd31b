"""Random attempts: crashes between any two steps, stalls, two devices and teachers.

Beside each goes a model that knows nothing of events: what was acknowledged, and when it must end.
"""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from actors.assessments.attempts import views
from actors.assessments.attempts.clock import LATE_MS, NEAR_MS, SHORT_MS
from protocol.assessments.attempts.commands import (
    AccommodateAttempt,
    EndAttempt,
    EnterAttempt,
    ExtendAttempt,
    LeaveAttempt,
    ReopenAttempt,
    SubmitAttempt,
    VetoCredit,
)
from protocol.assessments.attempts.rows import AttemptRow
from protocol.assessments.attempts.values import Timing
from protocol.assessments.quizzes import Question, QuestionType
from protocol.errors import RefusedError
from protocol.lifecycle import Stalled
from tests.actors.assessments.attempts.papers import QUESTIONS, Attempt

START = 1_000_000
ANSWERS: dict[QuestionType, st.SearchStrategy[Any]] = {
    QuestionType.MULTIPLE_CHOICE: st.lists(st.integers(0, 3), unique=True),
    QuestionType.TRUE_FALSE: st.booleans(),
    QuestionType.SHORT_ANSWER: st.sampled_from(["Paris", "Rome", ""]),
    QuestionType.ESSAY: st.sampled_from(["Because", "Why not?"]),
    QuestionType.FILL_BLANK: st.tuples(*[st.sampled_from(["two", "4", ""])] * 2).map(list),
    QuestionType.MATCHING: st.tuples(*[st.integers(-1, 3)] * 3).map(list),
    QuestionType.NUMERIC: st.sampled_from(["1.8 m", "181", ""]),
    QuestionType.HOTSPOT: st.sampled_from([[], [5, 6], [0, 0, 10_000, 10_000]]),
    QuestionType.ORDERING: st.permutations(range(4)).map(list),
}
answered = st.sampled_from(QUESTIONS).flatmap(
    lambda question: st.tuples(st.just(question), st.none() | ANSWERS[question.type])
)
timings = st.builds(
    Timing,
    limit_ms=st.sampled_from([None, 60_000, 90_000]),
    closes_at=st.sampled_from([None, START + 45_000, START + 120_000]),
    factor=st.sampled_from([1.0, 1.5, 2.0]),
    unlimited=st.booleans(),
)


class Attempts(RuleBasedStateMachine):
    """`kept` is what was acknowledged last for each question; `lost` are the outages to be credited
    as (began, ms)."""

    @initialize(timing=timings, shuffled=st.booleans(), seed=st.integers(0, 3))
    def begin(self, timing: Timing, shuffled: bool, seed: int) -> None:
        self.attempt = Attempt(timing=timing, shuffled=shuffled, seed=seed)
        self.timing = timing
        self.kept: dict[str, tuple[Any, int]] = {}
        self.extra = 0
        self.lost: dict[int, int] = {}
        self.reopened_until: int | None = None
        self.ended_at: int | None = None
        self.commands = 0

    def ends(self) -> int | None:
        """The definition, written down once more."""
        more = self.extra + sum(self.lost.values())
        if self.reopened_until is not None:
            return self.reopened_until + more
        limit = None if self.timing.unlimited else self.timing.limit_ms
        factor = self.timing.factor
        own = None if limit is None else START + limit * factor + more
        closes = self.timing.closes_at
        if closes is not None:
            closes = int(closes + more + (0 if limit is None else limit * (factor - 1)))
        known = [int(each) for each in (own, closes) if each is not None]
        return min(known) if known else None

    @rule(what=answered, late=st.sampled_from([0, 0, 40, 900]), fresh=st.booleans())
    def save(self, what: tuple[Question, Any], late: int, fresh: bool) -> None:
        """From a device that has seen everything, or one that goes by nothing."""
        question, answer = what
        attempt, read_at = self.attempt, self.attempt.now
        attempt.pass_time(late)
        until, ended_at = self.ends(), self.seen_end()
        old = self.kept.get(question.id, (None, 0))
        expected = old[1] if fresh else None
        try:
            saved = attempt.save(question, answer, received_at=read_at, expected_revision=expected)
        except RefusedError:
            assert ended_at is not None or (until is not None and read_at > until)
            return
        assert ended_at is None
        assert until is None or read_at <= until
        self.kept[question.id] = (answer, saved.revision)

    @rule(what=answered)
    def save_unseen(self, what: tuple[Question, Any]) -> None:
        """A device that has not seen the newest answer never replaces it."""
        question, answer = what
        old = self.kept.get(question.id)
        if old is None or old[0] == answer:
            return
        with pytest.raises(RefusedError) as refused:
            self.attempt.save(question, answer, expected_revision=old[1] - 1)
        assert refused.value.code in ("ANSWER_CHANGED", "ATTEMPT_ENDED")

    @rule(device=st.sampled_from("ab"))
    def enter(self, device: str) -> None:
        view = self.attempt.do(EnterAttempt(by="ada", connection_id=device))
        assert device in self.attempt.state.devices
        assert view.devices == len(self.attempt.state.devices)

    @rule(device=st.sampled_from("ab"))
    def leave(self, device: str) -> None:
        self.attempt.do(LeaveAttempt(by="ada", connection_id=device))
        assert device not in self.attempt.state.devices

    @rule(ms=st.sampled_from([1, 500, 10_000, 40_000]))
    def wait(self, ms: int) -> None:
        self.attempt.pass_time(ms)
        self.seen_end()

    @rule(beside=st.sampled_from([-1, 0, 0, 1, LATE_MS - 1]))
    def wait_for_the_deadline(self, beside: int) -> None:
        """Where most can go wrong."""
        until = self.ends()
        if self.ended_at is None and until is not None and until + beside > self.attempt.now:
            self.attempt.pass_time(until + beside - self.attempt.now)

    @rule(
        down=st.sampled_from([0, 1, 3_000, 70_000]),
        late=st.sampled_from([0, 0, 5_000, 80_000]),
        part=st.integers(0, 50),
    )
    def crash(self, down: int, late: int, part: int) -> None:
        """The attempt may come to memory later than the platform is back; that is not credited."""
        self.outage(self.attempt.now, down)
        snapshot_at = min(part, len(self.attempt.journal))
        self.attempt.restart(down_ms=down, late_ms=late, snapshot_at=snapshot_at)
        self.attempt.pass_time(0)
        self.seen_end()

    @rule(ms=st.sampled_from([300, 5_000]))
    def stall(self, ms: int) -> None:
        """Nobody is served meanwhile, and the attempt hears of it before anything else."""
        attempt = self.attempt
        since, ends = attempt.now, self.ends()
        if ms >= SHORT_MS or (ends is not None and since + ms >= ends - NEAR_MS):
            self.outage(since, ms)
        attempt.now += ms
        attempt.do(Stalled(since=since, until=attempt.now))
        attempt.do(Stalled(since=since, until=attempt.now))
        attempt.pass_time(0)
        self.seen_end()

    def outage(self, began: int, ms: int) -> None:
        until = self.ends()
        limited = until is not None or self.timing.limit_ms is not None
        if ms and limited and self.ended_at is None and (until is None or began < until):
            self.lost[began] = self.lost.get(began, 0) + ms

    @rule(ms=st.sampled_from([1_000, 30_000]))
    def extend(self, ms: int) -> None:
        self.commands += 1
        command = ExtendAttempt(by="vera", command_id=f"c{self.commands}", extra_ms=ms)
        try:
            self.attempt.do(command)
        except RefusedError:
            assert self.ended_at is not None
        else:
            self.extra += ms
        self.attempt.pass_time(0)

    @rule(factor=st.sampled_from([1.0, 1.5, 3.0]), unlimited=st.booleans())
    def accommodate(self, factor: float, unlimited: bool) -> None:
        self.attempt.do(AccommodateAttempt(factor=factor, unlimited=unlimited))
        if self.ended_at is None:
            self.timing = msgspec.structs.replace(self.timing, factor=factor, unlimited=unlimited)
        self.attempt.pass_time(0)
        self.seen_end()

    @rule(which=st.integers(0, 5))
    def veto(self, which: int) -> None:
        if self.ended_at is not None or not self.lost:
            return
        began = sorted(self.lost)[which % len(self.lost)]
        self.attempt.do(VetoCredit(by="vera", began=began))
        self.lost[began] = 0
        self.attempt.pass_time(0)
        self.seen_end()

    @rule(by_teacher=st.booleans())
    def end(self, by_teacher: bool) -> None:
        now, until = self.attempt.now, self.ends()
        command: Any = EndAttempt(by="vera")
        if not by_teacher:
            command = SubmitAttempt(by="ada", received_at=now)
        over = self.attempt.do(command)
        if self.ended_at is None:
            self.ended_at = now if until is None or now <= until else until
        assert over.ended_at == self.ended_at

    @rule(ms=st.sampled_from([5_000, 60_000]))
    def reopen(self, ms: int) -> None:
        if self.ended_at is None:
            return
        self.commands += 1
        self.attempt.do(ReopenAttempt(by="vera", command_id=f"c{self.commands}", for_ms=ms))
        self.ended_at, self.extra, self.lost = None, 0, {}
        self.reopened_until = self.attempt.now + ms

    def seen_end(self) -> int | None:
        """Its time is up once the alarm has gone off."""
        until = self.ends()
        if self.ended_at is None and until is not None and self.attempt.now >= until + LATE_MS:
            self.ended_at = until
        return self.ended_at

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        self.seen_end()
        view = self.attempt.view()
        shown = {key: (each.answer, each.revision) for key, each in view.answers.items()}
        assert shown == self.kept
        assert view.deadline_at == self.ends()
        assert view.ended_at == self.ended_at
        known = copy.copy(self.attempt.state)
        known.devices, known.sightings, known.offer = (), (), None
        assert self.attempt.replayed() == known
        assert known.answered == sum(answer is not None for answer, _ in self.kept.values())

    @invariant()
    def who_watches_was_told_how_far_it_is(self) -> None:
        self.seen_end()
        progress = self.attempt.sent[-1].message
        assert progress == views.progress(self.attempt.state)

    @invariant()
    def its_row_has_what_was_acknowledged(self) -> None:
        row = self.attempt.records[-1]
        assert isinstance(row, AttemptRow)
        assert (row.ended_at, row.deadline_at) == (self.ended_at, self.ends())
        if row.ended_at is not None:
            given = {key for key, (answer, _) in self.kept.items() if answer is not None}
            assert set(row.answers) == given


TestAttempts = Attempts.TestCase


@given(timing=timings, factor=st.sampled_from([1.0, 1.25, 4.0]), extra=st.integers(0, 100_000))
def test_more_time_never_ends_an_attempt_earlier(timing: Timing, factor: float, extra: int) -> None:
    plain = Attempt(timing=msgspec.structs.replace(timing, factor=1.0))
    longer = Attempt(timing=msgspec.structs.replace(timing, factor=factor))
    longer.do(ExtendAttempt(by="vera", command_id="c", extra_ms=extra))
    one, other = plain.view().deadline_at, longer.view().deadline_at
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert other >= one + extra
