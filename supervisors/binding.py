"""Servers whose address may be taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trio

from protocol.exception_groups import sole_exception
from supervisors.keeper.listeners import cannot_listen


async def bound(
    nursery: trio.Nursery, serve: Callable[..., Awaitable[None]], host: str, port: str
) -> Any:
    """Start a server; what it says once it listens.

    Raises `StartupError` for an address that it cannot have, with the names of its variables.
    """
    try:
        return await nursery.start(serve)
    except (OSError, ExceptionGroup) as error:
        fault = sole_exception(error)
        if not isinstance(fault, OSError):
            raise
    raise cannot_listen(fault, host, port) from fault
