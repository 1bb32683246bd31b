"""The rules of links and invitations, by which students come into a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from actors.enrollments.lists import ListedAddress
from actors.enrollments.machine import enrollable
from actors.fields import Fields
from protocol.courses.values import CourseStatus
from protocol.enrollments.invitations import (
    LINK_DAYS,
    MAX_LINK_DAYS,
    MAX_LINKS,
    MAX_USES,
    CreateEnrollmentLink,
    EnrollByLink,
    InvitationStatus,
    InvitedLine,
    InviteStudents,
)
from protocol.errors import RefusedError
from protocol.permissions import require
from protocol.records.common import CourseFacts
from protocol.records.enrollments import (
    EntryRule,
    InvitedFacts,
    InviteRule,
    LinkFacts,
    LinkRule,
    NewLinkRule,
)
from protocol.validation import Rule

DAY_MS = 24 * 3600 * 1000
EMAILS_PER_TEACHER = 2_000
"""In a day: several large courses at once."""
EMAILS_PER_ADDRESS = 20
"""In a day, from everybody: the courses of a new term."""


def link_end(command: CreateEnrollmentLink, now: int) -> int:
    """When the new link ends. Raises `ValidationError`, also for `max_uses`."""
    fields = Fields()
    fields.optional_number("maxUses", command.max_uses, 1, MAX_USES)
    latest = now + MAX_LINK_DAYS * DAY_MS
    ends = now + LINK_DAYS * DAY_MS if command.expires_at is None else command.expires_at
    if ends <= now:
        fields.wrong("expiresAt", Rule.TOO_EARLY, "must be in the future")
    elif ends > latest:
        said = f"must be within {MAX_LINK_DAYS} days"
        fields.wrong("expiresAt", Rule.TOO_LARGE, said, max=latest)
    fields.check()
    return ends


def linkable(by: str, role: str) -> NewLinkRule:
    """The rule for a new link: also of a draft, which takes nobody before it is published."""

    def rule(course: CourseFacts, kept: int) -> None:
        require("createEnrollmentLink", course.relations(by, role), role)
        if course.status == CourseStatus.ARCHIVED:
            raise RefusedError("COURSE_ARCHIVED", "An archived course takes no students")
        if kept >= MAX_LINKS:
            raise RefusedError("TOO_MANY_LINKS", f"A course has at most {MAX_LINKS} links")

    return rule


def good(now: int) -> LinkRule:
    """Whether the link, or the invitation, can be used now."""

    def rule(link: LinkFacts | None) -> None:
        if link is None:
            raise not_good("unknown")
        if link.revoked:
            raise not_good("revoked")
        if link.expires_at <= now:
            raise not_good("expired")
        if link.max_uses is not None and link.uses >= link.max_uses:
            raise not_good("used_up")

    return rule


SAID = {
    "unknown": "This link is not known, or was used",
    "revoked": "This link was revoked; ask for another one",
    "expired": "This link has run out; ask for another one",
    "used_up": "This link was used as often as it may be; ask for another one",
}


def not_good(reason: str) -> RefusedError:
    """The refusal of a token."""
    return RefusedError("ENROLLMENT_LINK_INVALID", SAID[reason], reason=reason)


def entering(command: EnrollByLink) -> EntryRule:
    """The rule from the table of permissions, for a course that is `enrollable`."""
    entry = enrollable(command.by)

    def rule(course: CourseFacts, removed: bool) -> None:
        require("enrollByLink", course.relations(command.by, command.by_role), command.by_role)
        entry(course, removed)

    return rule


def inviting(command: InviteStudents, addresses: Iterable[str]) -> InviteRule:
    """What becomes of each address, in this order: places go to the first ones."""

    def rule(course: CourseFacts, facts: InvitedFacts) -> Mapping[str, InvitationStatus]:
        relations = course.relations(command.by, command.by_role)
        require("inviteStudents", relations, command.by_role)
        if course.status != CourseStatus.PUBLISHED:
            raise RefusedError("COURSE_NOT_PUBLISHED", "This course is not open for enrolment")
        found: dict[str, InvitationStatus] = {}
        places, emails = facts.places, EMAILS_PER_TEACHER - facts.sent
        for email in addresses:
            known = facts.standing.get(email) or facts.pending.get(email)
            if known is not None and known is not InvitationStatus.INVITED:
                found[email] = known
            elif emails <= 0 or facts.sent_to.get(email, 0) >= EMAILS_PER_ADDRESS:
                found[email] = InvitationStatus.TOO_OFTEN
            elif known is None and places is not None and places <= 0:
                found[email] = InvitationStatus.NO_PLACE
            else:
                found[email] = InvitationStatus.INVITED
                emails -= 1
                places = places if known or places is None else places - 1
        return found

    return rule


def report(
    lines: Iterable[ListedAddress], became: Mapping[str, InvitationStatus]
) -> tuple[InvitedLine, ...]:
    """What has become of every line."""
    first: dict[str, int] = {}
    found = []
    for each in lines:
        if each.wrong is not None:
            said = {"code": each.wrong.rule.value, "reason": each.wrong.message}
            found.append(_line(each, InvitationStatus.INVALID, **said))
        elif each.email in first:
            same = first[each.email]
            found.append(_line(each, InvitationStatus.DUPLICATE, same_as=same))
        else:
            first[each.email] = each.line
            found.append(_line(each, became[each.email]))
    return tuple(found)


def _line(listed: ListedAddress, status: InvitationStatus, **more: str | int) -> InvitedLine:
    return InvitedLine(line=listed.line, address=listed.said, status=status, **more)  # type: ignore[arg-type]
