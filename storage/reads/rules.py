"""Who may see what, as SQL predicates derived from the table of permissions.

Rules beyond relations to a course are in their domains. Also here is how they search for words.
"""

from __future__ import annotations

from protocol.permissions import PERMISSIONS, VISIBLE, Relation
from storage.reads.binding import LOOKED_UP

ADMIN = "{role} = 'admin'"
TEACHING = {Relation.CO_TEACHER: "co_teacher", Relation.ASSISTANT: "assistant"}


def visible(name: str, course_id: str = "", *, owner: str = "", students: str = "") -> str:
    """The viewer has one of the relations that `VISIBLE` names.

    `course_id` and `owner` are SQL for the ids of the course and of the owner, if the table needs
    them; `students` is a further condition for students.
    """
    return granted(VISIBLE[name].to, course_id, owner=owner, students=students)


def permitted(operation: str, course_id: str) -> str:
    """The viewer may do this in the course, as `PERMISSIONS` says of the operation."""
    return granted(PERMISSIONS[operation].to, course_id)


def granted(to: frozenset[Relation], course_id: str, *, owner: str = "", students: str = "") -> str:
    """The viewer has one of these relations, as for `visible`."""
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
    """The viewer is or was enrolled; a student who dropped out still sees the course exists."""
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


def holds_words(key: str) -> str:
    """A column of keys (`protocol.searching`) holds every word of the argument, a `words`.

    An index of trigrams is looked up for the longest words: it knows no `all`. Where there are
    fewer, PostgreSQL leaves the rest out when it plans for these words.
    """
    looked_up = f"{key} like ({{arg}})[1]" + "".join(
        f" and (({{arg}})[{n}] is null or {key} like ({{arg}})[{n}])"
        for n in range(2, LOOKED_UP + 1)
    )
    return f"({looked_up} and (cardinality({{arg}}) <= {LOOKED_UP} or {key} like all ({{arg}})))"
