"""Programs that say to be ffmpeg, and do what a hostile film may make it do."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import trio

from storage.transcoding.limits import MIB, Bounds

SCRIPT = """#!/bin/sh
case "$*" in
*-encoders*) printf ' V libx264\\n A aac\\n V mjpeg\\n'; exit 0;;
*-version*) echo 'ffmpeg version 5.1.6 Copyright'; exit 0;;
esac
echo $$ >> {pids}
"""
IMPATIENT = Bounds(wall_seconds=20.0, stall_seconds=20.0, folder_bytes=4 * MIB, room_left=0)


class Impostor:
    """A program of these lines; `running` are the processes of it that are alive."""

    def __init__(self, folder: Path, lines: str) -> None:
        self._pids = folder / "pids"
        self._pids.touch()
        self.path = folder / "impostor"
        script = SCRIPT.format(pids=self._pids) + lines.replace("PIDS", str(self._pids))
        self.path.write_text(script)
        self.path.chmod(0o755)

    @property
    def started(self) -> list[int]:
        """Every process of it."""
        return [int(line) for line in self._pids.read_text().split()]

    @property
    def running(self) -> list[int]:
        """Those that are alive; what is dead may wait for its parent."""
        return [pid for pid in self.started if _alive(pid)]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what other processes do, which tells us nothing."""
    with trio.fail_after(20):
        while not condition():  # noqa: ASYNC110
            await trio.sleep(0.02)


def _alive(pid: int) -> bool:
    if not Path("/proc/self").exists():
        command = ["/bin/ps", "-p", str(pid), "-o", "stat="]
        state = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        return bool(state.strip()) and not state.startswith("Z")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
