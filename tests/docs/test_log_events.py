"""Every event of the log has one form, and stands in the operations document."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("protocol", "actors", "storage", "gateway", "supervisors")
LOGGERS = {"log", "_log"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
PASSED_ON = {"say", "_log_client_error", "work_when_woken"}
"""Functions that log an event which their caller names."""
EVENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*")
KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ROW = re.compile(r"^\| `(?P<event>[^`]+)` \| .+ \|$", re.MULTILINE)


@cache
def sources() -> dict[str, str]:
    """The modules of all rooms by their path."""
    paths = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths}


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call that logs, with its place."""
    return [
        (f"{path}:{node.lineno}", node)
        for path, text in sources().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and logs(node)
    ]


def logs(call: ast.Call) -> bool:
    """Whether a call logs by itself or passes an event on."""
    if isinstance(call.func, ast.Name):
        return call.func.id in PASSED_ON
    if isinstance(call.func, ast.Call):
        return ast.unparse(call.func) == "getattr(_log, level)"
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "say":
        return "client_errors" in ast.unparse(call.func.value)
    if call.func.attr in PASSED_ON:
        return True
    return call.func.attr in LEVELS and ast.unparse(call.func.value) in LOGGERS


def events_of(call: ast.Call) -> list[str]:
    """The event that a call names; none if it passes its own parameter on."""
    named = [word.value for word in call.keywords if word.arg == "trouble"]
    first = named or call.args[:1]
    constants = (each.value for each in first if isinstance(each, ast.Constant))
    return [value for value in constants if isinstance(value, str)]


def documented() -> list[str]:
    """The events of the table, in its order."""
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.split("## Log events")[1].split("\n## ")[0]
    return [row["event"] for row in ROW.finditer(section)]


def test_events_and_their_keys_have_one_form() -> None:
    wrong = [
        f"{place}: {text}"
        for place, call in calls()
        for text, form in [
            *((event, EVENT) for event in events_of(call)),
            *((word.arg, KEY) for word in call.keywords if word.arg is not None),
        ]
        if not form.fullmatch(text)
    ]
    assert wrong == []


def test_no_logger_goes_by_another_name() -> None:
    for path, text in sources().items():
        for line in text.splitlines():
            if "structlog.get_logger(" in line:
                assert line.split(" = ")[0] in LOGGERS, f"{path}: {line}"
            assert "logging.getLogger(" not in line, f"{path}: {line}"


def test_every_event_stands_once_in_the_operations_document() -> None:
    used = {event for _, call in calls() for event in events_of(call)}
    rows = documented()
    assert rows == sorted(set(rows))
    assert set(rows) == used
