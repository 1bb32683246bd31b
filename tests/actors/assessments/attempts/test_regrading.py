"""Marking anew: the same as marking from the beginning, once or twice, before or after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.attempts import regrade_rules as rules
from actors.assessments.attempts.marking import kept, marked
from actors.assessments.attempts.regrading import answers_fit, applies, decided, over_given
from protocol.assessments.attempts.marks import Mark, score
from protocol.assessments.attempts.regrading import (
    MAX_REGRADES,
    PreviewRegrade,
    Regrade,
    RegradePolicy,
    RegradeQuestion,
)
from protocol.assessments.places import Rectangle
from protocol.assessments.quizzes import (
    BlanksKey,
    ChoiceKey,
    HotspotKey,
    MatchingKey,
    OrderingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.records.assessments import RegradeFacts
from protocol.records.common import CourseFacts
from tests.actors.assessments.attempts.test_marking import (
    WORDS,
    answer_of,
    given_answers,
    papers,
)
from tests.actors.assessments.live.games import BLANKS, CHOICE, ESSAY, MATCHING, TEXT, TRUE_FALSE

POLICIES = tuple(RegradePolicy)
NOTHING = Decimal(0)
COURSE = CourseFacts(id="c", instructor_id="vera")


def regrade(policy: RegradePolicy, question: Question | None = None, revision: int = 9) -> Regrade:
    return Regrade(policy=policy, question=question, revision=revision)


@st.composite
def rekeyed(draw: st.DrawFn, question: Question) -> Question:
    """With a key that can be right for the same answers."""
    key: Any
    match question.key:
        case ChoiceKey():
            key = ChoiceKey(correct=tuple(sorted(draw(st.sets(st.integers(0, 3), min_size=1)))))
        case TrueFalseKey():
            key = TrueFalseKey(value=draw(st.booleans()))
        case BlanksKey():
            key = BlanksKey(blanks=tuple((word,) for word in draw(st.permutations(WORDS))[:3]))
        case MatchingKey(pairs=pairs, distractors=distractors):
            matches = draw(st.permutations([match for _, match in pairs]))
            prompts = [prompt for prompt, _ in pairs]
            key = MatchingKey(
                pairs=tuple(zip(prompts, matches, strict=True)), distractors=distractors
            )
        case _:
            raise AssertionError(question.key)
    return msgspec.structs.replace(question, key=key)


@st.composite
def corrected(draw: st.DrawFn) -> tuple[list[tuple[Question, Any]], list[Question]]:
    """A paper with answers, and its questions with other keys."""
    paper = draw(papers())
    return paper, [draw(rekeyed(question)) for question, _ in paper]


penalties = st.none() | st.integers(0, 100_000)


@given(corrected(), penalties)
def test_a_regrade_is_marking_from_the_beginning_with_the_new_key(
    case: tuple[list[tuple[Question, Any]], list[Question]], penalty: int | None
) -> None:
    paper, new = case
    asked, answers = [question for question, _ in paper], given_answers(paper)
    regrades = {each.id: [regrade(RegradePolicy.PRESENT_KEY, each)] for each in new}
    before = marked(asked, answers, penalty=penalty)
    after = marked(asked, answers, before, penalty=penalty, regrades=regrades)
    assert after == marked(new, answers, penalty=penalty)
    assert score(after) == score(marked(new, answers, penalty=penalty))


@given(papers(), st.sampled_from(POLICIES), st.integers(1, 3))
def test_the_same_decision_once_more_changes_nothing(
    paper: list[tuple[Question, Any]], policy: RegradePolicy, times: int
) -> None:
    asked, answers = [question for question, _ in paper], given_answers(paper)
    regrades = {each.id: [regrade(policy, each)] for each in asked}
    once = marked(asked, answers, regrades=regrades)
    again = {key: each * times for key, each in regrades.items()}
    assert marked(asked, answers, once, regrades=again) == once
    if policy in (RegradePolicy.PRESENT_KEY, RegradePolicy.ONLY_UPWARD):
        assert once == marked(asked, answers)


@given(corrected(), penalties)
def test_upward_nobody_gets_less(
    case: tuple[list[tuple[Question, Any]], list[Question]], penalty: int | None
) -> None:
    paper, new = case
    asked, answers = [question for question, _ in paper], given_answers(paper)
    regrades = {each.id: [regrade(RegradePolicy.ONLY_UPWARD, each)] for each in new}
    before = marked(asked, answers, penalty=penalty)
    after = marked(asked, answers, before, penalty=penalty, regrades=regrades)
    present = marked(new, answers, penalty=penalty)
    for old, mark, now in zip(before, after, present, strict=True):
        assert mark.earned == max(old.earned, now.earned)
    assert score(after).percentage >= score(before).percentage


@given(papers(), st.data())
def test_full_points_are_for_everybody_and_what_is_left_out_counts_for_nobody(
    paper: list[tuple[Question, Any]], data: st.DataObject
) -> None:
    asked, answers = [question for question, _ in paper], given_answers(paper)
    chosen = data.draw(st.sampled_from(asked)).id
    before = marked(asked, answers)
    rest = [mark for mark in before if mark.question_id != chosen]
    full = marked(asked, answers, before, regrades={chosen: [regrade(RegradePolicy.FULL_POINTS)]})
    [mark] = [each for each in full if each.question_id == chosen]
    assert (mark.earned, mark.correct, mark.review) == (mark.most, True, False)
    out = marked(asked, answers, before, regrades={chosen: [regrade(RegradePolicy.LEAVE_OUT)]})
    assert score(out) == score(tuple(rest))


# --- several decisions ----------------------------------------------------------------------------

RED, BLUE = (
    msgspec.structs.replace(CHOICE, key=ChoiceKey(correct=(place,)), multiple=False)
    for place in (0, 1)
)


def earned(answer: int, *decisions: Regrade) -> Decimal:
    return decided(RED, answer_of([answer]), decisions).earned


def test_the_newest_decision_counts() -> None:
    most = Decimal(str(RED.points))
    present, full = regrade(RegradePolicy.PRESENT_KEY, BLUE), regrade(RegradePolicy.FULL_POINTS)
    assert (earned(0, present), earned(1, present)) == (NOTHING, most)
    assert (earned(2, full), earned(2, full, present)) == (most, NOTHING)
    assert earned(0, present, full) == most
    out, upward = regrade(RegradePolicy.LEAVE_OUT), regrade(RegradePolicy.ONLY_UPWARD, BLUE)
    assert decided(RED, None, [out, upward]).left_out
    assert not decided(RED, None, [out, full]).left_out
    assert not decided(RED, None, [out, present]).left_out


def test_upward_knows_what_only_a_person_can_say() -> None:
    nothing = msgspec.structs.replace(TEXT, key=TextKey())
    given_one = answer_of("a wrong one")
    upward = decided(TEXT, given_one, [regrade(RegradePolicy.ONLY_UPWARD, nothing)])
    assert (upward.automatic, upward.review) == (NOTHING, True)
    review = frozenset[QuestionType]()
    harsh = [regrade(RegradePolicy.ONLY_UPWARD, TEXT)]
    now = decided(nothing, given_one, harsh, review=review, penalty=100_000)
    assert (now.automatic, now.correct) == (NOTHING, False)
    right = msgspec.structs.replace(TEXT, key=TextKey(accepted=("a wrong one",)))
    now = decided(nothing, given_one, [regrade(RegradePolicy.ONLY_UPWARD, right)], review=review)
    assert now.earned == now.most


def mark(**more: Any) -> Mark:
    fields = {"question_id": "q", "most": Decimal(2), "automatic": Decimal(1), **more}
    return Mark(**fields)


@pytest.mark.parametrize(
    ("given", "automatic", "policy", "counts"),
    [
        (None, 1, RegradePolicy.PRESENT_KEY, 1),
        (2, 1, RegradePolicy.PRESENT_KEY, 1),
        (2, 1, RegradePolicy.ONLY_UPWARD, 2),
        (0, 1, RegradePolicy.ONLY_UPWARD, 1),
        (2, None, RegradePolicy.PRESENT_KEY, 2),
    ],
)
def test_what_persons_gave_stays_unless_it_is_said_otherwise(
    given: int | None, automatic: int | None, policy: RegradePolicy, counts: int
) -> None:
    by_hand = None if given is None else Decimal(given)
    key = None if automatic is None else Decimal(automatic)
    old = mark(given=by_hand, comment="So")
    new = kept(old, mark(automatic=key))
    assert (new.given, new.comment) == (by_hand, "So")
    assert over_given(new, policy).earned == counts


def test_a_comment_without_points_is_kept_too() -> None:
    old = mark(review=True, comment="See me")
    assert kept(old, mark(review=True)).comment == "See me"
    assert kept(old, mark(review=True, revision=2)).comment is None


# --- which answers, and which versions ------------------------------------------------------------


def asking(question: Question, **more: Any) -> Question:
    return msgspec.structs.replace(question, **more)


HOTSPOT = asking(
    CHOICE,
    type=QuestionType.HOTSPOT,
    options=(),
    multiple=None,
    media_url="/one",
    key=HotspotKey(places=(Rectangle(left=0, top=0, right=5, bottom=5),)),
)
ORDER = asking(
    CHOICE, type=QuestionType.ORDERING, options=(), multiple=None, key=OrderingKey(items=("a", "b"))
)


@pytest.mark.parametrize(
    ("asked", "present", "fits"),
    [
        (RED, BLUE, True),
        (RED, asking(RED, options=RED.options[::-1]), False),
        (RED, TRUE_FALSE, False),
        (TEXT, asking(TEXT, key=TextKey(accepted=("other",)), text="Other?"), True),
        (BLANKS, asking(BLANKS, key=BlanksKey(blanks=(("a",),) * 7)), False),
        (MATCHING, MATCHING, True),
        (MATCHING, asking(MATCHING, key=MatchingKey(pairs=(("new", "new"),))), False),
        (HOTSPOT, asking(HOTSPOT, media_url="/another"), False),
        (HOTSPOT, HOTSPOT, True),
        (ORDER, asking(ORDER, key=OrderingKey(items=("b", "a"))), True),
        (ORDER, asking(ORDER, key=OrderingKey(items=("b", "c"))), False),
        (ESSAY, ESSAY, True),
    ],
)
def test_a_key_says_something_of_answers_to_the_same_options(
    asked: Question, present: Question, fits: bool
) -> None:
    assert answers_fit(asked, present) is fits


def test_a_decision_is_about_the_versions_of_before_and_the_same_question() -> None:
    decision = regrade(RegradePolicy.FULL_POINTS, RED, 3)
    assert applies(decision, BLUE, 3)
    assert applies(decision, asking(RED, explanation="Now with one"), 4)
    assert not applies(decision, BLUE, 4)
    assert not applies(regrade(RegradePolicy.LEAVE_OUT, None, 3), RED, 4)


# --- who may, and what is refused -----------------------------------------------------------------


def command(policy: RegradePolicy, by: str = "vera", **more: Any) -> RegradeQuestion:
    return RegradeQuestion(
        by=by, by_role="educator", quiz_id="z", question_id="q", policy=policy, **more
    )


def facts(**more: Any) -> RegradeFacts:
    known: dict[str, Any] = {"course": COURSE, "question_id": "q", "revision": 5}
    return RegradeFacts(**{**known, "present": BLUE, "asked": [RED], **more})


PRESENT_KEY, FULL = RegradePolicy.PRESENT_KEY, RegradePolicy.FULL_POINTS


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"present": None}, "QUESTION_GONE"),
        ({"lacking": True}, "QUIZ_INCOMPLETE"),
        ({"asked": [RED, TRUE_FALSE]}, "QUESTION_DIFFERS"),
    ],
)
def test_a_key_that_says_nothing_is_refused_and_other_policies_are_not(
    more: dict[str, Any], code: str
) -> None:
    for policy in POLICIES:
        if policy in (FULL, RegradePolicy.LEAVE_OUT):
            assert len(rules.may_regrade(command(policy))(facts(**more))) == 1
            continue
        with pytest.raises(RefusedError) as refused:
            rules.may_regrade(command(policy))(facts(**more))
        assert refused.value.code == code


def test_who_does_not_teach_regrades_nothing_and_previews_nothing() -> None:
    with pytest.raises(AuthorizationError):
        rules.may_regrade(command(FULL, by="ben"))(facts())
    asked = {"quiz_id": "z", "question_id": "q", "policy": FULL, "first": 5}
    preview = PreviewRegrade(by="ben", by_role="student", **asked)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        rules.may_preview(preview)(facts())
    with pytest.raises(NotFoundError):
        rules.may_regrade(command(FULL))(facts(asked=[]))


def test_a_quiz_that_somebody_changed_meanwhile_is_not_regraded() -> None:
    rule = rules.may_regrade(command(FULL, expected_revision=4))
    with pytest.raises(RefusedError) as refused:
        rule(facts())
    assert refused.value.code == "QUIZ_CHANGED"
    decided_before = (regrade(FULL, BLUE, 5),)
    assert rule(facts(known=decided_before)) == decided_before


def test_decisions_that_bear_on_each_other_are_bounded() -> None:
    keys = [asking(BLUE, key=ChoiceKey(correct=(n,))) for n in range(MAX_REGRADES)]
    known = tuple(regrade(RegradePolicy.ONLY_UPWARD, each, 1) for each in keys)
    with pytest.raises(ValidationError):
        rules.may_regrade(command(FULL))(facts(known=known))
    again = rules.may_regrade(command(RegradePolicy.ONLY_UPWARD))
    assert len(again(facts(known=known, present=keys[0]))) == MAX_REGRADES
    assert len(rules.may_regrade(command(PRESENT_KEY))(facts(known=known))) == 1


@pytest.mark.parametrize(("first", "after"), [(0, ""), (201, ""), (5, "x"), (5, "12345678")])
def test_pages_of_a_preview_are_bounded(first: int, after: str) -> None:
    preview = PreviewRegrade(
        by="vera",
        by_role="educator",
        quiz_id="z",
        question_id="q",
        policy=FULL,
        first=first,
        after=after,
    )
    with pytest.raises(ValidationError):
        rules.page_of(preview)
    assert rules.page_of(msgspec.structs.replace(preview, first=7, after="14")) == (7, 14)
