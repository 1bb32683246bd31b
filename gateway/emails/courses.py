"""The texts of e-mails about courses.

An educator chooses the title of a course, and by an offer who gets the e-mail. A title that reads
like an address is left out, as such a name is.
"""

from __future__ import annotations

from gateway.email_writing import Said, Wording, has_address
from protocol.courses.emails import OwnershipOffered, OwnershipPassed, OwnershipReceived

NOT_YOU = "If this was not you, tell the people who run this site."


def _offered(message: OwnershipOffered) -> Said:
    return Said(
        subject="You are offered a course",
        before=(
            f"{_course(message.course_title)} is to become yours, with its students and its"
            " content, if you accept it.",
        ),
        after=(
            f"The offer is good for {message.days} days. Until you accept, nothing changes; if you"
            " do not want the course, decline it or ignore this e-mail.",
        ),
    )


def _received(message: OwnershipReceived) -> Said:
    return Said(
        subject="A course is yours now",
        before=(
            "The people who run this site have made you the owner of"
            f" {_course(message.course_title, within=True)}, with its students and its content.",
        ),
    )


def _passed(message: OwnershipPassed) -> Said:
    stays = "You stay as a co-teacher." if message.stays else "You do not teach it any more."
    return Said(
        subject="A course of yours has another owner",
        before=(f"{_course(message.course_title)} has another owner now. {stays}",),
        after=(NOT_YOU,),
    )


def _course(title: str, *, within: bool = False) -> str:
    if has_address(title):
        return "a course" if within else "A course"
    return f"“{title}”"


EMAILS: Wording = {
    OwnershipOffered: _offered,
    OwnershipReceived: _received,
    OwnershipPassed: _passed,
}
