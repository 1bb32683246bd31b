"""Reading Moodle XML: every kind of question, and what of each is not kept."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from actors.assessments.formats.reading import FileQuestion, QuestionFile
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    QuestionType,
    TextKey,
    TrueFalseKey,
    Unit,
)
from protocol.errors import ValidationError

HALF = WHOLE // 2
ORBITS = (Path(__file__).parents[3] / "data" / "orbits.xml").read_bytes()


def parse(data: bytes) -> QuestionFile:
    numbers = itertools.count()
    return parse_moodle_xml(data, lambda: str(next(numbers)))


def one(inside: str, kind: str = "multichoice", text: str = "Q?") -> FileQuestion:
    (read,) = parse(quiz(inside, kind, text)).questions
    return read


def quiz(inside: str, kind: str = "multichoice", text: str = "Q?") -> bytes:
    asked = f'<questiontext format="html"><text>{text}</text></questiontext>'
    return f'<quiz><question type="{kind}">{asked}{inside}</question></quiz>'.encode()


def refusal(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as error:
        parse(data)
    return [(each["code"], each["message"]) for each in error.value.details["fields"]]


def test_a_teachers_export_is_read_whole() -> None:
    file = parse(ORBITS)
    keys = [read.question.key for read in file.questions]
    assert keys == [
        ChoiceKey(correct=(0,), weights=(WHOLE, -WHOLE // 4, 0)),
        ChoiceKey(correct=(0, 1), weights=(HALF, HALF, -WHOLE)),
        TrueFalseKey(value=False),
        TextKey(
            accepted=("G. G*",),
            patterns=("*Galile*",),
            case_sensitive=True,
            credits=(Credit(weight=HALF, text="Marius"),),
        ),
        NumericKey(
            answers=(
                AcceptedNumber(number=365.25, tolerance=0.25),
                AcceptedNumber(weight=HALF, number=365.0, tolerance=1.0),
            ),
            units=(Unit(name="d"),),
        ),
        EssayKey(guidance="The axis is tilted."),
        MatchingKey(pairs=(("Titan", "Saturn"), ("Io", "Jupiter")), distractors=("Venus",)),
        BlanksKey(
            blanks=((), ("Sun",), ("Earth",), ("a } b", "x < y")),
            numbers=((8.3, 0.2), None, None, None),
            credits=(
                (Credit(weight=HALF, number=8.0, tolerance=0.5),),
                (Credit(weight=HALF, text="star"),),
                (),
                (),
            ),
        ),
        BlanksKey(blanks=(("Venus",), ("Earth",))),
        BlanksKey(blanks=(("Sun",),)),
        ChoiceKey(correct=(0, 1)),
        OrderingKey(items=("Mercury", "Venus")),
        ChoiceKey(correct=(1,)),
    ]
    sun, giants, moon, *_, old = (read.question for read in file.questions)
    assert (sun.text, sun.points, sun.multiple) == ("What is this?", 2, False)
    assert sun.media_alt == "A yellow disc"
    assert sun.explanation == (
        "Yes, of the class G.\nA planet: Planets do not shine.\nIt is 1.4 million kilometres wide."
    )
    assert (giants.points, giants.multiple) == (1.7, True)
    assert giants.formats is not None
    assert giants.formats.text is not None
    assert giants.formats.text.source == "Which are *giants*?"
    assert moon.explanation == "Right\nTrue: Look again"
    assert old.options == ("red", "blue")
    pictures = [read.picture for read in file.questions if read.picture]
    assert [(each.name, each.data[:4]) for each in pictures] == [
        ("the sun.png", b"\x89PNG"),
        ("blue.png", b"\x89PNG"),
    ]


def test_what_is_not_kept_is_said_with_its_line() -> None:
    choices = "the choices of its gaps (answers are written instead)"
    assert parse(ORBITS).skipped == (
        "line 4: categories are not kept (1)",
        "line 11: titles are not kept (13)",
        "line 11: ids are not kept (1)",
        "line 11: feedback for right, partly right and wrong answers is not kept (1)",
        "line 11: hints are not kept (1)",
        "line 11: penalties for further tries are not kept (3)",
        "line 47: hidden questions are imported like the others (1)",
        "line 80: imported without the template of the answer, attachments",
        f"line 100: imported without {choices}, that case matters in gaps,"
        " that gaps count differently",
        f"line 107: imported without {choices}",
        f"line 116: imported without {choices}",
        "line 131: a description is not a question",
        "line 143: questions of the kind 'calculated' are not carried over",
        "line 163: no answer is correct",
    )


@pytest.mark.parametrize(
    ("kind", "inside", "reason"),
    [
        ("multichoice", '<answer fraction="100"><text>a</text></answer>', "two answers to choose"),
        ("multichoice", '<answer fraction="x"><text>a</text></answer>', "is no number"),
        ("multichoice", '<answer fraction="1e999"><text>a</text></answer>', "too large"),
        ("multichoice", "<answer/>" * 101, "more than 100 answers"),
        ("truefalse", "", "no answer is correct"),
        ("shortanswer", '<answer fraction="50"><text>a</text></answer>', "no answer is worth 100%"),
        ("numerical", '<answer fraction="100"><text>ten</text></answer>', "is no number"),
        ("matching", "<subquestion><text>a</text></subquestion>", "a pair has no match"),
        ("matching", "", "two pairs to match"),
        ("cloze", "", "there is no gap"),
        ("gapselect", "", "there is no gap"),
        ("ddimageortext", "", "kind 'ddimageortext'"),
        ("essay", "<defaultgrade>NaN</defaultgrade>", "too large"),
        ("essay", "<defaultgrade>many</defaultgrade>", "is no number"),
    ],
)
def test_a_question_that_cannot_be_taken_says_why(kind: str, inside: str, reason: str) -> None:
    ((code, message),) = refusal(quiz(inside, kind))
    assert code == "NOT_IMPORTED"
    assert message.startswith("line 1: ")
    assert reason in message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{1:MULTIRESPONSE:=a~=b}", "gaps of the kind MULTIRESPONSE"),
        ("____ {1:SA:=a}", "the text has ____ beside its gaps"),
        ("{1:SA:=a}" * 21, "more than 20 gaps"),
        ("{1:SA:}", "the answer is empty"),
        ("[[1]]", "there is no gap"),
    ],
)
def test_gaps_that_cannot_be_taken_say_why(text: str, reason: str) -> None:
    ((_, message),) = refusal(quiz("", "cloze", text))
    assert reason in message


def test_a_gap_names_a_choice_that_is_there() -> None:
    ((_, message),) = refusal(quiz("<dragbox><text>a</text></dragbox>", "ddwtos", "x [[2]]"))
    assert "names a choice that is not there" in message


def test_pictures_beyond_the_first_leave_their_words() -> None:
    picture = '<img src="@@PLUGINFILE@@/{0}.png" alt="the {0}">'
    files = "".join(f'<file name="{n}.png" encoding="base64">aGk=</file>' for n in "ab")
    text = f"<![CDATA[{picture.format('a')} and {picture.format('b')}]]>"
    asked = f'<questiontext format="html"><text>{text}</text>{files}</questiontext>'
    file = parse(f'<quiz><question type="essay">{asked}</question></quiz>'.encode())
    (read,) = file.questions
    assert read.picture is not None
    assert (read.picture.name, read.picture.data) == ("a.png", b"hi")
    assert (read.question.text, read.question.media_alt) == ("and the b", "the a")
    assert file.skipped == ("line 1: imported without more pictures than one, pictures",)


@pytest.mark.parametrize(
    ("data", "said"), [("%%", "cannot be read"), ("A" * 2_000_000, "a picture of more than")]
)
def test_a_picture_that_is_none_costs_only_itself(data: str, said: str) -> None:
    file = f'<file name="a.png" encoding="base64">{data}</file>'
    text = '<![CDATA[<img src="@@PLUGINFILE@@/a.png"> What?]]>'
    asked = f'<questiontext format="html"><text>{text}</text>{file}</questiontext>'
    read = parse(f'<quiz><question type="essay">{asked}</question></quiz>'.encode())
    assert read.questions[0].picture is None
    assert said in read.skipped[0]


def test_markdown_has_pictures_too() -> None:
    files = '<file name="a b.png" encoding="base64">aGk=</file>'
    text = "*What*? ![a sun](@@PLUGINFILE@@/a%20b.png)"
    asked = f'<questiontext format="markdown"><text>{text}</text>{files}</questiontext>'
    (read,) = parse(f'<quiz><question type="essay">{asked}</question></quiz>'.encode()).questions
    assert read.picture is not None
    assert (read.question.text, read.question.media_alt) == ("What?", "a sun")


def test_another_root_is_refused() -> None:
    assert refusal(b"<book/>")[0][0] == "UNSUPPORTED"


def test_points_are_rounded_to_the_hundredth() -> None:
    file = parse(quiz("<defaultgrade>0.3333333</defaultgrade>", "essay"))
    assert file.questions[0].question.points == 0.33
    assert file.skipped == (
        "line 1: imported without the points that it had (they are rounded to a hundredth)",
    )


def test_units_are_read_with_what_a_wrong_one_costs() -> None:
    units = "".join(
        f"<unit><multiplier>{factor}</multiplier><unit_name>{name}</unit_name></unit>"
        for name, factor in (("m", 1), ("cm", 100))
    )
    answer = '<answer fraction="100"><text>2</text><tolerance>0.1</tolerance></answer>'
    graded = "<unitgradingtype>1</unitgradingtype><unitpenalty>0.25</unitpenalty>"
    read = one(f"{answer}{graded}<units>{units}</units>", "numerical")
    assert read.question.key == NumericKey(
        answers=(AcceptedNumber(number=2.0, tolerance=0.1),),
        units=(Unit(name="m"), Unit(name="cm", factor=100.0)),
        unit_required=True,
        unit_penalty=WHOLE // 4,
    )
    none = f"{answer}<showunits>3</showunits><units>{units}</units>"
    key = one(none, "numerical").question.key
    assert key == NumericKey(answers=(AcceptedNumber(number=2.0, tolerance=0.1),))


def test_an_order_is_that_of_the_fractions() -> None:
    answers = "".join(
        f'<answer fraction="{n}"><text>{text}</text></answer>' for n, text in ((2, "b"), (1, "a"))
    )
    read = one(f"{answers}<gradingtype>ALL_OR_NOTHING</gradingtype>", "ordering")
    assert read.question.key == OrderingKey(items=("a", "b"))
    assert read.question.all_or_nothing


def test_a_title_stands_for_a_text_that_is_missing() -> None:
    read = one("<name><text>Why?</text></name>", "essay", "")
    assert (read.question.text, read.question.type) == ("Why?", QuestionType.ESSAY)


def test_scripts_in_texts_never_arrive() -> None:
    read = one(
        "", "essay", "&lt;b onclick=&quot;x&quot;&gt;Q&lt;/b&gt;&lt;script&gt;1&lt;/script&gt;"
    )
    assert read.question.formats is not None
    assert read.question.formats.text is not None
    assert read.question.formats.text.html == "<b>Q</b>"


def test_a_comment_of_ours_is_checked_like_anything_else() -> None:
    file = parse(quiz('<!-- stoa: {"kind": "dragon"} -->', "essay"))
    assert file.skipped == (
        "line 1: imported without what the comment above it says, which cannot be read",
    )
