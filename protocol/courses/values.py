"""Values that describe courses, and their bounds."""

from __future__ import annotations

from enum import StrEnum


class Difficulty(StrEnum):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class CourseStatus(StrEnum):
    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class LessonType(StrEnum):
    VIDEO = "video"
    TEXT = "text"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"


class TeacherRole(StrEnum):
    CO_TEACHER = "co_teacher"
    ASSISTANT = "assistant"


MIN_MODULES = 3
"""Modules with a lesson that a course needs before it can be published (requirement 3.5)."""
MAX_MODULES = 200
MAX_LESSONS = 200
"""Lessons in one module."""
MAX_PREREQUISITES = 20
"""Prerequisites of one lesson."""
OFFER_DAYS = 14
"""Days in which an offered course can be accepted."""
OFFERS_A_DAY = 20
"""Courses that one user may offer in a day: each sends an e-mail."""
