"""What other domains keep in courses, and how it is copied with them."""

from __future__ import annotations

from storage.records.assessments.cloning import copy_quizzes
from storage.records.content.copying import copy_resources, copy_videos
from storage.records.courses.copies import CopyContents

CONTENTS: tuple[CopyContents, ...] = (copy_quizzes, copy_resources, copy_videos)
