"""Who may see what, as SQL predicates: made of the table of permissions, used by every domain.

What a rule is about beyond relations to a course stands with its domain.
"""

from __future__ import annotations

from protocol.permissions import VISIBLE, Relation

ADMIN = "{role} = 'admin'"
TEACHING = {Relation.CO_TEACHER: "co_teacher", Relation.ASSISTANT: "assistant"}


def visible(name: str, course_id: str = "", *, owner: str = "", students: str = "") -> str:
    """The viewer is one of those to whom `VISIBLE` shows it.

    `course_id` and `owner` are SQL for the ids of the course and of the owner, where the table asks
    for them; `students` is what has to be so beside being one.
    """
    to = VISIBLE[name].to
    parts = [ADMIN] if Relation.ADMIN in to else []
    if Relation.OWNER in to:
        parts.append(f"{owner} = {{viewer}}")
    if Relation.INSTRUCTOR in to:
        parts.append(
            f"exists (select 1 from courses c where c.id = {course_id}"
            " and c.instructor_id = {viewer})"
        )
    parts += _teaching(to, course_id)
    if {Relation.STUDENT, Relation.FORMER} <= to:
        parts.append(ever_enrolled(course_id))
    elif Relation.STUDENT in to:
        enrolment = enrolled(course_id)
        parts.append(f"({students} and {enrolment})" if students else enrolment)
    return f"({' or '.join(parts)})"


def _teaching(to: frozenset[Relation], course_id: str) -> list[str]:
    roles = [role for relation, role in TEACHING.items() if relation in to]
    if not roles:
        return []
    of_role = "" if len(roles) == len(TEACHING) else f" and ct.role = '{roles[0]}'"
    return [
        f"exists (select 1 from course_teachers ct where ct.course_id = {course_id}"
        f" and ct.user_id = {{viewer}}{of_role})"
    ]


def ever_enrolled(course_id: str) -> str:
    """The viewer is or was enrolled; one who dropped out still sees that the course exists."""
    return (
        f"exists (select 1 from enrollments e where e.course_id = {course_id}"
        " and e.student_id = {viewer})"
    )


def enrolled(course_id: str) -> str:
    """The viewer is enrolled and has not dropped out."""
    return (
        f"exists (select 1 from enrollments e where e.course_id = {course_id}"
        " and e.student_id = {viewer} and e.status <> 'dropped')"
    )
