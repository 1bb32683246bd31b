"""Every code that an error can have stands in the list of codes, and no other does."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from protocol.content.faults import FileFault
from protocol.error_codes import GROUPS, every_code
from protocol.errors import HistoryUnreadable
from protocol.validation import Rule
from supervisors.domains import DOMAINS
from supervisors.error_document import error_codes

ROOT = Path(__file__).parents[2]
ROOMS = ("actors", "gateway", "protocol", "storage", "supervisors")
LISTED = (ROOT / "protocol/error_codes", ROOT / "protocol/validation.py")
SEVERAL_WORDS = re.compile(r"[A-Z]{2,}(_[A-Z0-9]+)+")
ONE_WORD = re.compile(r"[A-Z]{4,}")
NO_CODES = {
    *("CERTIFICATE_VERIFY_FAILED", "CLOCK_BOOTTIME", "CLOCK_UPTIME_RAW", "DOMAIN_EVENTS"),
    *("IN_PROGRESS", "LC_ALL", "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID"),
    "MALLOC_ARENA_MAX",
    # Words of Moodle XML.
    *("ALL_OR_NOTHING", "RELATIVE_NEXT_EXCLUDE_LAST", "SHORTANSWER_C"),
    *(
        "MAX_CONTENT_LENGTH",
        "MSG_MORE",
        "NICKNAME_LAST",
        "NOTIFY_SOCKET",
        "PG_VERSION",
        "RANK_LAST",
    ),
    *("RECORD_WRITERS", "TCP_INFO"),
    # In the log only: the certificate's e-mail comes later.
    "RENDERING_FAILED",
}
"""What looks like a code and is none."""


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not any(path == each or each in path.parents for each in LISTED):
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def found() -> dict[str, str]:
    """What looks like a code, and where."""
    codes: dict[str, str] = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            for text in several_words(node), *one_word(node):
                if text and not text.startswith("STOA_") and text not in NO_CODES:
                    codes[text] = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
    return codes


def several_words(node: ast.AST) -> str | None:
    """Any such text is taken for a code, wherever it stands."""
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if constant and SEVERAL_WORDS.fullmatch(node.value) else None  # type: ignore[attr-defined]


def one_word(node: ast.AST) -> Iterator[str]:
    """A text of one word is a code where an error is made of it, or a class has it as its code."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name.endswith("Error"):
            values = node.args[:1]
    elif isinstance(node, ast.Assign):
        names = [each.id for each in node.targets if isinstance(each, ast.Name)]
        values = [node.value] if names == ["code"] else []
    for value in values:
        text = value.value if isinstance(value, ast.Constant) else None
        if isinstance(text, str) and ONE_WORD.fullmatch(text):
            yield text


def unreadable() -> set[str]:
    """The codes of what cannot be read, which are made of the kinds of actors."""
    kinds = [kind for domain in DOMAINS for kind in domain.kinds]
    return {HistoryUnreadable(kind.called).code for kind in kinds if not kind.volatile}


def test_every_code_in_the_source_is_in_the_list_and_every_code_of_the_list_in_the_source() -> None:
    in_source = found()
    assert len(in_source) > 80
    rules = {rule.value for rule in Rule}
    missing = {code: at for code, at in in_source.items() if code not in {*every_code(), *rules}}
    assert missing == {}
    assert set(every_code()) - set(in_source) == unreadable()


def test_every_reason_why_nobody_is_signed_in_is_named() -> None:
    reasons = {
        str(keyword.value.value)
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "reason"
        and isinstance(node.func, ast.Name)
        and node.func.id == "AuthenticationError"
        and isinstance(keyword.value, ast.Constant)
    }
    assert len(reasons) > 8
    said = every_code()["AUTHENTICATION_ERROR"].when
    assert {reason for reason in reasons if f"`{reason}`" not in said} == set()


def test_every_reason_why_a_file_is_refused_is_named() -> None:
    said = every_code()["FILE_REFUSED"].when
    assert {fault.value for fault in FileFault if f"`{fault.value}`" not in said} == set()


def test_no_code_is_in_two_groups() -> None:
    counted = Counter(code for group in GROUPS.values() for code in group)
    assert [code for code, times in counted.items() if times > 1] == []


def test_the_document_has_every_code_with_something_to_do_and_every_rule() -> None:
    text = error_codes()
    for code, said in every_code().items():
        assert said.when
        assert said.do
        assert f"| `{code}` |" in text
    for rule in Rule:
        assert f"| `{rule.value}` |" in text
    assert "| `STORAGE_UNAVAILABLE` | 503, retryable |" in text
    assert "| `OVERLOADED` | 503, retryable |" in text
    assert "| `BAD_REQUEST` | 400 |" in text
    assert "| `NOT_PRINTED_YET` | 503, retryable |" in text
    assert "| `REMOVED_FROM_COURSE` | 409 |" in text
