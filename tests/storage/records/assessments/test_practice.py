"""Practice of what was played, in a real database: who may, what is told, and what stays."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.assessments.practice import CheckPracticeAnswer, PracticeChecked
from protocol.assessments.quizzes import Answer, ChoiceKey, Question, QuestionType
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.actors.assessments.live.games import ALL, CHOICE
from tests.gateway.graphql.harness import Service
from tests.storage.records.assessments.test_decided_results import Played

NONE = Question(
    id="q-none",
    type=QuestionType.MULTIPLE_CHOICE,
    text="Which of these is a fish?",
    options=("Whale", "Dolphin"),
    key=ChoiceKey(correct=(), none_allowed=True),
    media_url="/quiz-pictures/1",
    media_alt="Animals in water",
    multiple=True,
)
CHOICES, TRUTH, TEXT, BLANKS, MATCHING, ESSAY, OF_NONE = range(7)
GAME = """query ($id: ID!) { liveQuiz(id: $id) { mayPractise
  questions { index type options optionsHtml matches blanks multiple noneAllowed mediaUrl mediaAlt
    byPerson }
  myResult { details { index type options optionsHtml matches blanks multiple noneAllowed mediaUrl
    mediaAlt byPerson correct } }
} }"""


class Practised(Played):
    """A game with every type of question. Ann is a user and studies, Bob is a user and does not."""

    asked: tuple[Question, ...] = (*ALL, NONE)
    answers: dict[str, list[Any]] = {
        "ann": [[0], True, "Rome", ["two", "vier"], [0, 0, 0], "Because", []],
        "bob": [[0], False, "Paris", ["two", "four"], [0, 1, 2], "So", []],
    }

    async def enter(self) -> None:
        await self.play()
        self.ann = await self.member("ann")
        self.bob = await self.school.user()
        await self.takes("bob", self.bob)

    async def member(self, nickname: str) -> str:
        user = await self.school.user()
        await self.school.enroll(user, self.course)
        await self.takes(nickname, user)
        return user

    async def takes(self, nickname: str, user: str) -> None:
        await self.school.rows(
            "update live_quiz_results set user_id = $1::text::uuid where nickname = $2",
            user,
            nickname,
        )

    async def setting(self, name: str, value: bool) -> None:
        await self.school.rows(f"update quizzes set {name} = $1", value)

    async def check(self, index: int, answer: Answer, by: str = "", **more: Any) -> PracticeChecked:
        fields = {"by_role": "student", "live_quiz_id": self.game_id, **more}
        command = CheckPracticeAnswer(
            by=by or self.ann, question_index=index, answer=answer, **fields
        )
        reply = await self.handler.handle(command)
        assert isinstance(reply, PracticeChecked)
        return reply

    async def shown(self, user: str, role: str = "student") -> Any:
        service = Service(CompiledReads(self.school.database))
        viewer = Viewer(user_id=user, role=role)
        answer = await service.ask(GAME, {"id": self.game_id}, viewer=viewer)
        return answer.data["liveQuiz"]


@pytest.fixture
async def played(database: Database) -> Practised:
    made = Practised(database)
    await made.enter()
    return made


@pytest.mark.parametrize(
    ("index", "answer", "correct", "share", "right"),
    [
        (CHOICES, [1, 3], True, 1, [1, 3]),
        (CHOICES, [3], False, 0, [1, 3]),
        (TRUTH, True, True, 1, True),
        (TRUTH, False, False, 0, True),
        (TEXT, " paris", True, 1, "Paris"),
        (TEXT, "Rome", False, 0, "Paris"),
        (BLANKS, ["2", "four"], True, 1, ["two", "four"]),
        (BLANKS, ["two", "vier"], False, 0.5, ["two", "four"]),
        # Berlin, Oslo, Paris, Rome
        (MATCHING, [2, 0, 3], True, 1, [2, 0, 3]),
        (MATCHING, [2, 1, 0], False, 0.3333, [2, 0, 3]),
        (OF_NONE, [], True, 1, []),
        (OF_NONE, [1], False, 0, []),
    ],
)
async def test_an_answer_is_graded_as_the_game_would_and_told_with_the_right_one(
    played: Practised, index: int, answer: Answer, correct: bool, share: float, right: Answer
) -> None:
    checked = await played.check(index, answer)
    assert (checked.correct, checked.share, checked.right) == (correct, share, right)


async def test_nothing_is_kept_and_no_score_changes(played: Practised) -> None:
    before = await played.stored()
    outbox = await played.school.rows("select count(*) from outbox")
    await played.check(CHOICES, [1, 3])
    await played.check(TEXT, "Paris")
    assert await played.stored() == before
    assert await played.school.rows("select count(*) from outbox") == outbox


async def test_what_a_teacher_has_accepted_since_is_right_here_too(played: Practised) -> None:
    assert not (await played.check(TEXT, "Rome")).correct
    await played.accept("Rome", question_index=TEXT)
    checked = await played.check(TEXT, "rome")
    assert checked.correct
    assert checked.accepted == ("Paris", "Lutetia", "Rome")


async def test_an_answer_of_another_form_is_refused(played: Practised) -> None:
    wrong: list[tuple[int, Any]] = [
        (CHOICES, []),
        (CHOICES, [4]),
        (CHOICES, [-1]),
        (CHOICES, "2"),
        (TRUTH, "true"),
        (TEXT, ["Paris"]),
        (TEXT, "x" * 5_001),
        (BLANKS, ["two"]),
        (MATCHING, [2, 0]),
        (ESSAY, "Because"),
    ]
    for index, answer in wrong:
        with pytest.raises(ValidationError):
            await played.check(index, answer)
    for index in (-1, 7, 2**31 - 1):
        with pytest.raises(NotFoundError):
            await played.check(index, True)


async def test_players_practise_and_others_do_not(played: Practised, database: Database) -> None:
    """Who played without being of the course is a player too."""
    assert (await played.check(TRUTH, True, by=played.bob)).correct
    teacher = {"by": played.teacher, "by_role": "educator"}
    assert (await played.check(TRUTH, True, **teacher)).correct
    admin = {"by": await played.school.user("admin"), "by_role": "admin"}
    assert (await played.check(TRUTH, True, **admin)).correct
    classmate = await played.school.user()
    await played.school.enroll(classmate, played.course)
    with pytest.raises(AuthorizationError):
        await played.check(TRUTH, True, by=classmate)
    with pytest.raises(NotFoundError):
        await played.check(TRUTH, True, by=await played.school.user())
    with pytest.raises(NotFoundError):
        await played.check(TRUTH, True, by=await played.school.user("educator"), by_role="educator")
    with pytest.raises(NotFoundError):
        await played.check(TRUTH, True, live_quiz_id="none")


@pytest.mark.parametrize("name", ["allow_practice", "show_correct_answers"])
async def test_a_quiz_without_practice_or_right_answers_is_for_its_staff_alone(
    played: Practised, name: str
) -> None:
    assert (await played.shown(played.ann))["mayPractise"] is True
    await played.setting(name, False)
    with pytest.raises(RefusedError) as refusal:
        await played.check(TRUTH, True)
    assert refusal.value.code == "PRACTICE_OFF"
    assert (await played.check(TRUTH, True, by=played.teacher, by_role="educator")).correct
    assert (await played.shown(played.ann))["mayPractise"] is False
    assert (await played.shown(played.teacher, "educator"))["mayPractise"] is True


async def test_a_deleted_quiz_is_not_practised(played: Practised) -> None:
    await played.school.rows("delete from quizzes")
    with pytest.raises(RefusedError):
        await played.check(TRUTH, True)
    assert (await played.shown(played.ann))["mayPractise"] is False


async def test_a_game_that_goes_on_tells_nothing(played: Practised) -> None:
    await played.school.rows("update live_quizzes set phase = 'reveal'")
    for by, role in ((played.ann, "student"), (played.teacher, "educator")):
        with pytest.raises(RefusedError) as refusal:
            await played.check(TRUTH, True, by=by, by_role=role)
        assert refusal.value.code == "GAME_NOT_FINISHED"
    assert (await played.shown(played.teacher, "educator"))["mayPractise"] is False


async def test_an_explanation_is_told_as_the_quiz_shows_it(played: Practised) -> None:
    assert (await played.check(CHOICES, [0])).explanation == CHOICE.explanation
    await played.setting("show_explanations", False)
    assert (await played.check(CHOICES, [0])).explanation is None
    teacher = await played.check(CHOICES, [0], by=played.teacher, by_role="educator")
    assert teacher.explanation == CHOICE.explanation


async def test_what_is_asked_can_be_read_with_the_own_outcome_and_without_a_key(
    played: Practised,
) -> None:
    own = await played.shown(played.ann)
    assert own["questions"] == []
    details = own["myResult"]["details"]
    assert [each["correct"] for each in details] == [False, True, False, False, False, None, True]
    assert [each["byPerson"] for each in details] == [False] * 5 + [True, False]
    plain = dict.fromkeys(("optionsHtml", "matches", "blanks", "multiple", "options"))
    plain |= {"mediaUrl": None, "mediaAlt": None, "noneAllowed": False}
    shown = [{name: each[name] for name in plain} for each in details]
    assert shown[CHOICES] == plain | {"options": list(CHOICE.options), "multiple": True}
    assert shown[TRUTH] == shown[TEXT] == plain
    assert shown[BLANKS] == plain | {"blanks": 2}
    assert shown[MATCHING] == plain | {"matches": ["Berlin", "Oslo", "Paris", "Rome"]}
    assert shown[OF_NONE] == plain | {
        "options": ["Whale", "Dolphin"],
        "multiple": True,
        "noneAllowed": True,
        "mediaUrl": "/quiz-pictures/1",
        "mediaAlt": "Animals in water",
    }
    seen = (await played.shown(played.teacher, "educator"))["questions"]
    assert [{name: each[name] for name in plain} for each in seen] == shown


CHECK = """query ($id: ID!, $answer: PracticeAnswerInput!) {
  checkPracticeAnswer(liveQuizId: $id, questionIndex: 2, answer: $answer) {
    correct share right accepted explanation explanationHtml }
}"""


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"chosen": [1, 3]}, [1, 3]),
        ({"chosen": []}, []),
        ({"trueFalse": False}, False),
        ({"text": "Paris"}, "Paris"),
        ({"blanks": ["two", ""]}, ["two", ""]),
        ({"matched": [2, 0, 3]}, [2, 0, 3]),
    ],
)
async def test_an_answer_comes_from_graphql_in_its_form(given: Any, answer: Answer) -> None:
    service = Service()
    service.post.replies[CheckPracticeAnswer] = PracticeChecked(
        correct=False,
        share=0.5,
        right=[0],
        accepted=("a",),
        explanation="E",
        explanation_html="<p>",
    )
    user = Viewer(user_id="ann", role="student")
    shown = await service.ask(CHECK, {"id": "game", "answer": given}, viewer=user)
    assert shown.data["checkPracticeAnswer"] == {
        "correct": False,
        "share": 0.5,
        "right": [0],
        "accepted": ["a"],
        "explanation": "E",
        "explanationHtml": "<p>",
    }
    [(_, command)] = service.post.sent
    assert command == CheckPracticeAnswer(
        by="ann", by_role="student", live_quiz_id="game", question_index=2, answer=answer
    )


@pytest.mark.parametrize(
    "given", [{}, {"text": "a", "chosen": [1]}, {"text": None}, {"chosen": 1.5}]
)
async def test_an_answer_in_no_form_or_two_reaches_nobody(given: Any) -> None:
    service = Service()
    user = Viewer(user_id="ann", role="student")
    shown = await service.ask(CHECK, {"id": "game", "answer": given}, viewer=user)
    assert shown.json["errors"]
    assert service.post.sent == []


async def test_practice_is_for_those_who_have_signed_in() -> None:
    service = Service()
    shown = await service.ask(CHECK, {"id": "game", "answer": {"text": "a"}}, viewer=Viewer())
    assert shown.codes == ["AUTHENTICATION_ERROR"]


async def test_matches_stand_in_the_order_by_which_answers_name_them(database: Database) -> None:
    """Of code points, which is nobody's alphabet."""
    played = Practised(database)
    matching = next(each for each in ALL if each.type is QuestionType.MATCHING)
    key = msgspec.structs.replace(
        matching.key, pairs=(("1", "é"), ("2", "Z"), ("3", "😀")), distractors=("a", "ﬀ", "Ä")
    )
    played.asked = (msgspec.structs.replace(matching, key=key),)
    played.answers = {"ann": [[0, 0, 0]], "bob": [[0, 0, 0]]}
    await played.enter()
    [shown] = (await played.shown(played.ann))["myResult"]["details"]
    names: list[Any] = [shown["matches"].index(match) for match in ("é", "Z", "😀")]
    assert (await played.check(0, names)).correct
