"""What each domain brings to the shared tests, one line each; later ones build on earlier ones."""

from __future__ import annotations

from tests.domains import (
    assessments,
    certificates,
    communication,
    content,
    courses,
    enrollments,
    notifications,
    users,
)
from tests.support.domain import DomainSamples

DOMAINS: tuple[DomainSamples, ...] = (
    users.DOMAIN,
    courses.DOMAIN,
    enrollments.DOMAIN,
    certificates.DOMAIN,
    content.DOMAIN,
    assessments.DOMAIN,
    communication.DOMAIN,
    notifications.DOMAIN,
)
