"""Prerequisites over modules and lessons: what is accepted can be completed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.courses import machine
from actors.courses.prerequisites import circle, circle_through
from protocol.errors import RefusedError, ValidationError
from protocol.records.common import CourseFacts
from protocol.records.courses import Prerequisites, PublishFacts

COURSE = CourseFacts(id="c", instructor_id="vera")
MODULES = tuple(f"m{n}" for n in range(4))
LESSONS = {f"l{n}": MODULES[n % 4] for n in range(8)}

changes = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(MODULES), st.sampled_from(MODULES).map(lambda m: (m,))),
        st.tuples(
            st.sampled_from(sorted(LESSONS)),
            st.lists(st.sampled_from(sorted(LESSONS)), max_size=3, unique=True).map(tuple),
        ),
    ),
    max_size=30,
)


def changed(facts: Prerequisites, one: str, needs: tuple[str, ...]) -> Prerequisites:
    if one in facts.modules:
        modules = {**facts.modules, one: needs[0] if needs else None}
        return Prerequisites(modules=modules, lessons=facts.lessons, needs=facts.needs)
    all_needs = {**facts.needs, one: needs}
    return Prerequisites(modules=facts.modules, lessons=facts.lessons, needs=all_needs)


def completable(facts: Prerequisites) -> bool:
    """As a student meets it: what is open is completed, until nothing opens any more."""
    done: set[str] = set()
    while True:
        opened = {
            lesson
            for lesson, module in facts.lessons.items()
            if lesson not in done
            and set(facts.needs.get(lesson, ())) <= done
            and all(
                each in done
                for each, other in facts.lessons.items()
                if other == facts.modules[module]
            )
        }
        if not opened:
            return done == set(facts.lessons)
        done |= opened


def publishable(facts: Prerequisites) -> bool:
    rule = machine.publishable("vera", "educator")
    try:
        rule(PublishFacts(course=COURSE, modules_with_lessons=4, prerequisites=facts))
    except RefusedError as error:
        return [each["field"] for each in error.details["missing"]] != ["prerequisites"]
    return True


@given(edits=changes)
def test_what_is_accepted_edit_by_edit_can_be_completed_and_what_is_refused_could_not(
    edits: list[tuple[str, tuple[str, ...]]],
) -> None:
    facts = Prerequisites(modules=dict.fromkeys(MODULES), lessons=LESSONS)
    rule = machine.without_circle(machine.permitted("updateModule", "vera", "educator"), "needs")
    for one, needs in edits:
        after = changed(facts, one, needs)
        try:
            rule(COURSE, facts, one, needs)
        except ValidationError:
            assert not completable(after)
            assert not publishable(after)
        else:
            assert completable(after)
            assert publishable(after)
            facts = after


@given(edits=changes)
def test_a_course_with_circles_is_published_only_when_the_last_is_mended_each_by_one_edit(
    edits: list[tuple[str, tuple[str, ...]]],
) -> None:
    facts = Prerequisites(modules=dict.fromkeys(MODULES), lessons=LESSONS)
    for one, needs in edits:
        facts = changed(facts, one, needs)
    assert publishable(facts) == completable(facts)
    while found := circle(facts):
        assert found[0] == found[-1]
        loose = next(each for each in found if facts.modules.get(each) or facts.needs.get(each))
        assert not circle_through(facts, loose, ())
        facts = changed(facts, loose, ())
    assert completable(facts)


def test_the_refusal_names_the_way_round() -> None:
    facts = Prerequisites(
        modules={"one": None, "two": "one"},
        lessons={"a": "one", "b": "two"},
        titles={"one": "Basics", "two": "More", "a": "Stars", "b": "Planets"},
    )
    rule = machine.without_circle(machine.permitted("updateModule", "vera", "educator"), "needs")
    with pytest.raises(ValidationError) as refusal:
        rule(COURSE, facts, "a", ("b",))
    [problem] = refusal.value.details["fields"]
    assert problem["message"].endswith("Stars → Basics → Planets → Stars")


def test_a_circle_through_very_many_lessons_is_found() -> None:
    lessons = [f"l{n}" for n in range(40_000)]
    needs = {one: (other,) for one, other in itertools.pairwise(lessons)}
    facts = Prerequisites(modules={"m": None}, lessons=dict.fromkeys(lessons, "m"), needs=needs)
    assert not circle(facts)
    assert len(circle_through(facts, lessons[-1], (lessons[0],))) == len(lessons) + 1
