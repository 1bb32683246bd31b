"""One attempt: what is saved, who may, when it ends, and what teachers and outages change."""

from __future__ import annotations

from typing import Any

import pytest

from actors.assessments.attempts.attendance import MAX_NOTED
from actors.assessments.attempts.clock import LATE_MS, NEAR_MS, SHORT_MS
from actors.assessments.attempts.machine import MAX_SAVES
from actors.assessments.attempts.state import MAX_CREDITS
from actors.assessments.attempts.turns import DEADLINE, LEAVE, LINGER_MS, STAY_MS
from protocol import topics
from protocol.assessments.attempts.commands import (
    AccommodateAttempt,
    BeginAttempt,
    DiscardAttempt,
    EndAttempt,
    ExtendAttempt,
    NoteActivity,
    ReopenAttempt,
    SubmitAttempt,
    VetoCredit,
    ViewAttempt,
)
from protocol.assessments.attempts.events import QuizSubmitted
from protocol.assessments.attempts.rows import AttemptRow, GivenAnswer
from protocol.assessments.attempts.values import Activity, Ending, Timing
from protocol.assessments.quizzes import Question
from protocol.errors import NotFoundError, RefusedError, ValidationError
from protocol.lifecycle import Activated, Reminded, Stalled
from tests.actors.assessments.attempts.papers import MINUTE, QUESTIONS, Attempt
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    HOTSPOT,
    MATCHING,
    NUMERIC,
    ORDERING,
    TEXT,
    TRUE_FALSE,
)
from tests.actors.driver import Driver

LIMIT = Timing(limit_ms=10 * MINUTE)


def submit(attempt: Attempt, **more: Any) -> Any:
    return attempt.do(
        SubmitAttempt(by="ada", received_at=more.pop("received_at", attempt.now), **more)
    )


def refusal(attempt: Attempt, question: Question, answer: Any, **more: Any) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        attempt.save(question, answer, **more)
    return refused.value


def test_every_change_is_acknowledged_with_a_revision_and_told_to_other_devices() -> None:
    attempt = Attempt()
    assert attempt.save(TEXT, "Par").revision == 1
    assert attempt.save(TEXT, "Paris").revision == 2
    assert attempt.save(TRUE_FALSE, True).revision == 3
    assert attempt.view().answers["q-text"].answer == "Paris"
    assert attempt.view().revision == 3
    sent = attempt.published[-1]
    assert (sent.topic, sent.event) == (topics.attempt("attempt-1"), "attempt.answer")
    assert sent.data.revision == 3  # type: ignore[attr-defined]


def test_the_same_id_or_the_same_answer_again_changes_nothing() -> None:
    attempt = Attempt()
    first = attempt.save(TEXT, "Paris", "a")
    attempt.now += 5
    assert attempt.save(TEXT, "Rome", "a") == first
    again = attempt.save(TEXT, "Paris", "b")
    assert (again.answer_id, again.revision, again.saved_at) == ("b", 1, first.saved_at)
    assert len(attempt.journal) == 2


