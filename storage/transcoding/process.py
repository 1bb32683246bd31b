"""A run of ffmpeg in a process group of its own, within bounds, ended without a trace.

What it writes is read as it comes, so that it never waits for us. Whatever ends the run, its own
end, a bound, a fault of ours or cancellation: the whole group is killed and waited for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import trio

from protocol.content.video_values import VideoFault
from protocol.errors import Overloaded, StorageUnavailable
from protocol.transcoding import NotTranscodable
from storage.embedded.process import PARENT_DEATH_EXEC, POLL_SECONDS, Life, wait_exit
from storage.transcoding.limits import Bounds, cores
from storage.transcoding.progress import Lines, Listener

LIMITS_EXEC: Final = Path(__file__).with_name("limits_exec.py")
WATCH_SECONDS: Final = 0.25
LAST_WORDS_SECONDS: Final = 1.0
"""For what is still in its pipes; nothing of the group can write to them any more."""
ORPHANS_SECONDS: Final = 1.0
"""For what the program started, which has been killed and belongs to the system now."""
RECEIVED: Final = 65_536
NO_ROOM: Final = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))


async def run(command: Sequence[str], folder: Path, bounds: Bounds, listener: Listener) -> None:
    """Run it in the folder until it has ended well.

    Raises `NotTranscodable` with `UNREADABLE` if it says no, TOO_SLOW and TOO_LARGE by the bounds;
    `StorageUnavailable` for a full disk, `Overloaded` if something else has killed it.
    """
    running = _Run(folder, bounds, listener)
    running.start(command)
    try:
        await running.wait()
    finally:
        with trio.CancelScope(shield=True):
            await running.end()
    running.check()


class _Run:
    def __init__(self, folder: Path, bounds: Bounds, listener: Listener) -> None:
        self._folder = folder
        self._bounds = bounds
        self._listener = listener
        self._before = _bytes_in(folder)
        self._stopped: Exception | None = None
        self._pipes: list[trio.lowlevel.FdStream] = []
        self._life = Life()

    def start(self, command: Sequence[str]) -> None:
        """In this thread: the kernel counts the death of the *thread* that starts a process."""
        bounds = self._bounds
        written: list[int] = []
        try:
            for _ in range(2):
                ours, its = os.pipe()
                self._pipes.append(trio.lowlevel.FdStream(ours))
                written.append(its)
            kill = str(int(signal.SIGKILL))
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                [
                    *(sys.executable, "-I", "-S", str(PARENT_DEATH_EXEC), kill),
                    *(str(os.getpid()), "-1", "-1", str(self._life.watched)),
                    *(sys.executable, "-I", "-S", str(LIMITS_EXEC), str(bounds.memory_bytes)),
                    *(str(bounds.folder_bytes), str(bounds.cpu_seconds), str(cores())),
                    *command,
                ],
                stdin=subprocess.DEVNULL,
                stdout=written[0],
                stderr=written[1],
                cwd=self._folder,
                # Fewer arenas: each reserves 64 MiB of the addresses that are bounded.
                env={"PATH": os.defpath, "LC_ALL": "C", "MALLOC_ARENA_MAX": "2"},
                start_new_session=True,
                pass_fds=() if self._life.watched < 0 else (self._life.watched,),
            )
        except BaseException:
            self._life.end()
            raise
        finally:
            self._life.given()
            for descriptor in written:
                os.close(descriptor)

    async def wait(self) -> None:
        """Until it has ended and said everything, or a bound has been passed."""
        async with trio.open_nursery() as watching:
            watching.start_soon(self._watch, watching.cancel_scope)
            async with trio.open_nursery() as reading:
                for pipe, hear in zip(
                    self._pipes, (self._listener.out, self._listener.err), strict=True
                ):
                    reading.start_soon(_read, pipe, hear)
                while not self._exited():
                    await wait_exit(self._process.pid)
                self._kill()
                reading.cancel_scope.deadline = trio.current_time() + LAST_WORDS_SECONDS
            watching.cancel_scope.cancel()

    def _exited(self) -> bool:
        return self._process.poll() is not None

    def _kill(self) -> bool:
        """Kill the group, of which some may be left when the program has ended. False for none."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
            return True
        return False

    async def end(self) -> None:
        """Nothing of it runs when this returns."""
        self._kill()
        while not self._exited():
            await wait_exit(self._process.pid)
        with trio.move_on_after(ORPHANS_SECONDS):
            while self._kill():  # noqa: ASYNC110 - the system tells nobody
                await trio.sleep(POLL_SECONDS)
        self._life.end()
        for pipe in self._pipes:
            await pipe.aclose()

    async def _watch(self, whole: trio.CancelScope) -> None:
        began = moved = trio.current_time()
        steps = self._listener.steps
        while self._stopped is None:
            await trio.sleep(WATCH_SECONDS)
            now = trio.current_time()
            if self._listener.steps != steps:
                steps, moved = self._listener.steps, now
            if now - began > self._bounds.wall_seconds:
                self._stopped = NotTranscodable(VideoFault.TOO_SLOW, "out of time")
            elif now - moved > self._bounds.stall_seconds:
                self._stopped = NotTranscodable(VideoFault.TOO_SLOW, "it does not get on")
            else:
                self._stopped = self._out_of_room()
        whole.cancel()

    def _out_of_room(self) -> Exception | None:
        if _bytes_in(self._folder) - self._before > self._bounds.folder_bytes:
            return NotTranscodable(VideoFault.TOO_LARGE, "it takes too much room")
        if shutil.disk_usage(self._folder).free < self._bounds.room_left:
            return disk_full()
        return None

    def check(self) -> None:
        """Raise what `run` does."""
        if self._stopped is not None:
            raise self._stopped
        status, said = self._process.returncode, self._listener.complaints()
        if any(words in said for words in NO_ROOM):  # older versions end well all the same
            raise disk_full()
        if status == 0:
            return
        if status == -signal.SIGXCPU:
            raise NotTranscodable(VideoFault.TOO_SLOW, "out of processor time")
        if status == -signal.SIGXFSZ:
            raise NotTranscodable(VideoFault.TOO_LARGE, "a file takes too much room")
        if status in (-signal.SIGKILL, -signal.SIGTERM):
            raise Overloaded("The video's program was ended from outside; try again")
        raise NotTranscodable(VideoFault.UNREADABLE, f"status {status}: {said}")


def disk_full() -> StorageUnavailable:
    """The error for a disk without room."""
    said = "There is no room on this machine for the work on a video; try again"
    return StorageUnavailable(said, reason="disk_full")


async def _read(pipe: trio.lowlevel.FdStream, hear: Callable[[str], None]) -> None:
    lines = Lines()
    with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        while received := await pipe.receive_some(RECEIVED):
            for line in lines.feed(received):
                hear(line)
        for line in lines.feed(b"\n"):
            hear(line)


def _bytes_in(folder: Path) -> int:
    """Of its files, of which there are two dozen."""
    sizes = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                sizes += entry.stat(follow_symlinks=False).st_size
    return sizes
