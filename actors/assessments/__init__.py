"""Assessments: quizzes, attempts and live quizzes."""
