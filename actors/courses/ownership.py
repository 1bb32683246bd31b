"""The rules of passing a course on: it is offered and accepted, or an admin transfers it."""

from __future__ import annotations

from protocol.errors import NotFoundError
from protocol.permissions import Relation, by_role, require
from protocol.records.common import CourseFacts
from protocol.records.courses import AcceptRule, DeclineRule, OfferFacts


def acceptable(by: str, role: str, now: int) -> AcceptRule:
    """The rule for accepting: whom the course is offered to, as long as the offer is good."""

    def rule(course: CourseFacts, offer: OfferFacts | None) -> bool:
        require("acceptCourse", by_role(by, role) | _own(offer, by), role)
        if offer is None and course.instructor_id == by:
            return False
        _check_open(course, offer, now)
        return True

    return rule


def declinable(by: str, role: str, now: int) -> DeclineRule:
    """The rule for ending an offer: whom it is made to, the instructor and admins."""

    def rule(course: CourseFacts, offer: OfferFacts | None) -> None:
        require("declineCourse", course.relations(by, role) | _own(offer, by), role)
        _check_open(course, offer, now)

    return rule


def _own(offer: OfferFacts | None, by: str) -> frozenset[Relation]:
    """Whose offer it is; one that does not exist is nobody else's, and is not found later."""
    return frozenset({Relation.OWNER} if offer is None or offer.to_id == by else ())


def _check_open(course: CourseFacts, offer: OfferFacts | None, now: int) -> None:
    if offer is None or offer.expires_at <= now:
        raise NotFoundError("offer", course.id)
