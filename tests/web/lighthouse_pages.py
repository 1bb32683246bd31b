"""What Lighthouse says of the main pages of a demonstration school: for a test, and for a bench."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.browser.stage import FLAGS
from tests.support.server import EDUCATOR, PASSWORD

FOLDER = Path(__file__).parent
LOGIN = f'mutation {{ login(email: "{EDUCATOR}", password: "{PASSWORD}") {{ accessToken }} }}'
COURSE = "{ myCourses(first: 1) { nodes { id modules { lessons { quizzes { id } } } } } }"


class Verdict(msgspec.Struct, frozen=True):
    """Scores from 0 to 100 by category, and what cost them."""

    address: str
    scores: dict[str, int]
    failed: list[str]


def main_pages(url: str) -> list[dict[str, Any]]:
    """Start, catalogue, a course, sign-in and the editor of a quiz; three of them signed in."""
    with httpx.Client(base_url=url, timeout=30) as client:
        token = client.post("/graphql", json={"query": LOGIN}).json()["data"]["login"]
        headers = {"authorization": f"Bearer {token['accessToken']}"}
        data = client.post("/graphql", json={"query": COURSE}, headers=headers).json()["data"]
    [course] = data["myCourses"]["nodes"]
    lessons = [lesson for module in course["modules"] for lesson in module["lessons"]]
    quiz = next(quiz["id"] for lesson in lessons for quiz in lesson["quizzes"])
    return [
        {"name": "start", "path": "/home", "signedIn": True},
        {"name": "catalogue", "path": "/courses", "signedIn": False},
        {"name": "course", "path": f"/courses/{course['id']}", "signedIn": True},
        {"name": "sign-in", "path": "/sign-in", "signedIn": False},
        {"name": "quiz editor", "path": f"/quizzes/{quiz}/edit", "signedIn": True},
    ]


def ask_lighthouse(
    node: str, chromium: str, url: str, categories: Sequence[str]
) -> dict[str, Verdict]:
    """Its verdicts by page. `CalledProcessError` if it cannot look at them."""
    plan = {
        "chromium": chromium,
        "flags": FLAGS,
        "url": url,
        "login": {"email": EDUCATOR, "password": PASSWORD},
        "pages": main_pages(url),
        "categories": categories,
    }
    script = [node, str(FOLDER / "lighthouse.js"), msgspec.json.encode(plan).decode()]
    done = subprocess.run(script, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=dict[str, Verdict])
