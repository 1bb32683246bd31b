"""The rules of enrolling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.enrollments import machine
from actors.enrollments.handler import EnrollmentsHandler
from protocol.errors import RefusedError
from protocol.lifecycle import Done
from protocol.records.common import CourseFacts


@given(
    student=st.sampled_from(["mira", "vera", "ben"]),
    status=st.sampled_from(["draft", "pending_review", "published", "archived"]),
    price=st.integers(0, 2),
)
def test_only_a_published_free_course_of_somebody_else_can_be_entered(
    student: str, status: str, price: int
) -> None:
    course = CourseFacts(
        id="c", instructor_id="vera", co_teacher_ids=("ben",), status=status, price=price
    )
    rule = machine.enrollable(student)
    if student == "mira" and status == "published" and price == 0:
        rule(course, False)
        return
    with pytest.raises(RefusedError) as refusal:
        rule(course, False)
    if student != "mira":
        expected = "TEACHES_COURSE"
    else:
        expected = "PAYMENT_REQUIRED" if status == "published" else "COURSE_NOT_PUBLISHED"
    assert refusal.value.code == expected


def test_a_removed_student_hears_that_and_nothing_more() -> None:
    course = CourseFacts(id="c", instructor_id="vera", status="draft", price=2)
    for rule in (machine.enrollable("mira"), machine.enrollable("mira", paid=True)):
        with pytest.raises(RefusedError) as refusal:
            rule(course, True)
        assert refusal.value.code == "REMOVED_FROM_COURSE"
        assert refusal.value.details == {}


async def test_a_message_of_another_domain_is_a_mistake() -> None:
    unused: Any = None
    with pytest.raises(TypeError):
        await EnrollmentsHandler(
            records=unused, invitations=unused, seal=unused, clock=unused, random=unused
        ).handle(Done())
