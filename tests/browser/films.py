"""Films for the journeys: small ones, made where there is a program that makes them ready."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from storage.transcoding.program import find_programs
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import StoaServer

PROCESSED_MS = 60_000
"""Until a film of a few seconds is ready on a machine that is busy."""
TIME = "() => document.querySelector('.player video').currentTime"
FILMS = """query ($c: ID!) { course(id: $c) { videos { id title status fault
    lessons { id title } captions { language label } } } }"""

MODULES = "query ($c: ID!) { course(id: $c) { modules { id } } }"
ADD_LESSON = """mutation ($m: ID!, $i: CreateLessonInput!) {
    addLesson(moduleId: $m, input: $i) { id } }"""
SET_CAPTIONS = """mutation ($v: ID!, $i: VideoCaptionsInput!) {
    setVideoCaptions(videoId: $v, input: $i) { id } }"""


def ffmpeg() -> str:
    """The program; without it the test is skipped, visibly."""
    programs = find_programs(None)
    if programs:
        return str(programs[0])
    missing = "there is no ffmpeg on this machine"
    if os.environ.get("STOA_REQUIRE_BROWSER") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


def make_film(path: Path, *, seconds: float = 4, size: str | None = "160x120") -> Path:
    """A film with a clock and a tone; without a size, a tone alone."""
    picture = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=15:duration={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}"]
    inputs = [*(picture if size else []), *tone]
    kinds = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    written = ["-movflags", "+faststart", str(path)]
    command = [ffmpeg(), "-v", "error", "-y", *inputs, *kinds, *written]
    subprocess.run(command, check=True)
    return path


def cut_film(path: Path) -> Path:
    """One that ends right after its head."""
    whole = make_film(path.with_name("whole.mp4"), seconds=1).read_bytes()
    path.write_bytes(whole[: whole.index(b"mdat") + 100])
    return path


def add_film_lesson(server: StoaServer, course_id: str, title: str, video_id: str) -> str:
    """To the first module; its id."""
    token = token_of(server)
    module = graphql(server, MODULES, token, c=course_id)["course"]["modules"][0]["id"]
    lesson = {"title": title, "type": "VIDEO", "videoId": video_id}
    return str(graphql(server, ADD_LESSON, token, m=module, i=lesson)["addLesson"]["id"])


def add_captions(server: StoaServer, video_id: str, language: str, label: str, said: str) -> None:
    """One that is shown from the beginning to the end."""
    text = f"WEBVTT\n\n00:00.000 --> 00:30.000\n{said}\n"
    given = {"language": language, "label": label, "text": text}
    graphql(server, SET_CAPTIONS, token_of(server), v=video_id, i=given)


def films_of(server: StoaServer, course_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = graphql(server, FILMS, token_of(server), c=course_id)["course"][
        "videos"
    ]
    return found


def position(page: Page) -> float:
    """Of the player, in seconds."""
    found: float = page.evaluate(TIME)
    return found


def expect_film(page: Page) -> None:
    """It can be played."""
    expect(page.locator(".player video")).to_be_visible(timeout=PROCESSED_MS)
    page.wait_for_function("() => document.querySelector('.player video').readyState >= 2")
