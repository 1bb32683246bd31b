"""What makes videos ready: ffmpeg, wherever this machine has it."""

from __future__ import annotations

from pathlib import Path

from protocol.transcoding import Transcoder
from protocol.uploads import FileStorage
from storage.transcoding.program import find_programs
from storage.transcoding.transcoder import Ffmpeg
from supervisors.settings import Settings


def transcoder_of(settings: Settings, objects: FileStorage) -> Transcoder | None:
    """None where no program is found. Nothing is run before the first video."""
    programs = find_programs(settings.ffmpeg)
    return Ffmpeg(objects, programs, work_folder(settings)) if programs else None


def work_folder(settings: Settings) -> Path:
    """Where videos are while they are worked on."""
    return settings.data_dir.absolute() / "transcoding"
