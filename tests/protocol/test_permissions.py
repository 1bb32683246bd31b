"""The table of permissions: what it names, and how it is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.graphql.schema import MUTATIONS
from protocol.errors import AuthenticationError, AuthorizationError
from protocol.permissions import PERMISSIONS, Relation, by_role, require
from protocol.records.common import CourseFacts

COURSE = CourseFacts(
    id="c", instructor_id="ivy", co_teacher_ids=("cora",), assistant_ids=("tess", "cora")
)


def test_every_mutation_is_in_the_table_and_nothing_else_is() -> None:
    assert set(PERMISSIONS) == set(MUTATIONS)


@given(st.sampled_from(sorted(PERMISSIONS)), st.frozensets(st.sampled_from(Relation)))
def test_one_allowed_relation_is_enough_and_none_is_refused(
    operation: str, held: frozenset[Relation]
) -> None:
    allowed = bool(held & PERMISSIONS[operation].to)
    if allowed:
        require(operation, held, "student")
    elif Relation.GUEST in held:
        with pytest.raises(AuthenticationError):
            require(operation, held, "")
    else:
        with pytest.raises(AuthorizationError) as refusal:
            require(operation, held, "student")
        assert refusal.value.details["user_role"] == "student"


@pytest.mark.parametrize(
    ("user", "role", "relations"),
    [
        (None, "", {Relation.GUEST}),
        ("sue", "student", {Relation.USER}),
        ("ed", "educator", {Relation.USER, Relation.EDUCATOR}),
        ("root", "admin", {Relation.USER, Relation.ADMIN}),
    ],
)
def test_a_role_alone_is_a_relation_to_everything(
    user: str | None, role: str, relations: set[Relation]
) -> None:
    assert by_role(user, role) == relations


def test_one_may_be_several_things_to_a_course() -> None:
    assert COURSE.relations("ivy", "educator") == {
        Relation.USER,
        Relation.EDUCATOR,
        Relation.INSTRUCTOR,
    }
    assert COURSE.relations("cora", "admin") == {
        Relation.USER,
        Relation.ADMIN,
        Relation.CO_TEACHER,
        Relation.ASSISTANT,
    }
    assert COURSE.staffed_by("tess")
    assert not COURSE.taught_by("tess")
