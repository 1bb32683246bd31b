"""Quizzes and live quizzes in SQL."""

from storage.records.assessments.access import PostgresQuizAccess
from storage.records.assessments.attempts import PostgresAttemptRecords
from storage.records.assessments.editing import PostgresQuizEditing
from storage.records.assessments.final_boards import PostgresFinalBoards
from storage.records.assessments.records import RECORD_WRITERS, PostgresAssessmentRecords
from storage.records.assessments.regrading import PostgresRegrading
from storage.records.assessments.results import PostgresResultRecords
from storage.records.assessments.watching import PostgresQuizWatching

__all__ = [
    "RECORD_WRITERS",
    "PostgresAssessmentRecords",
    "PostgresAttemptRecords",
    "PostgresFinalBoards",
    "PostgresQuizAccess",
    "PostgresQuizEditing",
    "PostgresQuizWatching",
    "PostgresRegrading",
    "PostgresResultRecords",
]
