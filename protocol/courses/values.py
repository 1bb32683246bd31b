"""What courses are described with, and their bounds."""

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


MAX_MODULES = 200
MAX_LESSONS = 200
"""In one module."""
MAX_PREREQUISITES = 20
"""Of one lesson."""
