"""The texts of e-mails about enrolments.

A teacher chooses the title of a course, and who gets the e-mail. A title that reads like an address
is left out, as such a name is.
"""

from __future__ import annotations

from gateway.email_writing import Said, Wording, has_address
from protocol.enrollments.emails import InvitedToCourse


def _invited(message: InvitedToCourse) -> Said:
    title = message.course_title
    course = "a course" if has_address(title) else f"the course “{title}”"
    return Said(
        subject="You are invited to a course",
        before=(
            f"A teacher invites you to {course}.",
            "Follow the link to take part. Who has no account yet makes one there.",
        ),
        action="Take part",
        path=f"/join-course#invitation={message.token}&course={message.course_id}",
        after=(
            f"The link is good for {message.days} days, and once.",
            "If you do not want to, ignore this e-mail.",
        ),
    )


EMAILS: Wording = {InvitedToCourse: _invited}
