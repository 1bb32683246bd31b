"""The rules of courses."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.courses import machine
from actors.courses.handler import CoursesHandler
from protocol.courses.commands import AddLesson, AddModule, CreateCourse
from protocol.courses.values import Difficulty, LessonType
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.lifecycle import Done
from protocol.records.common import CourseFacts
from protocol.records.courses import PublishFacts

RIGHT: dict[str, Any] = {
    "by": "vera",
    "by_role": "educator",
    "title": "The sky",
    "description": "<p>Stars<script>alert(1)</script></p>",
    "category": "science",
    "difficulty": Difficulty.BEGINNER,
}
COURSE = CourseFacts(id="c", instructor_id="vera", co_teacher_ids=("ben",))


def wrong_fields(error: ValidationError) -> set[str]:
    return {problem["field"] for problem in error.details["fields"]}


def create(**changes: Any) -> Any:
    return machine.new_course(CreateCourse(**{**RIGHT, **changes}), str(uuid4()), 5)


def lesson(kind: LessonType, **more: Any) -> Any:
    command = AddLesson(by="vera", by_role="educator", module_id="m", title="L", type=kind, **more)
    return machine.new_lesson(command, "l", 5)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The Sky, at Night!", "the-sky-at-night"),
        ("  Café déjà vu ", "cafe-deja-vu"),
        ("数学入門", "数学入門"),
        ("गणित का परिचय", "गणित-का-परिचय"),
        ("Ёлки и ель", "ёлки-и-ель"),
        ("𝐌𝐚𝐭𝐡 𝟏𝟎𝟏", "math-101"),
        ("😀 !!", "course"),
        ("a" * 300, "a" * 80),
    ],
)
def test_a_title_becomes_a_readable_slug_in_any_script(title: str, slug: str) -> None:
    assert machine.slug(title) == slug


@given(title=st.text(max_size=300))
def test_a_slug_is_short_clean_and_stable(title: str) -> None:
    slug = machine.slug(title)
    assert 1 <= len(slug) <= machine.MAX_SLUG
    assert machine.slug(slug) == slug
    assert not set(slug) & set(" /?#%&\\\n")


@given(title=st.text(max_size=300))
def test_the_last_resort_of_two_courses_always_differs(title: str) -> None:
    assert machine.slugs(title, "one")[-1] != machine.slugs(title, "two")[-1]
    assert len(set(machine.slugs(title, "one"))) == machine.NUMBERED_SLUGS + 1


def test_a_course_is_cleaned() -> None:
    course = create(title=" The sky ", currency="eur", price=500, enrollment_limit=30)
    assert (course.command.title, course.command.currency) == ("The sky", "EUR")
    assert course.command.description == "<p>Stars</p>"


def test_all_wrong_fields_of_a_course_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as refusal:
        create(
            title="two\nlines",
            description="",
            category="c" * 101,
            price=-1,
            currency="euro",
            enrollment_limit=0,
        )
    assert wrong_fields(refusal.value) == {
        *("title", "description", "category", "price", "currency", "enrollmentLimit"),
    }


@pytest.mark.parametrize(
    ("price", "currency", "field"),
    [
        (1, "KWD", "currency"),
        (100 * machine.MAX_PRICE + 1, "USD", "price"),
        (10**8, "JPY", "price"),
    ],
)
def test_a_price_must_fit_its_column(price: int, currency: str, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        create(price=price, currency=currency)
    assert wrong_fields(refusal.value) == {field}


@pytest.mark.parametrize("title", ["a\0b", "\ud800"])
def test_a_text_the_database_cannot_hold_is_refused(title: str) -> None:
    with pytest.raises(ValidationError):
        create(title=title)


def test_a_student_makes_no_course() -> None:
    with pytest.raises(AuthorizationError) as refusal:
        create(by_role="student")
    assert refusal.value.details == {"required_role": "admin, educator", "user_role": "student"}
    create(by_role="admin")


@given(
    by=st.sampled_from(["vera", "ben", "stranger"]),
    role=st.sampled_from(["student", "educator", "admin"]),
)
def test_only_teachers_and_admins_change_a_course_and_only_its_owner_publishes(
    by: str, role: str
) -> None:
    """Property 10: Resource ownership verification

    Validates: Requirements 2.4
    """
    for operation, allowed in (
        ("updateCourse", role == "admin" or by in ("vera", "ben")),
        ("addCoTeacher", role == "admin" or by == "vera"),
    ):
        rule = machine.permitted(operation, by, role)
        if allowed:
            rule(COURSE)
        else:
            with pytest.raises(AuthorizationError):
                rule(COURSE)


def test_an_archived_course_is_not_changed() -> None:
    archived = CourseFacts(id="c", instructor_id="vera", status="archived")
    with pytest.raises(RefusedError):
        machine.permitted("updateCourse", "vera", "educator")(archived)
    machine.permitted("archiveCourse", "vera", "educator", archived=True)(archived)


@given(modules=st.integers(0, 6), videos=st.lists(st.text(max_size=5), max_size=2))
def test_a_course_is_publishable_with_three_modules_and_all_videos(
    modules: int, videos: list[str]
) -> None:
    facts = PublishFacts(
        course=COURSE,
        modules_with_lessons=modules,
        lessons_without_video=tuple(("l", title) for title in videos),
    )
    rule = machine.publishable("vera", "educator")
    if modules >= 3 and not videos:
        rule(facts)
    else:
        with pytest.raises(RefusedError) as refusal:
            rule(facts)
        assert refusal.value.code == "COURSE_INCOMPLETE"
        fields = [each["field"] for each in refusal.value.details["missing"]]
        assert fields == ["modules"] * (modules < 3) + ["contentUrl"] * len(videos)
        codes = [each["code"] for each in refusal.value.details["missing"]]
        assert codes == ["TOO_FEW"] * (modules < 3) + ["REQUIRED"] * len(videos)


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (LessonType.VIDEO, {"content_url": "https://cdn.example/v.m3u8"}),
        (LessonType.TEXT, {"content_text": "<b>Look</b> up"}),
        (LessonType.QUIZ, {}),
        (LessonType.ASSIGNMENT, {}),
    ],
)
def test_each_type_of_lesson_needs_what_it_shows(kind: LessonType, needed: dict[str, str]) -> None:
    assert lesson(kind, **needed).type == kind.value
    if needed:
        with pytest.raises(ValidationError) as refusal:
            lesson(kind)
        assert len(wrong_fields(refusal.value)) == 1


@pytest.mark.parametrize("url", ["/media/v.mp4", "HTTPS://cdn.example/v", "http://a/b?c=d"])
def test_a_lesson_links_to_the_web_or_to_this_server(url: str) -> None:
    assert lesson(LessonType.VIDEO, content_url=url).content_url == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "https://a b", "ftp://x"]
)
def test_a_lesson_links_to_nothing_else(url: str) -> None:
    with pytest.raises(ValidationError):
        lesson(LessonType.VIDEO, content_url=url)


def test_a_module_is_cleaned_and_checked() -> None:
    command = AddModule(by="vera", by_role="educator", course_id="c", title=" One ")
    module = machine.new_module(command, "m", 5)
    assert (module.title, module.description, module.prerequisite_module_id) == ("One", None, None)
    with pytest.raises(ValidationError):
        machine.new_module(AddModule(by="v", by_role="r", course_id="c", title=""), "m", 5)


async def test_a_message_of_another_domain_is_a_mistake() -> None:
    unused: Any = None
    handler = CoursesHandler(
        records=unused, pictures=unused, clock=unused, random=unused, throttle=unused
    )
    with pytest.raises(TypeError):
        await handler.handle(Done())
