"""Quizzes and live quizzes in SQL."""

from storage.records.assessments.final_boards import PostgresFinalBoards
from storage.records.assessments.records import RECORD_WRITERS, PostgresAssessmentRecords

__all__ = ["RECORD_WRITERS", "PostgresAssessmentRecords", "PostgresFinalBoards"]
