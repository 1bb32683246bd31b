"""The assessments domain: quizzes, their questions, and live quizzes."""
