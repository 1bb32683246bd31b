"""python-socketio on uvicorn: the same answer as `socketio_echo.mjs`."""

from __future__ import annotations

import sys
import time
from typing import Any

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])


@server.on("time.sync")  # type: ignore[untyped-decorator]
async def sync(sid: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "t0": payload["t0"], "serverTime": time.time_ns() // 1_000_000}


if __name__ == "__main__":
    application = socketio.ASGIApp(server)
    uvicorn.run(application, port=int(sys.argv[1]), log_level="error", loop="uvloop")
