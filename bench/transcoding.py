"""A 60-second video in 1080p made ready beside a live game of 200 players: what the game notices.

Answers are paced; each round has a question without a video, then questions for as long as a
video is made ready. Beside it, what that takes without a game, and what ffmpeg takes by itself for
the same renditions, as much of the machine as it wants, without looking, pictures and storing.
"""

from __future__ import annotations

import multiprocessing as mp
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import trio

from bench.answers import JOIN_SECONDS, answer_clients, wait
from bench.game import Host, make_quiz
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import Rig, open_rig
from protocol.transcoding import Transcoded
from protocol.uploads import MAX_READ
from storage.objects.folder import FolderObjects
from storage.seal import JwtSeal
from storage.transcoding import commands
from storage.transcoding.ladder import ladder
from storage.transcoding.program import find_programs, usable_program
from storage.transcoding.progress import Streams
from storage.transcoding.transcoder import Ffmpeg
from supervisors.clock import TrioClock

SECONDS = 60
WIDTH, HEIGHT, RATE = 1_920, 1_080, 30
PLAYERS = 200
PACE = 200.0
"""Answers a second: a question takes one."""
ROUNDS = 3
BOUND = 1.3
QUIET = 20
"""Questions of a round without a video."""
MOST = 400
"""Questions of a round with one."""
SOURCE, PREFIX = "bench/film", "bench/made/"


class Game:
    """Players in a process of their own, and the host."""

    def __init__(self, rig: Rig, quiz_id: str) -> None:
        self._host = Host(rig, quiz_id)
        context = mp.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        tokens = [rig.token(student) for student in rig.students]
        arguments = (theirs, rig.server.port, tokens, self._host.live_quiz_id)
        context.Process(target=answer_clients, args=arguments, daemon=True).start()
        theirs.close()  # so that its death is the end of the pipe here
        wait(self._pipe, JOIN_SECONDS)
        self._index = 0

    def ask(self) -> list[float]:
        """A question to all; the latencies of their answers, in ms."""
        self._host.open_next()
        self._pipe.send((self._index, PACE))
        self._index += 1
        times, _ = wait(self._pipe)
        return [each * 1_000 for each in times]

    def end(self) -> None:
        """Let the players go."""
        self._pipe.send(None)


class Cinema:
    """The film, and what makes it ready."""

    def __init__(self, folder: Path, program: Path) -> None:
        clock = TrioClock()
        seal = JwtSeal(b"bench" * 8, clock)
        self._objects = FolderObjects(folder / "objects", seal, clock, site=lambda: "")
        self._folder = folder
        self._program = program
        self._ffmpeg = Ffmpeg(self._objects, [program], folder / "work")

    def film(self) -> None:
        """Make the source."""
        pictures = f"testsrc2=s={WIDTH}x{HEIGHT}:r={RATE}:d={SECONDS},noise=alls=8:allf=t"
        sound = f"sine=d={SECONDS}"
        how = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-pix_fmt", "yuv420p")
        inputs = ("-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound)
        self._run(*inputs, *how, "-f", "mp4", commands.SOURCE)

    def alone(self) -> float:
        """Seconds of ffmpeg for the same renditions."""
        streams = Streams(width=WIDTH, height=HEIGHT, rate=Fraction(RATE), sound=True)
        began = time.perf_counter()
        self._run(*commands.renditions(ladder(WIDTH, HEIGHT, Fraction(RATE)), streams, SECONDS))
        return time.perf_counter() - began

    def _run(self, *arguments: str) -> None:
        command = [str(self._program), "-y", *arguments]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True)

    async def upload(self) -> None:
        """Have it in the storage."""

        async def pieces() -> AsyncIterator[bytes]:
            async with await trio.open_file(self._folder / commands.SOURCE, "rb") as file:
                while piece := await file.read(MAX_READ):
                    yield piece

        await self._objects.store(SOURCE, pieces(), "video/mp4")

    async def make_ready(self) -> float:
        """Seconds of all of it."""

        async def report(_percent: int) -> None:
            pass

        began = time.perf_counter()
        made: Transcoded = await self._ffmpeg.transcode(SOURCE, PREFIX, report)
        if abs(made.duration_ms - SECONDS * 1_000) > 200:
            raise ValueError(f"a film of {made.duration_ms} ms")
        return time.perf_counter() - began


async def beside(game: Game, cinema: Cinema) -> tuple[list[float], float]:
    """Latencies for as long as the video takes, and how long that is."""
    latencies: list[float] = []
    seconds: list[float] = []

    async def make() -> None:
        seconds.append(await cinema.make_ready())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(make)
        for _ in range(MOST):
            latencies += await trio.to_thread.run_sync(game.ask)
            if seconds:
                break
    return latencies, seconds[0]


def p99(latencies: list[float]) -> float:
    """What one answer in a hundred takes longer than, in ms."""
    return sorted(latencies)[int(len(latencies) * 0.99)]


async def run() -> None:
    """All of it, `ROUNDS` times in turn."""
    quiet: list[float] = []
    busy: list[float] = []
    alone: list[float] = []
    ours: list[float] = []
    in_class: list[float] = []
    with tempfile.TemporaryDirectory(prefix="stoa-film-") as name:
        folder = Path(name)
        cinema = Cinema(folder, await usable_program(find_programs(None), folder))
        progress(f"a film of {SECONDS} seconds")
        await trio.to_thread.run_sync(cinema.film)
        await cinema.upload()
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: without a game")
            alone.append(await trio.to_thread.run_sync(cinema.alone))
            ours.append(await cinema.make_ready())
        async with open_rig(PLAYERS) as rig:
            quiz_id = await trio.to_thread.run_sync(make_quiz, rig, ROUNDS * (QUIET + MOST))
            game = await trio.to_thread.run_sync(Game, rig, quiz_id)
            for number in range(1, ROUNDS + 1):
                progress(f"round {number} of {ROUNDS}: {PLAYERS} players")
                without: list[float] = []
                for _ in range(QUIET):
                    without += await trio.to_thread.run_sync(game.ask)
                quiet.append(p99(without))
                latencies, seconds = await beside(game, cinema)
                busy.append(p99(latencies))
                in_class.append(seconds)
            game.end()
    report(quiet, busy, alone, ours, in_class)


def report(
    quiet: list[float],
    busy: list[float],
    alone: list[float],
    ours: list[float],
    in_class: list[float],
) -> None:
    """Medians of the rounds, and of the ratios within a round."""
    median = statistics.median
    publish(
        "transcoding",
        [
            Measure(name="answer without a video, p99", value=median(quiet), unit="ms"),
            Measure(name="answer beside a video, p99", value=median(busy), unit="ms"),
            Measure.at_most("the same, ratio", median_ratio(busy, quiet), "×", BOUND),
            Measure(name="ffmpeg alone", value=median(alone), unit="s"),
            Measure(name="the video without a game", value=median(ours), unit="s"),
            Measure(name="the same, ratio to ffmpeg", value=median_ratio(ours, alone), unit="×"),
            Measure(name="the video beside a game", value=median(in_class), unit="s"),
        ],
        seconds=SECONDS,
        players=PLAYERS,
        rounds=ROUNDS,
    )


if __name__ == "__main__":
    trio.run(run)
