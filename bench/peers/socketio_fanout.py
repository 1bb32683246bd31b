"""python-socketio on uvicorn: the same small room as `socketio_fanout.mjs`."""

from __future__ import annotations

import sys
from typing import Any

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])


@server.on("room.join")  # type: ignore[untyped-decorator]
async def join(sid: str, payload: dict[str, Any]) -> dict[str, bool]:
    await server.enter_room(sid, payload["courseId"])
    return {"ok": True}


@server.on("room.signal")  # type: ignore[untyped-decorator]
async def signal(sid: str, payload: dict[str, Any]) -> dict[str, bool]:
    body = {"courseId": payload["courseId"], "userId": sid, "data": payload["data"]}
    await server.emit("room.signal", body, room=payload["courseId"])
    return {"ok": True}


if __name__ == "__main__":
    application = socketio.ASGIApp(server)
    uvicorn.run(application, port=int(sys.argv[1]), log_level="error", loop="uvloop")