def test_a_device_that_has_not_seen_the_newest_answer_is_told_what_is_there() -> None:
    attempt = Attempt(shuffled=True)
    attempt.save(CHOICE, [2], expected_revision=0)
    refused = refusal(attempt, CHOICE, [0], expected_revision=0)
    assert refused.code == "ANSWER_CHANGED"
    assert refused.details == {"answer": [2], "revision": 1}
    assert attempt.save(CHOICE, [0], expected_revision=1).revision == 2
    refused = refusal(attempt, TEXT, "x", expected_revision=7)
    assert refused.details == {"answer": None, "revision": 0}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ids_are_those_of_the_order_that_the_student_sees(seed: int) -> None:
    attempt = Attempt(shuffled=True, seed=seed)
    places = {each.question_id: each.order for each in attempt.view().questions}
    attempt.save(CHOICE, [0, 3])
    attempt.save(MATCHING, [3, -1, 0])
    attempt.save(ORDERING, [3, 1, 0, 2])
    submit(attempt)
    row = attempt.records[-1]
    assert isinstance(row, AttemptRow)
    assert row.answers["q-ordering"].answer == [places["q-ordering"][n] for n in (3, 1, 0, 2)]
    assert row.answers["q-choice"].answer == [places["q-choice"][0], places["q-choice"][3]]
    assert row.answers["q-matching"].answer == [
        places["q-matching"][3],
        -1,
        places["q-matching"][0],
    ]
    assert attempt.view().answers["q-matching"].answer == [3, -1, 0]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (TRUE_FALSE, "yes"),
        (TEXT, 5),
        (TEXT, "x" * 5_001),
        (TEXT, "e" + "\u0301" * 100),
        (BLANKS, ["two"]),
        (BLANKS, "two"),
        (CHOICE, [4]),
        (CHOICE, [-1]),
        (CHOICE, [True]),
        (CHOICE, [0, 0]),
        (CHOICE, 0),
        (MATCHING, [0, 1]),
        (MATCHING, [0, 1, 4]),
        (MATCHING, [0, 1, -2]),
        (ESSAY, ["text"]),
        (NUMERIC, 1.8),
        (HOTSPOT, [1]),
        (HOTSPOT, [0, 0] * 3),
        (ORDERING, [0, 1, 2]),
        (ORDERING, [0, 1, 2, -1]),
        (ORDERING, [0, 1, 2, 2]),
    ],
)
def test_an_answer_of_another_shape_is_refused(question: Question, answer: Any) -> None:
    attempt = Attempt()
    with pytest.raises(ValidationError) as refused:
        attempt.save(question, answer)
    assert refused.value.details["fields"][0]["field"] == "answer"


@pytest.mark.parametrize(
    ("question", "answer"),
    [(CHOICE, []), (BLANKS, ["", ""]), (MATCHING, [-1, -1, -1]), (TEXT, ""), (ESSAY, None)],
)
def test_an_answer_may_be_unfinished(question: Question, answer: Any) -> None:
    attempt = Attempt()
    attempt.save(question, answer)
    shown = attempt.view().answers[question.id]
    assert shown.answer == answer


def test_an_answer_that_was_emptied_is_none_in_the_end() -> None:
    attempt = Attempt()
    attempt.save(ESSAY, "Because")
    attempt.save(ESSAY, None)
    attempt.save(TEXT, "Paris")
    submit(attempt)
    row = attempt.records[-1]
    assert isinstance(row, AttemptRow)
    assert row.answers == {"q-text": GivenAnswer(answer="Paris", revision=3, at=attempt.now)}


def test_to_everybody_else_it_does_not_exist() -> None:
    attempt = Attempt()
    for command in (
        ViewAttempt(by="ben"),
        SubmitAttempt(by="ben", received_at=attempt.now),
        NoteActivity(by="ben", activity=Activity.LEFT),
    ):
        with pytest.raises(NotFoundError):
            attempt.do(command)
    with pytest.raises(NotFoundError):
        attempt.save(TEXT, "Paris", by="ben")
    with pytest.raises(NotFoundError):
        attempt.do(NoteActivity(by="ada", activity=Activity.VIEWED, question_id="other"))
    other = Question(id="other", type=TEXT.type, text="?", key=TEXT.key)
    with pytest.raises(NotFoundError):
        attempt.save(other, "Paris")


def test_one_that_never_began_is_not_found_and_leaves_memory() -> None:
    machine = Attempt().machine
    nothing = Driver(machine, "nothing")
    with pytest.raises(NotFoundError):
        nothing.do(ViewAttempt(by="ada"))
    assert nothing.passivated
    nothing.passivated = False
    assert nothing.do(Stalled(since=0, until=1)) is None
    nothing.do(Activated())
    assert nothing.passivated
    nothing.passivated = False
    nothing.do(Reminded(name="deadline", due_at=0))
    assert nothing.passivated


def test_it_ends_at_its_deadline_with_what_is_saved_though_nobody_is_there() -> None:
    attempt = Attempt(timing=LIMIT)
    began = attempt.now
    attempt.save(TEXT, "Paris")
    attempt.pass_time(10 * MINUTE + LATE_MS)
    view = attempt.view()
    assert (view.ended_at, view.ending) == (began + 10 * MINUTE, Ending.DEADLINE)
    [submitted] = attempt.announced
    assert isinstance(submitted, QuizSubmitted)
    assert submitted.at == began + 10 * MINUTE
    row = attempt.records[-1]
    assert isinstance(row, AttemptRow)
    assert (row.time_taken_ms, list(row.answers)) == (10 * MINUTE, ["q-text"])
    assert DEADLINE not in attempt.alarms


