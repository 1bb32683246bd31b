"""The domains of a node, one line each. None relies on an earlier one."""

from __future__ import annotations

from supervisors.domain import NodeDomain
from supervisors.domains import (
    assessments,
    certificates,
    communication,
    content,
    courses,
    enrollments,
    notifications,
    users,
)

DOMAINS: tuple[NodeDomain, ...] = (
    users.DOMAIN,
    courses.DOMAIN,
    enrollments.DOMAIN,
    certificates.DOMAIN,
    content.DOMAIN,
    assessments.DOMAIN,
    communication.DOMAIN,
    notifications.DOMAIN,
)
