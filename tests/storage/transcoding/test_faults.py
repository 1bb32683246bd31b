"""Bad films, and programs that never end: each gets its fault, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterable
from pathlib import Path

import msgspec
import pytest
import trio
import trio.testing

from protocol.content.video_values import VideoFault
from protocol.errors import Overloaded, StorageUnavailable
from protocol.transcoding import MASTER, NotTranscodable
from storage.objects.folder import FolderObjects
from storage.transcoding.limits import Bounds
from storage.transcoding.process import run
from storage.transcoding.progress import Listener
from storage.transcoding.transcoder import Ffmpeg
from storage.transcoding.tuning import Tuning
from tests.storage.transcoding.films import PREFIX, QUICK, SOURCE, Studio, ignored, stored
from tests.storage.transcoding.programs import IMPATIENT, Impostor, until
from tests.support.small_disk import small_disk

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"
DISGUISED = {
    "a playlist": PLAYLIST,
    "a playlist at an address": PLAYLIST.replace("{}", "http://127.0.0.1:9/{}"),
    "a script": "ffconcat version 1.0\nfile '{}'\n",
    "a part of a file": PLAYLIST.replace("{}", "subfile,,start,0,end,999999,,:{}"),
    "DASH": '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{}</BaseURL></MPD>',
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "words": "Hello",
    "nothing": "",
}


async def fault_of(root: Path, content: bytes, program: Path, tuning: Tuning = QUICK) -> VideoFault:
    """Why it cannot be made ready. Nothing may be left, nor be stored."""
    objects = await stored(root, content)
    with pytest.raises(NotTranscodable) as found:
        await Ffmpeg(objects, [program], root / "work", tuning).transcode(SOURCE, PREFIX, ignored)
    assert nothing_left(root)
    assert await objects.size(PREFIX + MASTER) is None
    return found.value.fault


def nothing_left(root: Path) -> bool:
    return [each.name for each in (root / "work").iterdir()] == [".lock"]


@pytest.mark.parametrize("disguise", DISGUISED)
async def test_what_is_no_film_is_unreadable_and_leads_to_no_other_file(
    studio: Studio, tmp_path: Path, disguise: str
) -> None:
    content = DISGUISED[disguise].replace("{}", str(studio.film("small.mp4")))
    fault = await fault_of(tmp_path, content.encode(), studio.program)
    assert fault is VideoFault.UNREADABLE


@pytest.mark.parametrize(
    ("film", "fault"),
    [
        ("words.mp4", VideoFault.NOTHING_TO_SHOW),
        ("endless.mkv", VideoFault.TOO_LONG),
        ("huge.mkv", VideoFault.TOO_MANY_PIXELS),
    ],
)
async def test_a_film_that_is_none_or_too_much_of_one_is_refused(
    studio: Studio, tmp_path: Path, film: str, fault: VideoFault
) -> None:
    assert await fault_of(tmp_path, studio.film(film).read_bytes(), studio.program) is fault


async def test_a_film_that_ends_in_the_middle_is_unreadable(studio: Studio, tmp_path: Path) -> None:
    for number, film in enumerate(("streamed.mp4", "fast.mp4")):  # its index is before, or after
        content = studio.film(film).read_bytes()
        root = tmp_path / str(number)
        fault = await fault_of(root, content[: len(content) // 2], studio.program)
        assert fault is VideoFault.UNREADABLE


async def test_a_source_that_is_gone(studio: Studio, tmp_path: Path) -> None:
    objects = await stored(tmp_path, b"")
    await objects.delete(SOURCE)
    with pytest.raises(NotTranscodable) as found:
        await Ffmpeg(objects, [studio.program], tmp_path / "work").transcode(
            SOURCE, PREFIX, ignored
        )
    assert found.value.fault is VideoFault.SOURCE_GONE


@pytest.mark.parametrize("programs", [[], ["/no/such/ffmpeg", "/bin/false", "/bin/cat"]])
async def test_without_a_program_that_can_it_is_not_possible(
    tmp_path: Path, programs: list[str]
) -> None:
    objects = await stored(tmp_path, b"film")
    ffmpeg = Ffmpeg(objects, [Path(each) for each in programs], tmp_path / "work")
    with pytest.raises(NotTranscodable) as found:
        await ffmpeg.transcode(SOURCE, PREFIX, ignored)
    assert found.value.fault is VideoFault.NOT_POSSIBLE


HANGING = "exec sleep 1000"
FORKING = "for n in 1 2 3; do sh -c 'echo $$ >> PIDS; exec sleep 1000' & done; wait"
STUBBORN = "trap '' TERM INT HUP; while :; do sleep 0.05; done"
LEAVING = "sh -c 'echo $$ >> PIDS; exec sleep 1000' & sleep 0.1; exit 1"
FILLING = "while :; do echo $((n += 1)); head -c 1000000 /dev/zero > more$n; done"
ONE_FILE = "exec head -c 100000000 /dev/zero > more"
TALKING = "while :; do echo 'frame=0'; echo 'no such thing' >&2; done"
BURNING = "while :; do :; done"


@pytest.mark.parametrize(
    ("lines", "bounds", "fault"),
    [
        (HANGING, {"stall_seconds": 0.3}, VideoFault.TOO_SLOW),
        (FORKING, {"stall_seconds": 0.3}, VideoFault.TOO_SLOW),
        (STUBBORN, {"wall_seconds": 0.3}, VideoFault.TOO_SLOW),
        (TALKING, {"wall_seconds": 0.5}, VideoFault.TOO_SLOW),
        (FILLING, {"folder_bytes": 4_000_000}, VideoFault.TOO_LARGE),
        (ONE_FILE, {"folder_bytes": 4_000_000}, VideoFault.TOO_LARGE),
        (LEAVING, {}, VideoFault.UNREADABLE),
    ],
)
async def test_a_program_that_goes_on_for_ever_is_ended_with_all_it_started(
    tmp_path: Path, lines: str, bounds: dict[str, float], fault: VideoFault
) -> None:
    impostor = Impostor(tmp_path, lines)
    probing = msgspec.structs.replace(IMPATIENT, **bounds)
    found = await fault_of(tmp_path, b"film", impostor.path, Tuning(probing=probing))
    assert found is fault
    assert impostor.started
    assert impostor.running == []


async def test_a_program_that_takes_processor_time_is_ended_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impostor = Impostor(tmp_path, BURNING)
    monkeypatch.setattr(Bounds, "cpu_seconds", 1)
    found = await fault_of(tmp_path, b"film", impostor.path, Tuning(probing=IMPATIENT))
    assert found is VideoFault.TOO_SLOW
    assert impostor.running == []


async def test_a_program_that_takes_memory_is_refused_it(studio: Studio, tmp_path: Path) -> None:
    little = msgspec.structs.replace(IMPATIENT, memory_bytes=250_000_000)
    wide = ("-f", "lavfi", "-i", "color=s=4000x4000", "-frames:v", "40")
    command = (str(studio.program), *wide, "-vf", "reverse", "-f", "null", "-")
    with pytest.raises(NotTranscodable) as found:
        await run(command, tmp_path, little, Listener())
    assert found.value.fault is VideoFault.UNREADABLE


async def test_one_that_is_killed_from_outside_is_tried_again(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path, "kill -9 $$")
    objects = await stored(tmp_path, b"film")
    ffmpeg = Ffmpeg(objects, [impostor.path], tmp_path / "work", Tuning(probing=IMPATIENT))
    with pytest.raises(Overloaded):
        await ffmpeg.transcode(SOURCE, PREFIX, ignored)


async def test_cancelled_it_stops_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path, FORKING)
    objects = await stored(tmp_path, b"film")
    ffmpeg = Ffmpeg(objects, [impostor.path], tmp_path / "work", Tuning(probing=IMPATIENT))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ffmpeg.transcode, SOURCE, PREFIX, ignored)
        await until(lambda: len(impostor.started) == 4)
        assert len(impostor.running) == 4
        nursery.cancel_scope.cancel()
    assert impostor.running == []
    assert nothing_left(tmp_path)


class Failing(FolderObjects):
    """Stores the film, one file more, and then nothing."""

    stored = 0

    async def store(self, key: str, pieces: AsyncIterable[bytes], content_type: str) -> None:
        self.stored += 1
        if self.stored > 2:
            raise StorageUnavailable
        await super().store(key, pieces, content_type)


async def test_a_storage_that_fails_leaves_no_master_and_nothing_here(
    studio: Studio, tmp_path: Path
) -> None:
    objects = await stored(tmp_path, studio.film("small.mp4").read_bytes(), Failing)
    told: list[int] = []

    async def report(percent: int) -> None:
        told.append(percent)

    ffmpeg = Ffmpeg(objects, [studio.program], tmp_path / "work", QUICK)
    with pytest.raises(StorageUnavailable):
        await ffmpeg.transcode(SOURCE, PREFIX, report)
    assert nothing_left(tmp_path)
    assert await objects.size(PREFIX + MASTER) is None
    assert 100 not in told


async def test_a_report_that_fails_ends_the_work(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path, HANGING)
    objects = await stored(tmp_path, b"film")

    async def report(_percent: int) -> None:
        raise StorageUnavailable

    ffmpeg = Ffmpeg(objects, [impostor.path], tmp_path / "work", Tuning(probing=IMPATIENT))
    with pytest.raises(StorageUnavailable):
        await ffmpeg.transcode(SOURCE, PREFIX, report)
    assert nothing_left(tmp_path)
    assert impostor.running == []


async def test_without_room_it_is_tried_again(studio: Studio, tmp_path: Path) -> None:
    objects = await stored(tmp_path, studio.film("small.mp4").read_bytes())
    for tuning in (
        Tuning(probing=msgspec.structs.replace(IMPATIENT, room_left=1 << 60)),
        Tuning(bounds=lambda *_: msgspec.structs.replace(IMPATIENT, room_left=1 << 60)),
    ):
        ffmpeg = Ffmpeg(objects, [studio.program], tmp_path / "work", tuning)
        with pytest.raises(StorageUnavailable) as found:
            await ffmpeg.transcode(SOURCE, PREFIX, ignored)
        assert found.value.details["reason"] == "disk_full"
        assert nothing_left(tmp_path)


async def test_a_disk_that_fills_meanwhile_is_no_fault_of_the_film(
    studio: Studio, tmp_path: Path
) -> None:
    with small_disk() as disk:
        disk.fill()
        wide = msgspec.structs.replace(IMPATIENT, folder_bytes=100_000_000)
        command = ("-f", "lavfi", "-i", "testsrc2=d=1", "-c:v", "ffv1", "-f", "avi", "out")
        with pytest.raises(StorageUnavailable) as found:
            await run((str(studio.program), *command), disk.path, wide, Listener())
    assert found.value.details["reason"] == "disk_full"


async def test_what_a_killed_server_left_is_removed_before_the_next_film(tmp_path: Path) -> None:
    left = tmp_path / "work" / "0123456789abcdef"
    left.mkdir(parents=True)
    (left / "source").write_bytes(b"film")
    impostor = Impostor(tmp_path, "exit 1")
    await fault_of(tmp_path, b"film", impostor.path)
    assert not left.exists()


SERVER = """
import sys, trio
from pathlib import Path
from storage.transcoding.limits import Bounds
from storage.transcoding.process import run
from storage.transcoding.progress import Listener
trio.run(run, sys.argv[1:2], Path(sys.argv[2]), Bounds(room_left=0), Listener())
"""


async def test_the_program_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path, HANGING)
    command = [sys.executable, "-c", SERVER, str(impostor.path), str(tmp_path)]
    server = subprocess.Popen(command)  # noqa: ASYNC220
    try:
        await until(lambda: bool(impostor.started))
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: not impostor.running)
    finally:
        server.kill()
        server.wait()


async def test_one_film_at_a_time(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path, HANGING)
    objects = await stored(tmp_path, b"film")
    ffmpeg = Ffmpeg(objects, [impostor.path], tmp_path / "work", Tuning(probing=IMPATIENT))
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(ffmpeg.transcode, SOURCE, PREFIX, ignored)
        await until(lambda: bool(impostor.started))
        assert ffmpeg.waiting == 2
        nursery.cancel_scope.cancel()
    assert len(impostor.started) == 1