def test_what_was_read_in_time_counts_and_what_was_not_is_refused() -> None:
    attempt = Attempt(timing=LIMIT)
    deadline = attempt.view().deadline_at
    assert deadline is not None
    attempt.now = deadline + 900
    assert attempt.save(TEXT, "Paris", received_at=deadline).revision == 1
    refused = refusal(attempt, TEXT, "Rome", received_at=deadline + 1)
    assert (refused.code, refused.details) == ("ATTEMPT_ENDED", {"ended_at": deadline})
    over = submit(attempt)
    assert (over.ending, over.ended_at) == (Ending.DEADLINE, deadline)
    assert submit(attempt) == over
    assert refusal(attempt, TEXT, "Rome", received_at=deadline).code == "ATTEMPT_ENDED"
    assert attempt.do(EndAttempt(by="vera")) == over


def test_submitting_what_another_device_has_changed_is_refused() -> None:
    attempt = Attempt()
    attempt.save(TEXT, "Paris")
    attempt.save(TEXT, "Rome")
    with pytest.raises(RefusedError) as refused:
        submit(attempt, revision=1)
    assert refused.value.details == {"revision": 2}
    assert submit(attempt, revision=2).ending is Ending.SUBMITTED


def test_an_early_alarm_changes_nothing() -> None:
    attempt = Attempt(timing=LIMIT)
    attempt.wake("deadline")
    assert attempt.view().ended_at is None
    assert attempt.alarms["deadline"].deadline == attempt.view().deadline_at + LATE_MS  # type: ignore[operator]
    assert attempt.do(Reminded(name="other", due_at=0)) is None


@pytest.mark.parametrize(
    ("timing", "ends"),
    [
        (Timing(), None),
        (Timing(limit_ms=MINUTE), MINUTE),
        (Timing(limit_ms=MINUTE, factor=1.5), 90_000),
        (Timing(limit_ms=MINUTE, unlimited=True), None),
        (Timing(limit_ms=10 * MINUTE, closes_at=1_000_000 + MINUTE), MINUTE),
        (Timing(limit_ms=MINUTE, factor=2.0, closes_at=1_000_000 + MINUTE), 2 * MINUTE),
        (Timing(limit_ms=MINUTE, unlimited=True, closes_at=1_000_000 + 5 * MINUTE), 5 * MINUTE),
    ],
)
def test_the_limit_and_the_closing_time_end_it(timing: Timing, ends: int | None) -> None:
    attempt = Attempt(timing=timing)
    assert attempt.now == 1_000_000
    assert attempt.view().deadline_at == (None if ends is None else 1_000_000 + ends)


def test_more_time_reaches_the_student_at_once_and_once() -> None:
    attempt = Attempt(timing=LIMIT)
    before = attempt.view().deadline_at
    assert before is not None
    extend = ExtendAttempt(by="vera", command_id="c", extra_ms=5 * MINUTE)
    attempt.do(extend)
    attempt.do(extend)
    assert attempt.view().deadline_at == before + 5 * MINUTE
    timed = attempt.published[-1]
    assert (timed.event, timed.data.deadline_at) == ("attempt.timed", before + 5 * MINUTE)  # type: ignore[attr-defined]
    attempt.do(AccommodateAttempt(factor=2.0))
    attempt.do(AccommodateAttempt(factor=2.0))
    assert attempt.view().deadline_at == before + 15 * MINUTE
    attempt.do(AccommodateAttempt(factor=2.0, unlimited=True))
    assert attempt.view().deadline_at is None
    assert DEADLINE not in attempt.alarms
    assert len(attempt.published) == 3


def test_an_outage_is_given_back_and_may_be_taken_back() -> None:
    attempt = Attempt(timing=LIMIT)
    before = attempt.view().deadline_at
    assert before is not None
    attempt.now += MINUTE
    attempt.restart(down_ms=2 * MINUTE)
    assert (attempt.view().deadline_at, attempt.view().credited_ms) == (
        before + 2 * MINUTE,
        2 * MINUTE,
    )
    attempt.do(Stalled(since=attempt.now - 3 * MINUTE, until=attempt.now))
    assert attempt.view().credited_ms == 2 * MINUTE
    began = attempt.state.credits[0].began
    with pytest.raises(NotFoundError):
        attempt.do(VetoCredit(by="vera", began=began + 1))
    attempt.do(VetoCredit(by="vera", began=began))
    attempt.do(VetoCredit(by="vera", began=began))
    assert (attempt.view().deadline_at, attempt.view().credited_ms) == (before, 0)
    assert attempt.alarms["deadline"].deadline == before + LATE_MS


