"""One request that was prepared and may be executed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.graphql.domain import Acting
from gateway.graphql.planning.plan import Plan
from gateway.graphql.planning.root_fields import Variant
from protocol.selection import Viewer
from protocol.users.replies import SignedIn

ANONYMOUS = Viewer()


class Call(msgspec.Struct, kw_only=True):
    """One request to execute. `refresh_in_body`: the client keeps the refresh token itself.

    `extensions` is the response's member of that name with a comma before it, where there is one.
    `signed_in` and `signed_out` are set by mutations, for the cookie.
    """

    plan: Plan
    variant: Variant
    variables: dict[str, Any]
    given: Mapping[str, Any]
    acting: Acting | None
    viewer: Viewer
    request_id: str
    now: int
    remote: str = ""
    values: Any = None
    refresh_in_body: bool = False
    cost: int = 0
    extensions: bytes = b""
    signed_in: SignedIn | None = None
    signed_out: bool = False

    @property
    def constant(self) -> bytes | None:
        """The body of the response where it never changes."""
        body = self.variant.constant
        if body is None or not self.extensions:
            return body
        return body[:-1] + self.extensions + b"}"
