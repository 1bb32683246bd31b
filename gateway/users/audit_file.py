"""The audit trail as a CSV file, for administrators.

A browser downloads it with an access token in `Authorization`; the users handler says whether its
user may, and records it. Rows are read a page at a time while the client takes them, so that
neither side holds the whole file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

import msgspec

from gateway.bearer import bearer_token
from protocol.access import Tokens
from protocol.envelope import Address
from protocol.errors import AuthenticationError, ValidationError
from protocol.formulas import defused
from protocol.ports import Post, Reads
from protocol.selection import Argument, Field, Selection, Viewer
from protocol.times import milliseconds_of
from protocol.users.commands import ExportAuditTrail
from protocol.validation import Rule

HANDLER: Final = Address("users", "")
PAGE: Final = 100
"""Rows read in one statement: the largest page of a connection."""
MAX_ROWS: Final = 100_000
"""Of one file: what a spreadsheet opens, and a thousand short statements."""
MAX_FILTER: Final = 100
"""Characters; no column that is filtered has longer texts."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Excel needs it to see that the file is UTF-8."""

HEADER: Final = ("At", "By", "Name", "Action", "Resource", "Id", "Details")
TEXTS: Final = ("resourceType", "resourceId", "byId", "action")
MOMENTS: Final = ("from", "until")


def _leaves(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, name) for name in names)


PROFILE = Field("profile", "profile", children=_leaves("fullName"))
TRAIL = Field(
    "auditTrail",
    "auditTrail",
    {name: Argument(name) for name in ("filter", "first", "after")},
    (
        Field(
            "nodes",
            "nodes",
            children=(
                *_leaves("at", "byId", "action", "resourceType", "resourceId", "details"),
                Field("by", "by", children=(PROFILE,)),
            ),
        ),
        Field("pageInfo", "pageInfo", children=_leaves("hasNextPage", "endCursor")),
    ),
)


class AuditFile:
    """The file, for those who may have it."""

    def __init__(self, post: Post, reads: Reads, tokens: Tokens) -> None:
        self._post = post
        self._reads = reads
        self._tokens = tokens

    async def parts(
        self, authorization: str, query: Mapping[str, str]
    ) -> tuple[bytes, AsyncIterator[bytes]]:
        """The first part, once it is certain that there will be a file, and the others.

        Raises `AuthenticationError`, `AuthorizationError`, `ValidationError`.
        """
        wanted = filter_of(query)
        token = bearer_token(authorization)
        if not token:
            raise AuthenticationError("An access token is needed")
        identity = self._tokens.verify_access(token)
        viewer = Viewer(user_id=identity.user_id, role=identity.role)
        asked = ExportAuditTrail(by=identity.user_id, by_role=identity.role)
        await self._post.ask(HANDLER, asked)
        first, after = await self._page(viewer, wanted, None)
        head = BYTE_ORDER_MARK + as_csv([HEADER, *first])
        return head, self._rest(viewer, wanted, after)

    async def _rest(
        self, viewer: Viewer, wanted: Mapping[str, Any], after: str | None
    ) -> AsyncIterator[bytes]:
        sent = PAGE
        while after is not None:
            if sent >= MAX_ROWS:
                said = f"Only the newest {MAX_ROWS} rows: choose a shorter time for the others"
                yield as_csv([(said,)])
                return
            rows, after = await self._page(viewer, wanted, after)
            sent += PAGE
            yield as_csv(rows)

    async def _page(
        self, viewer: Viewer, wanted: Mapping[str, Any], after: str | None
    ) -> tuple[list[tuple[str, ...]], str | None]:
        """Rows, and the cursor of the next page; None after the last one."""
        variables = {"filter": wanted, "first": PAGE, "after": after}
        [raw] = await self._reads.execute([Selection(TRAIL, variables)], viewer)
        trail = msgspec.json.decode(raw)
        page = trail["pageInfo"]
        rows = [_row(node) for node in trail["nodes"]]
        return rows, page["endCursor"] if page["hasNextPage"] else None


def filter_of(query: Mapping[str, str]) -> Mapping[str, Any]:
    """An `AuditFilter` from the parameters of an address. Raises `ValidationError`."""
    found: dict[str, Any] = {}
    for name in (*TEXTS, *MOMENTS):
        value = query.get(name, "")
        if len(value) > MAX_FILTER:
            said = f"must be at most {MAX_FILTER} characters"
            raise ValidationError.of(name, Rule.TOO_LONG, said, max=MAX_FILTER)
        if value:
            found[name] = _moment(name, value) if name in MOMENTS else value
    return found


def _moment(name: str, value: str) -> int:
    try:
        return milliseconds_of(value)
    except (ValueError, OverflowError):
        said = "must be a time as in 2026-01-31T12:00:00Z"
        raise ValidationError.of(name, Rule.INVALID_FORMAT, said) from None


def _row(node: Mapping[str, Any]) -> tuple[str, ...]:
    by = node["by"]
    return (
        node["at"],
        node["byId"],
        "" if by is None else by["profile"]["fullName"],
        node["action"],
        node["resourceType"],
        node["resourceId"],
        msgspec.json.encode(node["details"]).decode() if node["details"] else "",
    )


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as RFC 4180 has them. Names are people's own: none begins a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