def test_a_short_stall_moves_a_deadline_only_where_little_time_is_left() -> None:
    attempt = Attempt(timing=LIMIT)
    ends = attempt.view().deadline_at
    assert ends is not None
    for left, credited in ((MINUTE, 0), (NEAR_MS + 400, 0), (NEAR_MS + 100, 300), (200, 600)):
        attempt.pass_time(ends + attempt.view().credited_ms - left - attempt.now)
        since = attempt.now
        attempt.now += 300
        attempt.do(Stalled(since=since, until=attempt.now))
        assert attempt.view().credited_ms == credited


def test_outages_beyond_those_that_are_remembered_stay_credited() -> None:
    attempt = Attempt(timing=LIMIT)
    before = attempt.view().deadline_at
    assert before is not None
    for number in range(MAX_CREDITS + 6):
        attempt.now += 1_000
        attempt.restart(down_ms=SHORT_MS)
        if number == 1:
            attempt.do(VetoCredit(by="vera", began=attempt.state.credits[1].began))
    assert len(attempt.state.credits) == MAX_CREDITS
    assert attempt.view().credited_ms == (MAX_CREDITS + 5) * SHORT_MS
    assert attempt.view().deadline_at == before + (MAX_CREDITS + 5) * SHORT_MS


def test_a_late_return_is_not_credited_only_the_outage_is() -> None:
    attempt = Attempt(timing=LIMIT)
    before = attempt.view().deadline_at
    assert before is not None
    attempt.now += MINUTE
    attempt.restart(down_ms=2 * MINUTE, late_ms=5 * MINUTE)
    assert attempt.view().credited_ms == 2 * MINUTE
    assert attempt.view().deadline_at == before + 2 * MINUTE


def test_nothing_is_credited_for_an_outage_before_it_began() -> None:
    attempt = Attempt(timing=LIMIT)
    attempt.do(Activated(down_ms=9 * MINUTE, back_at=attempt.now - MINUTE))
    assert attempt.view().credited_ms == 0
    assert DEADLINE in attempt.alarms


def test_it_leaves_memory_unless_it_ends_soon() -> None:
    soon = Attempt(timing=LIMIT)
    assert LEAVE not in soon.alarms
    soon.do(Reminded(name=LEAVE, due_at=soon.now))
    left = [soon.passivated]
    submit(soon)
    soon.pass_time(LINGER_MS)
    assert [*left, soon.passivated] == [False, True]
    for timing in (Timing(), Timing(limit_ms=2 * STAY_MS)):
        late = Attempt(timing=timing)
        late.pass_time(LINGER_MS - 1)
        left = [late.passivated]
        late.pass_time(1)
        assert [*left, late.passivated] == [False, True]
        late.restart()
        assert LEAVE in late.alarms


def test_an_outage_after_the_deadline_gives_nothing_back() -> None:
    attempt = Attempt(timing=Timing(limit_ms=MINUTE))
    deadline = attempt.view().deadline_at
    attempt.now += MINUTE + 1
    attempt.restart(down_ms=5 * MINUTE)
    attempt.pass_time(LATE_MS)
    assert (attempt.view().ended_at, attempt.view().credited_ms) == (deadline, 0)


def test_an_outage_over_the_deadline_is_given_back_before_it_ends() -> None:
    attempt = Attempt(timing=Timing(limit_ms=MINUTE))
    deadline = attempt.view().deadline_at
    assert deadline is not None
    attempt.now += MINUTE - 1_000
    attempt.restart(down_ms=10 * MINUTE)
    assert attempt.view().deadline_at == deadline + 10 * MINUTE
    assert attempt.save(TEXT, "Paris").revision == 1
    attempt.pass_time(1_000 + LATE_MS)
    assert attempt.view().ending is Ending.DEADLINE


def test_without_a_limit_an_outage_takes_nothing() -> None:
    attempt = Attempt()
    attempt.restart(down_ms=MINUTE)
    assert attempt.view().credited_ms == 0


