"""Whether students see what an attempt has earned, as an obvious function."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.storage.reads.look import Look
from tests.storage.reads.rows import Row


def quiz_row(look: Look, row: Row) -> Row:
    """The quiz of a submission."""
    quiz = look.school.find("quizzes", id=row["quiz_id"])
    assert quiz is not None
    return quiz


def shown(look: Look, row: Row) -> bool:
    """Whether the student sees the result."""
    quiz = quiz_row(look, row)
    if row["status"] != "submitted" or row["grading_status"] not in ("auto_graded", "graded"):
        return False
    if quiz["results_shown"] == "graded":
        return True
    until = quiz["available_until" if quiz["results_shown"] == "closed" else "results_released_at"]
    return until is not None and until <= datetime.now(UTC)
