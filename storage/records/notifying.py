"""Notifications of users, announced with what they are about; nothing is kept of them."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from protocol.envelope import Address
from protocol.notifications import NotificationCreated, NotificationType
from protocol.ports import OutboxEvent


def about_grade(recipient_id: str, submission_id: str, title: str, at: int) -> OutboxEvent:
    """Tell a student that somebody has graded a quiz. The same id as `about_course` has it."""
    created = NotificationCreated(
        notification_id=str(uuid5(NAMESPACE_URL, f"{submission_id}/{recipient_id}/{at}")),
        recipient_id=recipient_id,
        notification_type=NotificationType.GRADE_POSTED,
        title=title,
        content="",
        action_url=f"/attempts/{submission_id}",
        metadata={"submission_id": submission_id},
        at=at,
    )
    return OutboxEvent(Address("user", recipient_id), created)


def about_course(
    recipient_id: str, course_id: str, title: str, content: str, at: int
) -> OutboxEvent:
    """Tell a user what has become of a course. It has the same id whenever its unit runs again."""
    name = f"{course_id}/{recipient_id}/{at}/{title}"
    created = NotificationCreated(
        notification_id=str(uuid5(NAMESPACE_URL, name)),
        recipient_id=recipient_id,
        notification_type=NotificationType.COURSE_UPDATE,
        title=title,
        content=content,
        metadata={"course_id": course_id},
        at=at,
    )
    return OutboxEvent(Address("user", recipient_id), created)