def test_an_outage_of_one_who_had_no_limit_counts_once_there_is_one_again() -> None:
    attempt = Attempt(timing=Timing(limit_ms=30 * MINUTE, unlimited=True))
    began = attempt.now
    attempt.restart(down_ms=2 * MINUTE)
    assert attempt.view().deadline_at is None
    attempt.do(AccommodateAttempt(factor=1.0))
    assert attempt.view().deadline_at == began + 32 * MINUTE


def test_a_teacher_ends_it_and_lets_it_go_on() -> None:
    attempt = Attempt(timing=LIMIT)
    attempt.save(TEXT, "Paris")
    attempt.pass_time(MINUTE)
    reopen = ReopenAttempt(by="vera", command_id="r", for_ms=3 * MINUTE)
    with pytest.raises(RefusedError, match="has not ended"):
        attempt.do(reopen)
    attempt.do(EndAttempt(by="vera"))
    assert attempt.view().ending is Ending.TEACHER
    attempt.pass_time(MINUTE)
    attempt.do(reopen)
    attempt.do(reopen)
    assert attempt.view().ended_at is None
    assert attempt.view().deadline_at == attempt.now + 3 * MINUTE
    attempt.save(TEXT, "Rome")
    attempt.do(ExtendAttempt(by="vera", command_id="more", extra_ms=MINUTE))
    attempt.pass_time(4 * MINUTE + LATE_MS)
    row = attempt.records[-1]
    assert isinstance(row, AttemptRow)
    assert row.time_taken_ms == 5 * MINUTE
    assert row.answers["q-text"].answer == "Rome"
    assert len(attempt.announced) == 2


@pytest.mark.parametrize(
    "command",
    [
        ExtendAttempt(by="vera", command_id="c", extra_ms=1),
        VetoCredit(by="vera", began=1_060_000),
    ],
)
def test_what_has_ended_gets_no_other_time(command: Any) -> None:
    attempt = Attempt(timing=LIMIT)
    attempt.now += MINUTE
    attempt.restart(down_ms=MINUTE)
    submit(attempt)
    with pytest.raises(RefusedError) as refused:
        attempt.do(command)
    assert refused.value.code == "ATTEMPT_ENDED"
    size = len(attempt.journal)
    attempt.do(AccommodateAttempt(factor=3.0))
    attempt.restart(down_ms=MINUTE)
    assert len(attempt.journal) == size


def test_operators_give_it_up_once() -> None:
    attempt = Attempt()
    attempt.save(TEXT, "Paris")
    attempt.do(DiscardAttempt())
    attempt.do(DiscardAttempt())
    assert attempt.view().ending is Ending.DISCARDED
    assert len(attempt.announced) == 1


def test_the_log_has_what_the_page_reports_up_to_a_bound() -> None:
    attempt = Attempt()
    attempt.do(NoteActivity(by="ada", activity=Activity.VIEWED, question_id="q-essay"))
    attempt.do(NoteActivity(by="ada", activity=Activity.LEFT))
    noted = attempt.events()[1:]
    assert [(each.activity, each.question_index) for each in noted] == [
        ("viewed", 5),
        ("left", None),
    ]
    attempt.state.noted = MAX_NOTED
    attempt.do(NoteActivity(by="ada", activity=Activity.RETURNED))
    submit(attempt)
    attempt.state.noted = 0
    attempt.do(NoteActivity(by="ada", activity=Activity.RETURNED))
    assert len(attempt.events()) == 4


def test_changes_are_bounded() -> None:
    attempt = Attempt()
    attempt.state.revision = MAX_SAVES
    assert refusal(attempt, TEXT, "Paris").code == "ANSWERS_FULL"


def test_beginning_again_finds_what_is_there() -> None:
    attempt = Attempt()
    attempt.save(TEXT, "Paris")
    command = BeginAttempt(
        student_id="ben",
        quiz_id="other",
        course_id="course",
        version_id="v",
        number=2,
        questions=(),
        seed=5,
    )
    view = attempt.do(command)
    assert (view.number, view.answers["q-text"].answer) == (1, "Paris")
    assert len(view.questions) == len(QUESTIONS)


def test_attempts_at_one_version_share_its_questions() -> None:
    one, two = Attempt(), Attempt()
    assert one.state.questions is two.state.questions
    two.state = two.replayed(1)
    two.save(TEXT, "Paris")
    assert one.state.questions is two.state.questions
