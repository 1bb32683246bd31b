"""What teachers decide about games that are over, in a real database."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import trio

from gateway.assessments.exports import read_results
from protocol.assessments.live.commands import AcceptTyped, LiveQuizStarted, StartLiveQuiz
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveQuizRow
from protocol.assessments.quizzes import CreateQuiz, Question, QuizSettings
from protocol.assessments.results import (
    MAX_ACCEPTED_AFTERWARDS,
    AcceptAnswer,
    ListTypedAnswers,
    RecountResults,
    RemoveAcceptedAnswer,
    Rescored,
    ScoreEssay,
    TypedGroup,
)
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from storage.records.assessments import RECORD_WRITERS, PostgresFinalBoards, recounts
from tests.actors.assessments.live.games import BLANKS, ESSAY, TEXT, TRUE_FALSE, Game
from tests.actors.assessments.results.board import Stored
from tests.actors.assessments.test_assessments_handler import Hall
from tests.gateway.graphql.harness import Service

LAST = msgspec.structs.replace(TRUE_FALSE, id="last")
ASKED = (TRUE_FALSE, TEXT, BLANKS, ESSAY, LAST)
ANSWERS: dict[str, list[Any]] = {
    "ann": [True, "Rome", ["two", "vier"], "Because", True],
    "bob": [True, "Paris", ["two", "four"], "So", True],
    "cem": [False, " ROME", ["x", "vier"], None, True],
    "guest": [True, "rome", ["two", "4"], "", False],
}


class Played(Hall):
    """A game of five questions that is over."""

    asked: tuple[Question, ...] = ASKED
    answers: dict[str, list[Any]] = ANSWERS

    async def play(self, **config: Any) -> None:
        await self.furnish()
        quiz = await self.handler.handle(
            CreateQuiz(
                by=self.teacher,
                by_role="educator",
                lesson_id=self.lesson,
                settings=QuizSettings(title="A quiz"),
                questions=self.asked,
            )
        )
        self.quiz_id: str = quiz.quiz_id  # type: ignore[attr-defined]
        start = StartLiveQuiz(
            by=self.teacher,
            by_role="educator",
            quiz_id=self.quiz_id,
            config=LiveConfig(speed_weighted=False, **config),
        )
        started = await self.handler.handle(start)
        assert isinstance(started, LiveQuizStarted)
        self.game_id = started.live_quiz_id
        [(_, lobby)] = self.post.sent
        self.players = {name: str(uuid4()) if name != "guest" else name for name in self.answers}
        self.game = Game()
        self.game = Game(**{name: getattr(lobby, name) for name in lobby.__struct_fields__})
        self._answer_all()
        await self.write(self.game.records)

    def _answer_all(self) -> None:
        game = self.game
        for name, player in self.players.items():
            game.join(player, nickname=name, user=False)
        game.start()
        while game.phase() is not Phase.FINISHED:
            for name, player in self.players.items():
                game.now += 100
                answer = self.answers[name][game.state.index]
                if answer is not None:
                    game.answer(player, answer)
            while game.phase() not in (Phase.LEADERBOARD, Phase.FINISHED):
                self.at_step()
                game.next()
            game.next()

    def at_step(self) -> None:
        """What the host does before going on."""

    async def write(self, records: list[Any]) -> None:
        """As the journal does."""
        for record in records:
            name = "id" if isinstance(record, LiveQuizRow) else "live_quiz_id"
            own = msgspec.structs.replace(record, **{name: self.game_id})
            await self.school.database.run(partial(_written, record=own))

    def index(self, text: str) -> int:
        """Where the question with this text was played."""
        return next(i for i in range(5) if self.game.state.question_at(i).text == text)

    async def decide(self, kind: Any, **fields: Any) -> Any:
        known = {"by": self.teacher, "by_role": "educator", "live_quiz_id": self.game_id}
        return await self.handler.handle(kind(**{**known, **fields}))

    async def accept(self, answer: str, **fields: Any) -> Rescored:
        fields = {"question_index": 1, **fields}
        done: Rescored = await self.decide(AcceptAnswer, answer=answer, **fields)
        return done

    async def board(self) -> dict[str, tuple[float, int, int]]:
        """By name."""
        rows = await self.school.rows("select * from live_quiz_results")
        return {r["nickname"]: (float(r["score"]), r["rank"], r["correct"]) for r in rows}

    async def stored(self) -> list[Any]:
        return await self.school.rows("select * from live_quiz_results order by player_id")

    async def counts(self, index: int) -> tuple[int, int, int]:
        [row] = await self.school.rows(
            "select graded, correct, partly from live_quiz_question_results"
            " where question_index = $1",
            index,
        )
        return row["graded"], row["correct"], row["partly"]

    def expected(self, stored: Stored) -> dict[str, tuple[float, int, int]]:
        names = {player: name for name, player in self.players.items()}
        return {names[p]: (float(s), r, c) for p, (s, r, c) in stored.board().items()}


class Accepting(Played):
    """The host counts a typed answer as right at its reveal."""

    def at_step(self) -> None:
        state = self.game.state
        if state.phase is Phase.REVEAL and state.question.text == TEXT.text:
            self.game.host(AcceptTyped, from_step=state.step, answer="rome")


async def _written(connection: Any, record: Any) -> None:
    await RECORD_WRITERS[type(record)](connection, [record])


@pytest.fixture
async def played(database: Database) -> Played:
    played = Played(database)
    await played.play(streaks=True)
    return played


@pytest.mark.parametrize(("streaks", "at_once"), [(True, 250), (False, 250), (True, 2)])
async def test_scores_ranks_and_counts_are_those_of_a_game_whose_key_held_it(
    database: Database, streaks: bool, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounts, "AT_ONCE", at_once)
    played = Played(database)
    await played.play(streaks=streaks)
    stored = Stored(played.game.state.opening.config, played.game.records)
    before = await played.stored()
    assert await played.board() == played.expected(stored)
    for index, answer, blank in ((1, "rome", 0), (2, "VIER", 1), (2, "x", 0)):
        await played.accept(answer, question_index=index, blank=blank)
        stored.accept(index, answer, blank)
        assert await played.board() == played.expected(stored)
    assert await played.counts(1) == (4, 4, 0)
    assert await played.counts(2) == (4, 4, 0)
    names = {player: name for name, player in played.players.items()}
    shown = {row["nickname"]: row["details"] for row in await results(played, database)}
    for player, outcomes in stored.outcomes().items():
        assert [(d["correct"], d["points"]) for d in shown[names[player]]] == outcomes
    for index, answer, blank in ((2, "vier", 1), (1, "ROME", 0), (2, "X", 0)):
        await played.decide(RemoveAcceptedAnswer, question_index=index, answer=answer, blank=blank)
    assert await played.stored() == before
    assert await played.counts(1) == (4, 1, 0)


async def test_what_was_accepted_during_the_game_is_part_of_what_was_played(
    database: Database,
) -> None:
    played, during = Played(database), Accepting(database)
    await played.play(streaks=True)
    await played.accept("rome")
    expected = await played.board(), await played.counts(1)
    await played.school.rows("delete from live_quizzes")
    await during.play(streaks=True)
    assert (await during.board(), await during.counts(1)) == expected
    [row] = await during.school.rows(
        "select question -> 'key' -> 'accepted' as accepted, right_answer, by_person"
        " from live_quiz_question_results where question_index = 1"
    )
    assert "rome" in row["accepted"]
    assert "rome" in row["right_answer"]
    again = await during.accept("Rome")
    assert (again.scores, again.ranks) == (0, 0)
    assert (await during.board(), await during.counts(1)) == expected
    await during.decide(RemoveAcceptedAnswer, question_index=1, answer="Rome")
    assert (await during.board(), await during.counts(1)) == expected


async def results(played: Played, database: Database) -> list[Any]:
    query = f"""{{ liveQuiz(id: "{played.game_id}") {{ results {{ nodes {{
        nickname details {{ correct points }} }} }} }} }}"""
    viewer = Viewer(user_id=played.teacher, role="educator")
    answer = await Service(CompiledReads(database)).ask(query, {}, viewer=viewer)
    nodes: list[Any] = answer.data["liveQuiz"]["results"]["nodes"]
    return nodes


async def test_the_change_is_told_audited_and_announced_once(played: Played) -> None:
    done = await played.accept("Rome")
    assert (done.scores, done.question_index, done.added_to_quiz) == (3, 1, False)
    assert {change.nickname for change in done.changed} == {"ann", "cem", "guest"}
    assert all(change.score > change.score_before for change in done.changed)
    board = await played.board()
    assert {c.nickname: (c.score, c.rank) for c in done.changed} == {
        name: (score, rank) for name, (score, rank, _) in board.items() if name != "bob"
    }
    again = await played.accept(" rome ")
    assert (again.scores, again.ranks, again.changed) == (0, 0, ())
    trail = await played.school.rows("select * from audit_trail where action = 'accept_answer'")
    assert [(row["resource_id"], row["details"]) for row in trail] == [
        (played.game_id, '{"question": 1, "added_to_quiz": false}')
    ]
    outbox = await played.school.rows(
        "select convert_from(event, 'UTF8') as event from outbox"
        " where convert_from(event, 'UTF8') like '%rescored%'"
    )
    [event] = [msgspec.json.decode(row["event"]) for row in outbox]
    assert (event["live_quiz_id"], event["players"], event["quiz_id"]) == (
        *(played.game_id, 3),
        played.quiz_id,
    )


async def test_what_nobody_typed_is_accepted_and_changes_nothing(played: Played) -> None:
    before = await played.stored()
    assert (await played.accept("Athens")).scores == 0
    assert await played.stored() == before
    assert len(await played.school.rows("select from live_quiz_accepted_answers")) == 1
    assert len(await played.school.rows("select from audit_trail")) == 1


async def test_the_board_of_the_game_itself_and_its_export(
    played: Played, database: Database
) -> None:
    boards = PostgresFinalBoards(database)
    before = await boards.rows(played.game_id)
    await played.accept("Rome")
    assert await boards.rows(played.game_id) == before
    viewer = Viewer(user_id=played.teacher, role="educator")
    table = await read_results(CompiledReads(database), played.game_id, viewer)
    board = await played.board()
    assert {row[1]: (row[3], row[0], row[4]) for row in table.rows} == board
    points = {row[1]: row[10] for row in table.rows}
    assert points["ann"] == 1100
    assert points["cem"] == 1000


async def test_what_the_game_writes_anew_is_counted_anew(played: Played) -> None:
    await played.accept("rome")
    await played.decide(ScoreEssay, question_index=3, player_id="guest", points=250)
    board, counts = await played.board(), await played.counts(1)
    await played.write(played.game.records[-1:])
    assert await played.board() != board
    await played.handler.handle(RecountResults(live_quiz_id=played.game_id))
    assert (await played.board(), await played.counts(1)) == (board, counts)
    before = await played.stored()
    await played.handler.handle(RecountResults(live_quiz_id=played.game_id))
    assert await played.stored() == before
    await played.handler.handle(RecountResults(live_quiz_id=str(uuid4())))


async def test_essays_get_points_and_feedback_and_wait_no_more(played: Played) -> None:
    assert await played.counts(3) == (1, 0, 0)
    ann = played.players["ann"]
    before = (await played.board())["ann"][0]
    done = await played.decide(
        ScoreEssay, question_index=3, player_id=ann, points=400.5, feedback="  Well argued "
    )
    assert [(c.score_before, c.score) for c in done.changed] == [(before, before + 400.5)]
    assert await played.counts(3) == (2, 0, 1)
    await played.decide(ScoreEssay, question_index=3, player_id=ann, points=1000)
    assert await played.counts(3) == (2, 1, 0)
    [row] = await played.school.rows("select points, feedback from live_quiz_essay_scores")
    assert (row["points"], row["feedback"]) == (1000, None)
    assert (await played.board())["ann"][0] == before + 1000


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"points": -1}, "points"),
        ({"points": 1000.5}, "points"),
        ({"points": 0.125}, "points"),
        ({"question_index": 1}, "questionIndex"),
        ({"feedback": "x" * 5_001}, "feedback"),
    ],
)
async def test_what_no_essay_gets(played: Played, fields: dict[str, Any], wrong: str) -> None:
    given = {"question_index": 3, "player_id": "guest", "points": 1, **fields}
    with pytest.raises(ValidationError) as refusal:
        await played.decide(ScoreEssay, **given)
    assert [each["field"] for each in refusal.value.details["fields"]] == [wrong]


async def test_who_did_not_answer_or_play_gets_nothing(played: Played) -> None:
    for player in (played.players["cem"], "nobody"):
        with pytest.raises(NotFoundError):
            await played.decide(ScoreEssay, question_index=3, player_id=player, points=1)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"question_index": 0}, "questionIndex"),
        ({"question_index": 2, "blank": 2}, "blank"),
        ({"blank": 1}, "blank"),
        ({"answer": " "}, "answer"),
        ({"answer": "\u200b"}, "answer"),
        ({"answer": "x" * 501}, "answer"),
        ({"answer": "\ufdfa" * 400}, "answer"),
    ],
)
async def test_what_cannot_be_accepted(played: Played, fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        await played.accept(**{"answer": "rome", **fields})
    assert [each["field"] for each in refusal.value.details["fields"]] == [wrong]


async def test_a_question_has_so_many_accepted_answers_and_no_more(played: Played) -> None:
    await played.school.rows(
        "insert into live_quiz_accepted_answers"
        " select live_quiz_id, question_index, 0, 'a' || n, 'a', null, now()"
        " from live_quiz_question_results, generate_series(1, $1) n where question_index = 1",
        MAX_ACCEPTED_AFTERWARDS,
    )
    with pytest.raises(ValidationError):
        await played.accept("Rome")
    assert (await played.accept("A1")).scores == 0


async def test_a_game_that_goes_on_a_skipped_question_and_what_is_not_there(
    played: Played,
) -> None:
    for fields in ({"question_index": 5}, {"question_index": -1}, {"live_quiz_id": "x"}):
        with pytest.raises(NotFoundError):
            await played.accept("rome", **fields)
    with pytest.raises(NotFoundError):
        await played.decide(RemoveAcceptedAnswer, question_index=1, answer="rome")
    student = await played.school.user()
    with pytest.raises(AuthorizationError):
        await played.accept("rome", by=student, by_role="student")
    await played.school.rows("update live_quiz_question_results set skipped = true")
    with pytest.raises(ValidationError):
        await played.accept("rome")
    with pytest.raises(ValidationError):
        await played.decide(ScoreEssay, question_index=3, player_id="guest", points=1)
    await played.school.rows("update live_quizzes set phase = 'leaderboard'")
    with pytest.raises(RefusedError) as refusal:
        await played.accept("rome")
    assert refusal.value.code == "GAME_NOT_FINISHED"


async def test_two_decisions_at_once_come_one_after_the_other(played: Played) -> None:
    async def decide(answer: str, index: int) -> None:
        await played.accept(answer, question_index=index, blank=index - 1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(decide, "rome", 1)
        nursery.start_soon(decide, "vier", 2)
        nursery.start_soon(decide, "ROME", 1)
    stored = Stored(played.game.state.opening.config, played.game.records)
    stored.accept(1, "rome")
    stored.accept(2, "vier", 1)
    assert await played.board() == played.expected(stored)


# --- the quiz's own key ---------------------------------------------------------------------------


async def key(played: Played, index: int) -> dict[str, Any]:
    [row] = await played.school.rows(
        "select correct_answer::text as key, revision from questions"
        " where quiz_id::text = $1 and order_number = $2",
        played.quiz_id,
        index + 1,
    )
    return {**msgspec.json.decode(row["key"]), "revision": row["revision"]}


async def test_later_games_know_the_answer_if_the_teacher_wants_that(played: Played) -> None:
    done = await played.accept("Rome", add_to_quiz=True)
    assert done.added_to_quiz
    found = await key(played, 1)
    assert (found["accepted"], found["revision"]) == (["Paris", "Lutetia", "Rome"], 2)
    again = await played.accept("ROME", add_to_quiz=True)
    assert (again.added_to_quiz, again.scores) == (True, 0)
    assert await key(played, 1) == found
    await played.accept("vier", question_index=2, blank=1, add_to_quiz=True)
    assert (await key(played, 2))["blanks"] == [["two"], ["four", "vier"]]
    await played.decide(RemoveAcceptedAnswer, question_index=1, answer="Rome")
    assert await key(played, 1) == found


async def test_a_key_has_so_many_answers_and_must_be_of_that_kind(played: Played) -> None:
    full = '{"type": "text", "accepted": ["' + '", "'.join(map(str, range(50))) + '"]}'
    for other in (full, '{"type": "true_false", "value": true}'):
        await played.school.rows("update questions set correct_answer = $1::text::jsonb", other)
        with pytest.raises(ValidationError) as refusal:
            await played.accept("Rome", add_to_quiz=True)
        assert [e["field"] for e in refusal.value.details["fields"]] == ["addToQuiz"]
        assert await played.school.rows("select from live_quiz_accepted_answers") == []


async def test_a_quiz_that_is_gone_or_in_an_archived_course_stays_as_it_is(
    played: Played,
) -> None:
    await played.school.rows("update courses set status = 'archived'")
    with pytest.raises(RefusedError) as refusal:
        await played.accept("Rome", add_to_quiz=True)
    assert refusal.value.code == "COURSE_ARCHIVED"
    await played.school.rows("update courses set status = 'published'")
    await played.school.rows("delete from quizzes")
    done = await played.accept("Rome", add_to_quiz=True)
    assert (done.added_to_quiz, done.scores) == (False, 3)


# --- what was typed -------------------------------------------------------------------------------


async def test_typed_answers_are_grouped_as_they_are_compared(played: Played) -> None:
    typed = await played.decide(ListTypedAnswers, question_index=1)
    assert [(g.count, g.correct) for g in typed.groups] == [(3, False), (1, True)]
    assert (typed.groups[1].answer, typed.distinct, typed.others) == ("Paris", 2, 0)
    await played.accept("Rome")
    typed = await played.decide(ListTypedAnswers, question_index=1)
    assert [g.correct for g in typed.groups] == [True, True]
    typed = await played.decide(ListTypedAnswers, question_index=2, blank=1)
    assert typed.groups == (
        TypedGroup(answer="vier", count=2, correct=False),
        TypedGroup(answer="4", count=1, correct=True),
        TypedGroup(answer="four", count=1, correct=True),
    )
    with pytest.raises(ValidationError):
        await played.decide(ListTypedAnswers, question_index=0)
    student = await played.school.user()
    with pytest.raises(NotFoundError):
        await played.decide(ListTypedAnswers, question_index=1, by=student, by_role="student")


async def test_long_answers_are_counted_and_not_shown(played: Played) -> None:
    await played.school.rows(
        "update live_quiz_results set answers = jsonb_set(answers, '{1,answer}', to_jsonb("
        "case nickname when 'ann' then repeat('long', 200) else 'short' end))"
    )
    typed = await played.decide(ListTypedAnswers, question_index=1)
    assert typed.groups == (TypedGroup(answer="short", count=3, correct=False),)
    assert (typed.distinct, typed.others) == (1, 1)
