"""Watching a quiz: what is gathered, what is published, and what the log of an attempt says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.watching import machine
from actors.assessments.watching.log import AttemptLines
from protocol import topics
from protocol.assessments.attempts.commands import (
    AccommodateAttempt,
    EndAttempt,
    EnterAttempt,
    ExtendAttempt,
    LeaveAttempt,
    MessageAttempt,
    NoteActivity,
    ReopenAttempt,
    VetoCredit,
)
from protocol.assessments.attempts.events import AttemptEvent
from protocol.assessments.attempts.progress import (
    MAX_WATCHED,
    AttemptProgress,
    Gathered,
    IsGathered,
    NameStudent,
    QuizProgress,
    ShowQuizProgress,
)
from protocol.assessments.attempts.staff import LogEntry, LogKind
from protocol.assessments.attempts.values import Activity, Ending, Timing
from protocol.lifecycle import Activated, Reminded
from tests.actors.assessments.attempts.papers import MINUTE, QUESTIONS, Attempt
from tests.actors.assessments.live.games import CHOICE, MATCHING, TEXT
from tests.actors.driver import Driver


def progress(key: str, **more: Any) -> AttemptProgress:
    values: dict[str, Any] = {
        "submission_id": key,
        "student_id": f"student of {key}",
        "number": 1,
        "answered": 0,
        "total": 5,
        "devices": 1,
        "started_at": 1,
        "deadline_at": None,
    }
    return AttemptProgress(**{**values, **more})


class Watch(Driver):
    def __init__(self) -> None:
        super().__init__(machine, "quiz", strict=True)

    def shown(self) -> QuizProgress:
        reply = self.do(ShowQuizProgress())
        assert isinstance(reply, QuizProgress)
        return reply

    def told(self) -> list[list[tuple[str, int]]]:
        """What each publication said."""
        said = [publication.data for publication in self.published]
        return [[(each.submission_id, each.answered) for each in data.attempts] for data in said]  # type: ignore[attr-defined]


def test_what_changes_is_published_together_and_once() -> None:
    watch = Watch()
    watch.do(progress("a"))
    watch.do(progress("b"))
    watch.pass_time(machine.BATCH_MS - 1)
    assert watch.told() == []
    watch.do(progress("a", answered=1))
    watch.pass_time(1)
    assert watch.told() == [[("a", 1), ("b", 0)]]
    assert watch.published[0].topic == topics.quiz_staff("quiz")
    watch.pass_time(machine.BATCH_MS)
    assert len(watch.published) == 1
    watch.do(progress("b", answered=4))
    watch.pass_time(machine.BATCH_MS)
    assert watch.told()[1:] == [[("b", 4)]]


def test_what_an_attempt_has_said_itself_is_not_replaced_by_what_was_gathered() -> None:
    watch = Watch()
    assert not watch.do(IsGathered()).gathered
    watch.do(progress("a", answered=3))
    old = progress("a", answered=2, student_name="Ada")
    watch.do(Gathered(attempts=(old, progress("b", student_name="Ben"))))
    assert watch.do(IsGathered()).gathered
    shown = watch.shown()
    assert [(each.answered, each.student_name) for each in shown.attempts] == [
        (3, "Ada"),
        (0, "Ben"),
    ]
    assert not shown.more
    assert watch.do(Activated()) is None


def test_whoever_begins_has_a_name() -> None:
    watch = Watch()
    for _ in range(2):
        watch.do(NameStudent(student_id="student of a", name="Ada"))
    watch.do(progress("a"))
    watch.pass_time(machine.BATCH_MS)
    assert watch.published[0].data.attempts[0].student_name == "Ada"  # type: ignore[attr-defined]


def test_so_many_are_known_and_those_that_ended_make_room() -> None:
    watch = Watch()
    watch.strict = False
    watch.do(progress("over", ended_at=5, ending=Ending.SUBMITTED))
    for number in range(MAX_WATCHED):
        watch.do(progress(str(number)))
    watch.do(progress("late"))
    shown = watch.shown()
    known = {each.submission_id for each in shown.attempts}
    assert shown.more
    assert len(known) == MAX_WATCHED
    assert not known & {"over", "late"}
    watch.pass_time(machine.BATCH_MS)
    sizes = [len(each) for each in watch.told()]
    assert max(sizes) == machine.MAX_PUBLISHED
    assert sum(sizes) == MAX_WATCHED


def test_an_alarm_that_is_not_its_own_publishes_nothing() -> None:
    watch = Watch()
    watch.do(progress("a"))
    watch.do(Reminded(name="another", due_at=watch.now))
    assert watch.published == []
    watch.pass_time(machine.BATCH_MS)
    watch.do(Reminded(name=machine.BATCH, due_at=watch.now))
    assert len(watch.published) == 1


def test_who_has_no_name_is_shown_without_and_names_are_bounded() -> None:
    watch = Watch()
    watch.strict = False
    watch.do(Gathered(attempts=(progress("a"),)))
    for number in range(2 * MAX_WATCHED):
        watch.do(NameStudent(student_id=str(number), name="Ada"))
    watch.do(NameStudent(student_id="student of a", name="Late"))
    assert [each.student_name for each in watch.shown().attempts] == [None]


# --- the log --------------------------------------------------------------------------------------


def log_of(attempt: Attempt, since: int = 0) -> list[LogEntry]:
    return AttemptLines(QUESTIONS).of(attempt.events()[since:])


def test_the_log_says_in_words_what_happened_in_order() -> None:
    attempt = Attempt(timing=Timing(limit_ms=10 * MINUTE), shuffled=True)
    places = {each.question_id: each.order for each in attempt.view().questions}
    attempt.do(EnterAttempt(by="ada", connection_id="a"))
    attempt.do(NoteActivity(by="ada", activity=Activity.VIEWED, question_id=TEXT.id))
    attempt.save(TEXT, "Par")
    attempt.save(CHOICE, [places[CHOICE.id].index(1)])
    attempt.save(TEXT, "Paris")
    attempt.save(TEXT, None)
    attempt.do(NoteActivity(by="ada", activity=Activity.LEFT))
    attempt.do(NoteActivity(by="ada", activity=Activity.RETURNED))
    attempt.do(ExtendAttempt(by="vera", command_id="c", extra_ms=5))
    attempt.do(AccommodateAttempt(factor=1.5))
    attempt.do(MessageAttempt(by="vera", message_id="m", text="Hush"))
    cut_off = attempt.now
    attempt.restart(down_ms=MINUTE)
    attempt.do(VetoCredit(by="vera", began=cut_off))
    attempt.do(EndAttempt(by="vera"))
    attempt.do(ReopenAttempt(by="vera", command_id="d", for_ms=MINUTE))
    lines = log_of(attempt)
    assert [line.kind.name for line in lines] == [
        *("STARTED", "CONNECTED", "VIEWED", "ANSWERED", "VIEWED", "ANSWERED", "CHANGED"),
        *("EMPTIED", "LEFT", "RETURNED", "EXTENDED", "ACCOMMODATED", "MESSAGE", "DISCONNECTED"),
        *("OUTAGE", "OUTAGE_VETOED", "ENDED", "REOPENED"),
    ]
    [first, chosen, changed] = [line for line in lines if line.answer is not None]
    assert (first.answer, first.question_number, first.revision) == ("Par", 3, 1)
    assert (chosen.answer, chosen.question_id) == ([CHOICE.options[1]], CHOICE.id)
    assert changed.answer == "Paris"
    by = {line.kind.name: line for line in lines}
    assert (by["EXTENDED"].ms, by["OUTAGE"].ms, by["REOPENED"].ms) == (5, MINUTE, MINUTE)
    assert (by["ACCOMMODATED"].factor, by["MESSAGE"].text) == (1.5, "Hush")
    assert (by["ENDED"].ending, by["ENDED"].by) == (Ending.TEACHER, "vera")
    assert by["DISCONNECTED"].at == cut_off


def test_an_event_without_a_line_is_a_fault() -> None:
    kinds = set(AttemptEvent.__args__)
    assert len(kinds) == 15
    with pytest.raises(TypeError):
        AttemptLines(QUESTIONS).of([Activated()])


def test_questions_are_counted_among_those_that_were_drawn() -> None:
    attempt = Attempt()
    attempt.save(TEXT, "Paris")
    place = QUESTIONS.index(TEXT)
    drawn = {TEXT.id, *(each.id for each in QUESTIONS[place + 1 :])}
    for lines, number in (
        (AttemptLines(QUESTIONS), place + 1),
        (AttemptLines(QUESTIONS, drawn=drawn), 1),
    ):
        found = {each.question_number for each in lines.of(attempt.events()) if each.question_id}
        assert found == {number}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("save"), st.sampled_from([TEXT, CHOICE, MATCHING]), st.integers(0, 900)),
        st.tuples(st.just("view"), st.sampled_from([TEXT, CHOICE, MATCHING]), st.just(0)),
        st.tuples(st.just("enter"), st.just(TEXT), st.just(0)),
        st.tuples(st.just("leave"), st.just(TEXT), st.just(0)),
        st.tuples(st.just("crash"), st.just(TEXT), st.integers(0, 5_000)),
        st.tuples(st.just("wait"), st.just(TEXT), st.integers(0, 5_000)),
    ),
    max_size=20,
)
GIVEN: dict[str, list[Any]] = {
    TEXT.id: ["Par", "Paris", None],
    CHOICE.id: [[0], [1], None],
    MATCHING.id: [[0, 1, 2]],
}


def performed(steps: list[tuple[str, Any, int]]) -> Attempt:
    attempt, count = Attempt(), 0
    for what, question, number in steps:
        match what:
            case "save":
                count += 1
                answers = GIVEN[question.id]
                read_at = attempt.now - number
                attempt.save(question, answers[count % len(answers)], received_at=read_at)
            case "view":
                view = NoteActivity(by="ada", activity=Activity.VIEWED, question_id=question.id)
                attempt.do(view)
            case "enter":
                attempt.do(EnterAttempt(by="ada", connection_id="a"))
            case "leave":
                attempt.do(LeaveAttempt(by="ada", connection_id="a"))
            case "crash":
                attempt.restart(down_ms=number)
            case _:
                attempt.pass_time(number)
    return attempt


def in_pages(events: list[Any], size: int) -> list[LogEntry]:
    lines, at = list[LogEntry](), 0
    for start in range(0, len(events), size):
        page = AttemptLines(QUESTIONS, at)
        lines += page.of(events[start : start + size])
        at = page.at
    return lines


@given(steps=steps, size=st.integers(1, 4))
def test_the_timeline_never_misleads(steps: list[tuple[str, Any, int]], size: int) -> None:
    """No time falls, no question is answered before it is viewed, or changed before answered."""
    lines = in_pages(performed(steps).events(), size)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    viewed, answered, here = set[str](), set[str](), False
    for line in lines:
        key = line.question_id or ""
        if line.kind is LogKind.VIEWED:
            viewed.add(key)
        elif line.kind in (LogKind.ANSWERED, LogKind.CHANGED, LogKind.EMPTIED):
            assert key in viewed
            assert (line.kind is LogKind.CHANGED) <= (key in answered)
            (answered.discard if line.kind is LogKind.EMPTIED else answered.add)(key)
        elif line.kind in (LogKind.CONNECTED, LogKind.DISCONNECTED):
            assert here is (line.kind is LogKind.DISCONNECTED)
            here = not here
