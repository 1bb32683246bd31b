"""The AsyncAPI document of the Socket.IO protocol, generated from the contract in the code.

Format: AsyncAPI 3.0.0. As the specification says, operations are named from the server's side: it
receives what clients emit and sends what they are told.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.engineio.ports import Reason
from gateway.front import limits
from gateway.realtime.contract import (
    CLIENT_EVENTS,
    SERVER_EVENTS,
    ClientEvent,
    Failure,
    ServerEvent,
)

CHANNEL = {"$ref": "#/channels/main"}
CLOSE_CODES = {
    limits.CLOSE_NORMAL: "an orderly end; the reason is one of `x-end-reasons`",
    limits.CLOSE_PROTOCOL_ERROR: "not the WebSocket protocol",
    limits.CLOSE_INVALID_DATA: "text that is not UTF-8",
    limits.CLOSE_TOO_BIG: "a message too long",
    limits.CLOSE_INTERNAL_ERROR: "a fault of the server",
    limits.CLOSE_SERVICE_RESTART: "the server stops or restarts",
    limits.CLOSE_TRY_LATER: "all clients together send more than the server holds",
    limits.CLOSE_SLOW_CONSUMER: "too much was waiting for this client",
}


def document() -> dict[str, Any]:
    """The whole document, ready for JSON; the same for the same code."""
    payloads = [event.payload for event in CLIENT_EVENTS.values()]
    replies = [event.reply for event in CLIENT_EVENTS.values()]
    told = [event.data for event in SERVER_EVENTS.values()]
    types = list(dict.fromkeys([*payloads, *replies, *told, Failure]))
    schemas, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    by_type = dict(zip(types, schemas, strict=True))
    messages = _messages(by_type)
    whole: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Stoa, realtime",
            "version": "1",
            "description": "Course rooms and live quizzes over Socket.IO protocol 5 in the default"
            " namespace. `docs/client-protocols/realtime.md` says what the events mean.",
            "license": {"name": "MIT"},
        },
        "servers": {
            "stoa": {"host": "localhost:8000", "pathname": "/socket.io/", "protocol": "socket.io"}
        },
        "defaultContentType": "application/json",
        "channels": {
            "main": {
                "address": "/",
                "description": "The default namespace. An event's payload is its one argument;"
                " durable ones of the server carry their place as a second.",
                "messages": {name: _ref("messages", name) for name in messages},
            }
        },
        "operations": _operations(),
        "components": {"messages": messages, "schemas": components},
        "x-close-codes": {str(code): why for code, why in CLOSE_CODES.items()},
        "x-end-reasons": [str(reason) for reason in Reason],
    }
    _drop_discriminators(whole)
    return whole


def _drop_discriminators(part: Any) -> None:
    """Discriminators are objects in OpenAPI but not in AsyncAPI; the tag in each alternative
    says the same."""
    if isinstance(part, dict):
        if isinstance(part.get("discriminator"), dict):
            del part["discriminator"]
        for each in part.values():
            _drop_discriminators(each)
    elif isinstance(part, list):
        for each in part:
            _drop_discriminators(each)


def _messages(by_type: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for name, event in CLIENT_EVENTS.items():
        messages[name] = _client_message(name, event, by_type)
        messages[f"{name}.ack"] = {
            "name": f"{name}.ack",
            "summary": f"The acknowledgement of {name}",
            "payload": {"oneOf": [by_type[event.reply], by_type[Failure]]},
        }
    for name, told in SERVER_EVENTS.items():
        messages[name] = _server_message(name, told, by_type)
    return messages


def _client_message(
    name: str, event: ClientEvent, by_type: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "name": name,
        "summary": event.summary,
        "payload": by_type[event.payload],
        "x-guests": event.guests,
        "x-with-expired-token": event.expired,
    }


def _server_message(
    name: str, event: ServerEvent, by_type: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "name": name,
        "summary": event.summary,
        "payload": by_type[event.data],
        "x-to": event.to,
        "x-durable": event.durable,
        "x-volatile": event.volatile,
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for name, event in CLIENT_EVENTS.items():
        operations[name] = {
            "action": "receive",
            "channel": CHANNEL,
            "summary": event.summary,
            "messages": [_ref("channels/main/messages", name)],
            "reply": {
                "channel": CHANNEL,
                "messages": [_ref("channels/main/messages", f"{name}.ack")],
            },
        }
    for name, told in SERVER_EVENTS.items():
        operations[name] = {
            "action": "send",
            "channel": CHANNEL,
            "summary": told.summary,
            "messages": [_ref("channels/main/messages", name)],
        }
    return operations


def _ref(place: str, name: str) -> dict[str, str]:
    prefix = place if place.startswith("channels/") else f"components/{place}"
    return {"$ref": f"#/{prefix}/{name}"}
