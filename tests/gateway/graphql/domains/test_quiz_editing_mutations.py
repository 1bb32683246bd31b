"""Changes to quizzes and questions: what becomes of their input, and what is read back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from gateway.graphql.domain import Acting
from gateway.graphql.schema import MUTATIONS
from protocol.access import Identity
from protocol.assessments.editing import (
    AddQuestion,
    CopyQuestions,
    DeleteQuestion,
    DeleteQuiz,
    DuplicateQuestion,
    DuplicateQuiz,
    ImportQuestions,
    PreviewQuestions,
    QuestionsAdded,
    QuestionSaved,
    QuestionsRead,
    QuizDeleted,
    QuizUpdated,
    ReadQuestion,
    ReorderQuestions,
    UpdateQuestion,
    UpdateQuiz,
)
from protocol.assessments.files import (
    ExportFormat,
    ExportQuiz,
    FileFormat,
    FileRead,
    ImportFile,
    PreviewedQuestion,
    PreviewFile,
    QuizExported,
)
from protocol.assessments.formats import Formats, Formatted, TextFormat
from protocol.assessments.pictures import QuizPictureStored, UploadQuizPicture
from protocol.assessments.pools import GivenPool, SetQuizPools
from protocol.assessments.quizzes import (
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    QuizCreated,
    QuizType,
    TextKey,
)
from protocol.assessments.tags import QuestionsTagged, TagQuestions
from protocol.envelope import Message
from protocol.selection import Viewer
from tests.gateway.graphql.harness import Service

ADA = Viewer(user_id="ada", role="educator")
ONE = "11111111-1111-4111-8111-11111111111A"
QUIZ: dict[str, Any] = {"course_id": "c1", "quiz_id": "q1"}
FORMATTED = Question(
    id="",
    type=QuestionType.MULTIPLE_CHOICE,
    text="?",
    options=("a",),
    key=ChoiceKey(correct=(0,)),
    explanation="So",
    multiple=True,
    formats=Formats(
        text=Formatted(format=TextFormat.HTML, html="<b>?</b>"),
        options=(Formatted(format=TextFormat.HTML, html="<b>a</b>"),),
        explanation=Formatted(format=TextFormat.HTML, html="<b>So</b>"),
    ),
)
REPLIES: dict[type[Message], Message] = {
    UpdateQuiz: QuizUpdated(**QUIZ, revision=2),
    DeleteQuiz: QuizDeleted(**QUIZ, lesson_id="l1"),
    DuplicateQuiz: QuizCreated(quiz_id="q2", lesson_id="l2", question_count=1),
    AddQuestion: QuestionSaved(**QUIZ, question_id="n1", revision=2),
    UpdateQuestion: QuestionSaved(**QUIZ, question_id="n1", revision=2),
    DuplicateQuestion: QuestionSaved(**QUIZ, question_id="n2", revision=2),
    DeleteQuestion: QuizUpdated(**QUIZ, revision=2),
    ReorderQuestions: QuizUpdated(**QUIZ, revision=2),
    SetQuizPools: QuizUpdated(**QUIZ, revision=2),
    TagQuestions: QuestionsTagged(count=3),
    UploadQuizPicture: QuizPictureStored(url="/pictures/a.png"),
    CopyQuestions: QuestionsAdded(**QUIZ, question_count=1, revision=2),
    ImportQuestions: QuestionsAdded(
        **QUIZ, question_count=2, revision=2, skipped=("line 3: no: never",)
    ),
    ImportFile: QuestionsAdded(
        **QUIZ, question_count=2, revision=2, skipped=("line 3: no: never",)
    ),
    PreviewFile: FileRead(
        format=FileFormat.MOODLE_XML,
        questions=(
            PreviewedQuestion(read=ReadQuestion(line=4, question=FORMATTED), picture="sun.png"),
        ),
        skipped=("line 9: no",),
    ),
    ExportQuiz: QuizExported(title="T", content=b"x", left_out=("question 1: why",)),
    PreviewQuestions: QuestionsRead(
        questions=(
            ReadQuestion(line=4, question=FORMATTED),
            ReadQuestion(
                line=7, question=Question(id="", type=QuestionType.ESSAY, text="?", key=EssayKey())
            ),
        ),
        skipped=("line 9: no",),
    ),
}


async def sent(mutation: str, **variables: Any) -> tuple[Any, dict[str, Any]]:
    """The command, and the answer."""
    service = Service()
    service.post.replies.update(REPLIES)
    for root in ("quiz", "question", "lesson"):
        service.fake_reads.answers[root] = msgspec.json.encode({"id": root})
    response = await service.ask(mutation, variables, viewer=ADA)
    assert response.data is not None, response
    command: Any
    (command,) = service.post.commands
    assert (command.by, command.by_role) == ("ada", "educator")
    return command, response.data


async def question(given: dict[str, Any]) -> UpdateQuestion:
    """The command for a draft."""
    command, data = await sent(
        """mutation($input: QuestionInput!) {
             updateQuestion(id: "n1", input: $input, draft: true, expectedRevision: 3) { id } }""",
        input={"questionText": "?", **given},
    )
    assert data == {"updateQuestion": {"id": "question"}}
    assert isinstance(command, UpdateQuestion)
    assert (command.question_id, command.expected_revision, command.draft) == ("n1", 3, True)
    return command


async def test_what_is_left_out_of_the_settings_stays() -> None:
    command, data = await sent(
        """mutation { updateQuiz(id: "q1", expectedRevision: 7, input: {
             title: "T", type: SUMMATIVE, timeLimitMinutes: null, passingScore: null
             availableUntil: "1970-01-01T00:00:01Z" }) { id } }"""
    )
    assert data == {"updateQuiz": {"id": "quiz"}}
    given = {name: getattr(command, name) for name in command.__struct_fields__}
    assert {name: value for name, value in given.items() if value is not UNSET} == {
        **{"by": "ada", "by_role": "educator", "expected_revision": 7, "quiz_id": "q1"},
        **{"title": "T", "type": QuizType.SUMMATIVE, "time_limit_minutes": None},
        "available_until": 1_000,
    }


async def test_a_question_goes_where_it_is_put() -> None:
    command, data = await sent(
        """mutation { addQuestion(quizId: "q1", position: 2, idempotencyKey: "k",
             input: {type: ESSAY, questionText: "*?*", format: MARKDOWN}) { id } }"""
    )
    assert data == {"addQuestion": {"id": "question"}}
    assert isinstance(command, AddQuestion)
    assert (command.quiz_id, command.position, command.draft) == ("q1", 2, False)
    assert (command.format, command.idempotency_key) == (TextFormat.MARKDOWN, "k")
    assert command.question.key == EssayKey()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("MULTIPLE_CHOICE", ChoiceKey(correct=())),
        ("SHORT_ANSWER", TextKey()),
        ("FILL_BLANK", BlanksKey(blanks=())),
        ("MATCHING", MatchingKey(pairs=())),
        ("ESSAY", EssayKey()),
    ],
)
async def test_a_draft_may_have_no_answer(kind: str, key: Any) -> None:
    command = await question({"type": kind})
    assert command.question.key == key


async def test_whoever_does_not_know_whether_it_is_true_asks_no_such_question() -> None:
    service = Service()
    response = await service.ask(
        """mutation { addQuestion(quizId: "q1", draft: true,
             input: {type: TRUE_FALSE, questionText: "?"}) { id } }""",
        viewer=ADA,
    )
    assert response.codes == ["VALIDATION_ERROR"]
    assert service.post.sent == []


async def test_parts_of_the_points_reach_the_command() -> None:
    choice = await question(
        {
            "type": "MULTIPLE_CHOICE",
            "options": ["a", "b"],
            "answer": {"choice": {"correct": [0], "weights": [100_000, -50_000]}},
        }
    )
    assert choice.question.key == ChoiceKey(correct=(0,), weights=(100_000, -50_000))
    credit = {"weight": 50_000, "number": 2.5, "tolerance": 0.5}
    text = await question(
        {"type": "SHORT_ANSWER", "answer": {"text": {"accepted": ["x"], "credits": [credit]}}}
    )
    part = Credit(weight=50_000, number=2.5, tolerance=0.5)
    assert text.question.key == TextKey(accepted=("x",), credits=(part,))
    blanks = [{"accepted": ["x"]}, {"credits": [{"weight": 1, "text": "y", "pattern": None}]}]
    blank = await question({"type": "FILL_BLANK", "answer": {"blanks": blanks}})
    assert blank.question.key == BlanksKey(
        blanks=(("x",), ()), credits=((), (Credit(weight=1, text="y"),))
    )


@pytest.mark.parametrize(
    ("mutation", "kind", "answer"),
    [
        ('deleteQuiz(id: "q1", expectedRevision: 1)', DeleteQuiz, True),
        (
            'deleteQuizWithPayload(id: "q1") { deletedQuizId lesson { id } }',
            DeleteQuiz,
            {"deletedQuizId": "q1", "lesson": {"id": "lesson"}},
        ),
        (f'deleteQuestion(id: "{ONE}")', DeleteQuestion, True),
        (
            f'deleteQuestionWithPayload(id: "{ONE}") {{ deletedQuestionId quiz {{ id }} }}',
            DeleteQuestion,
            {"deletedQuestionId": ONE.lower(), "quiz": {"id": "quiz"}},
        ),
        ('reorderQuestions(quizId: "q1", questionIds: ["a", "b"])', ReorderQuestions, True),
        (
            'reorderQuestionsWithPayload(quizId: "q1", questionIds: []) { quiz { id } }',
            ReorderQuestions,
            {"quiz": {"id": "quiz"}},
        ),
        ('duplicateQuiz(id: "q1", lessonId: "l2") { id }', DuplicateQuiz, {"id": "quiz"}),
        ('copyQuestions(quizId: "q1", questionIds: ["a"]) { id }', CopyQuestions, {"id": "quiz"}),
        (f'duplicateQuestion(id: "{ONE}") {{ id }}', DuplicateQuestion, {"id": "question"}),
    ],
)
async def test_the_other_changes_reach_their_commands(
    mutation: str, kind: type[Message], answer: Any
) -> None:
    command, data = await sent(f"mutation {{ {mutation} }}")
    assert type(command) is kind
    assert list(data.values()) == [answer]


async def test_an_import_says_where_it_left_something_out() -> None:
    command, data = await sent(
        """mutation { importGiftQuestions(quizId: "q1", gift: "x") {
             quiz { id } questionCount skipped notes { line message } } }"""
    )
    assert isinstance(command, ImportQuestions)
    assert data == {
        "importGiftQuestions": {
            "quiz": {"id": "quiz"},
            "questionCount": 2,
            "skipped": ["line 3: no: never"],
            "notes": [{"line": 3, "message": "no: never"}],
        }
    }


async def test_a_preview_shows_each_question_with_its_line() -> None:
    command, data = await sent(
        """mutation { previewGiftQuestions(quizId: "q1", gift: "x") {
             notes { line } questions {
               line type questionText questionHtml options optionsHtml multiple explanation
               explanationHtml correctAnswer } } }"""
    )
    assert isinstance(command, PreviewQuestions)
    shown, plain = data["previewGiftQuestions"]["questions"]
    assert data["previewGiftQuestions"]["notes"] == [{"line": 9}]
    assert shown == {
        "line": 4,
        "type": "MULTIPLE_CHOICE",
        "questionText": "?",
        "questionHtml": "<b>?</b>",
        "options": ["a"],
        "optionsHtml": ["<b>a</b>"],
        "multiple": True,
        "explanation": "So",
        "explanationHtml": "<b>So</b>",
        "correctAnswer": {"type": "choice", "correct": [0], "none_allowed": False, "weights": []},
    }
    assert (plain["questionHtml"], plain["options"], plain["optionsHtml"]) == (None, None, None)


async def test_a_file_is_given_as_base64() -> None:
    command, data = await sent(
        """mutation { importQuestions(quizId: "q1", file: "aGk=", only: [1, 0], format: GIFT) {
             quiz { id } questionCount notes { line message } } }"""
    )
    assert isinstance(command, ImportFile)
    assert (command.file, command.only, command.format) == (b"hi", (1, 0), FileFormat.GIFT)
    assert data == {
        "importQuestions": {
            "quiz": {"id": "quiz"},
            "questionCount": 2,
            "notes": [{"line": 3, "message": "no: never"}],
        }
    }


async def test_a_preview_of_a_file_says_its_format_and_its_pictures() -> None:
    command, data = await sent(
        """mutation { previewQuestions(quizId: "q1", file: "aGk=") {
             format notes { line } questions { line questionText picture } } }"""
    )
    assert isinstance(command, PreviewFile)
    assert (command.file, command.format) == (b"hi", None)
    assert data["previewQuestions"] == {
        "format": "MOODLE_XML",
        "notes": [{"line": 9}],
        "questions": [{"line": 4, "questionText": "?", "picture": "sun.png"}],
    }


async def test_an_export_says_what_it_leaves_out() -> None:
    command, data = await sent('{ quizExport(quizId: "q1", format: QTI_2_2) { leftOut } }')
    assert isinstance(command, ExportQuiz)
    assert command.format is ExportFormat.QTI_2_2
    assert data == {"quizExport": {"leftOut": ["question 1: why"]}}


async def test_a_file_that_is_not_base64_is_refused() -> None:
    service = Service()
    mutation = 'mutation { previewQuestions(quizId: "q1", file: "%%") { format } }'
    response = await service.ask(mutation, viewer=ADA)
    assert response.codes == ["VALIDATION_ERROR"]
    assert service.post.commands == []


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
async def test_a_picture_is_given_as_base64(prefix: str) -> None:
    command, data = await sent(
        'mutation($image: String!) { uploadQuizPicture(quizId: "q1", image: $image) { url } }',
        image=f"{prefix}aGk=",
    )
    assert isinstance(command, UploadQuizPicture)
    assert (command.quiz_id, command.image) == ("q1", b"hi")
    assert data == {"uploadQuizPicture": {"url": "/pictures/a.png"}}


async def test_the_words_for_a_picture_reach_the_command() -> None:
    command = await question({"type": "ESSAY", "mediaUrl": "/pictures/a.png", "mediaAlt": "A sun"})
    assert command.question.media_url == "/pictures/a.png"
    assert command.question.media_alt == "A sun"


async def test_notes_reach_the_command() -> None:
    command = await question({"type": "ESSAY", "notes": "Ask the last row"})
    assert command.question.notes == "Ask the last row"
    assert (await question({"type": "ESSAY"})).question.notes is None


async def test_tags_reach_the_command() -> None:
    given = {"type": "ESSAY", "tags": ["Algebra", "year 7"]}
    assert (await question(given)).question.tags == ("Algebra", "year 7")


async def test_several_questions_are_tagged_and_counted() -> None:
    mutation = """mutation($q: ID!) {
        tagQuestions(questionIds: [$q], add: ["a"], remove: ["b"])
    }"""
    command, data = await sent(mutation, q=ONE)
    assert isinstance(command, TagQuestions)
    assert (command.question_ids, command.add, command.remove) == ((ONE,), ("a",), ("b",))
    assert data == {"tagQuestions": 3}


async def test_pools_reach_the_command() -> None:
    mutation = """mutation($q: ID!) { setQuizPools(quizId: $q, expectedRevision: 4, pools: [
        {name: "Easy", draw: 2, questionIds: ["x", "y"]}
    ]) { id } }"""
    command, data = await sent(mutation, q=ONE)
    assert isinstance(command, SetQuizPools)
    assert (command.quiz_id, command.expected_revision) == (ONE, 4)
    assert command.pools == (GivenPool(name="Easy", draw=2, question_ids=("x", "y")),)
    assert data == {"setQuizPools": {"id": "quiz"}}


def test_a_command_that_is_sent_again_is_the_same_command() -> None:
    """Otherwise its key would stand for another one."""
    vera = Identity("u", "vera@school.example", "educator", "s", 1)
    one = {"type": "ESSAY", "questionText": "?"}
    for name, arguments in (
        (
            "createQuiz",
            {"lessonId": "l", "input": {"settings": {"title": "T"}, "questions": [one]}},
        ),
        ("addQuestion", {"quizId": "q", "input": one}),
    ):
        given = {**arguments, "idempotencyKey": "k"}
        first, again = (
            MUTATIONS[name].translate(given, Acting(identity=vera))[1] for _ in range(2)
        )
        assert first == again
