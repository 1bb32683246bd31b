"""Assessments: quizzes and live quizzes."""
