"""Answers that two persons grade: what follows from both, and what neither may do alone.

As long as one has graded, nothing counts. Where both are near enough, their mean does; where they
are not, the answer waits until somebody who sees both decides.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from msgspec import structs

from actors.assessments.attempts.given import Said, given_mark
from protocol.assessments.attempts.marks import Grade, Mark, rounded
from protocol.assessments.attempts.requests import GivenMark
from protocol.assessments.rubrics import Rubric
from protocol.errors import ValidationError
from protocol.validation import Rule

BOTH = 2


class Grading(NamedTuple):
    """What a person gives for an answer, with its cleaned texts; `at` names it in errors."""

    given: GivenMark
    text: Said
    rubric: Rubric | None
    at: str

    def of(self, mark: Mark) -> Mark:
        """The mark with it."""
        return given_mark(mark, self.given, self.text, self.rubric, self.at)

    @property
    def worth(self) -> bool:
        """Whether it says what the answer earns, and not only something about it."""
        return self.given.points is not None or self.given.levels is not None


def judged(mark: Mark, grading: Grading, *, by: str, within: int | None) -> Mark:
    """The mark after a person has given something for the answer. Raises `ValidationError`.

    `within` is by how much two grades may differ, in per cent of the points; None: one is enough,
    as it is for what waits for nobody. A `final` mark is given where both have graded.
    """
    if not grading.given.final and (within is None or not (mark.review or mark.grades)):
        return grading.of(mark)
    if not grading.worth:
        raise ValidationError.of(
            f"{grading.at}.points", Rule.REQUIRED, "is required of each grader"
        )
    if not grading.given.final:
        assert within is not None
        return _graded_by(mark, grading, by, within)
    if len(mark.grades) < BOTH:
        said = "is for what two have graded"
        raise ValidationError.of(f"{grading.at}.final", Rule.NOT_APPLICABLE, said)
    if mark.given is not None:
        return grading.of(mark)
    told = _told(mark)
    return structs.replace(grading.of(told), comment=grading.text.comment or told.comment)


def _told(mark: Mark) -> Mark:
    """With what both say about the answer, which stays where whoever decides says nothing else."""
    one, other = mark.grades
    passages = sorted((*one.passages, *other.passages), key=lambda each: (each.start, each.end))
    comment = "\n\n".join(filter(None, (one.comment, other.comment))) or None
    return structs.replace(mark, comment=comment, passages=tuple(passages))


def _graded_by(mark: Mark, grading: Grading, by: str, within: int) -> Mark:
    """A grade takes the place of an earlier one by the same person, until both have decided it."""
    own = next((each for each in mark.grades if each.by == by), None)
    alone = structs.replace(mark, given=None, levels=None, passages=own.passages if own else ())
    found = grading.of(alone)
    assert found.given is not None
    grade = Grade(
        by=by,
        points=found.given,
        levels=found.levels,
        comment=found.comment,
        passages=found.passages,
    )
    if grade == own:
        return mark  # once more changes nothing
    full = len(mark.grades) == BOTH
    if full and (own is None or not mark.review):
        said = "must be true where two have graded already"
        raise ValidationError.of(f"{grading.at}.final", Rule.MUST_BE_TRUE, said)
    if own is None:
        grades = (*mark.grades, grade)
    else:
        grades = tuple(grade if each is own else each for each in mark.grades)
    return _reconciled(structs.replace(mark, grades=grades), within)


def _reconciled(mark: Mark, within: int) -> Mark:
    """What counts of two grades: their mean, if they are near enough."""
    if len(mark.grades) < BOTH:
        return mark
    one, other = mark.grades
    if abs(one.points - other.points) * 100 > within * mark.most:
        return mark
    mean = rounded((Fraction(one.points) + Fraction(other.points)) / 2)
    return structs.replace(
        _told(mark),
        given=mean,
        levels=one.levels if one.levels == other.levels else None,
        correct=mean >= mark.most,
        review=False,
    )
