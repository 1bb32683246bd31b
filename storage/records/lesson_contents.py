"""What other domains keep in lessons, and how it is copied with them."""

from __future__ import annotations

from storage.records.assessments.cloning import copy_quizzes
from storage.records.courses.copies import CopyContents

CONTENTS: tuple[CopyContents, ...] = (copy_quizzes,)
