"""The document of all error codes, made from the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# Their errors are read from the tree of classes, which has to be whole.
from gateway.certificates import badge, pages
from gateway.front import errors as http_errors
from gateway.pictures import cleaner
from protocol.content import faults
from protocol.error_codes import GROUPS, ErrorCode
from protocol.errors import RefusedError, StoaError
from protocol.validation import MEANINGS

WHOLE = (http_errors, badge, pages, cleaner, faults)

HEAD = """# Error codes

Generated from `protocol/error_codes/` and `protocol/validation.py` by `make docs`. Codes are stable
and the same over HTTP, GraphQL (over HTTP, WebSocket and event streams), Socket.IO and its
acknowledgements; messages may change. More codes may come: treat one that you do not know by its
status, or as a refusal to be shown. *Retryable* errors have `details.retryable`: nothing was done,
or repeating it is safe.
"""
FIELDS = """## Codes of fields

Each entry of `details.fields` has, beside `field` and `message`, the `code` of the rule that is
broken, and the rule's numbers:

```json
{"field": "title", "message": "must be at most 255 characters", "code": "TOO_LONG", "max": 255}
```

The fields are named as they were sent: `questions[3].text`, and over GraphQL a variable's or
argument's name with the path within. A question that an import leaves out is `NOT_IMPORTED`, with
its line; the message says why. New rules may come: show the message of one that you do not know.
"""


def error_codes() -> str:
    """All codes with what a client should do, and all rules of fields."""
    parts = [HEAD]
    for title, codes in GROUPS.items():
        parts.append(f"## {title}\n\n" + "\n".join(_table(codes)) + "\n")
    rules = [
        f"| `{rule.value}` | {meaning.text} | {', '.join(f'`{each}`' for each in meaning.params)} |"
        for rule, meaning in MEANINGS.items()
    ]
    parts.append(
        FIELDS + "\n" + "\n".join(["| code | what is wrong | numbers |", "|---|---|---|", *rules])
    )
    return "\n".join(parts) + "\n"


def _table(codes: Mapping[str, ErrorCode]) -> Iterator[str]:
    classes = {each.code: each for each in _tree(StoaError)}
    yield "| code | status | when | what a client does |"
    yield "|---|---|---|---|"
    for code, said in codes.items():
        known = classes.get(code)
        status = said.status if known is None else known.status
        if code.endswith("_UNREADABLE"):
            status = 500
        again = ", retryable" if known is not None and known.retryable else ""
        yield f"| `{code}` | {status}{again} | {said.when} | {said.do} |"


def _tree(root: type[StoaError]) -> Iterator[type[StoaError]]:
    """The classes under `root`, the deepest first, so that the first of a code is the general one.

    Rules that refuse have codes of their own.
    """
    for each in root.__subclasses__():
        if not issubclass(each, RefusedError):
            yield from _tree(each)
    yield root
