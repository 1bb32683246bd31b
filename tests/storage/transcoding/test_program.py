"""Which ffmpeg is taken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from storage.objects.folder import FolderFiles
from storage.transcoding.program import find_programs, packaged_program, usable_program
from supervisors.cli.doctor import _videos
from supervisors.settings import Settings, load_settings
from supervisors.transcoding import transcoder_of
from tests.storage.transcoding.films import Studio, stored
from tests.storage.transcoding.programs import Impostor


def test_the_configured_one_alone_else_the_systems_else_the_one_that_comes_along(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_programs(Path("/opt/ffmpeg")) == (Path("/opt/ffmpeg"),)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_programs(None) == (studio.program,)
    (tmp_path / "ffmpeg").symlink_to(sys.executable)
    assert find_programs(None) == (Path(sys.executable).resolve(), studio.program)


async def test_one_that_lacks_what_is_needed_is_passed_over(studio: Studio, tmp_path: Path) -> None:
    found = await usable_program((Path("/bin/echo"), Path("/no/such"), studio.program), tmp_path)
    assert found == studio.program


async def test_the_doctor_says_which_one(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path, "exit 1")
    settings = load_settings({"STOA_FFMPEG": str(impostor.path)})
    wanted = ("videos", "configured", str(impostor.path), "ok, ffmpeg version 5.1.6")
    assert await _videos(settings) == wanted
    part, source, where, answer = await _videos(Settings(ffmpeg=Path("/bin/echo")))
    assert (part, source, where) == ("videos", "configured", "/bin/echo")
    assert answer.startswith("videos cannot be made ready: not_possible: /bin/echo lacks libx264")


async def test_a_node_has_a_transcoder_where_there_is_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = await stored(tmp_path, b"film")
    assert isinstance(objects, FolderFiles)
    assert transcoder_of(Settings(), objects) is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("storage.transcoding.program.packaged_program", lambda: None)
    assert packaged_program() is not None
    assert transcoder_of(Settings(), objects) is None
