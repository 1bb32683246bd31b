"""A closed loop of keep-alive HTTP clients on one epoll: as cheap as Python can be."""

from __future__ import annotations

import select
import socket


def request_bytes(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """A POST with a JSON body."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def drive(port: int, request: bytes, *, connections: int, requests: int) -> bytes:
    """Send `requests` in all, one at a time per connection. Returns the last response.

    Raises `ConnectionError` when a response is not 200 or a connection is closed.
    """
    epoll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    buffers: dict[int, bytes] = {}
    for _ in range(connections):
        client = socket.create_connection(("127.0.0.1", port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[client.fileno()], buffers[client.fileno()] = client, b""
        epoll.register(client.fileno(), select.EPOLLIN)
        client.sendall(request)
    sent, received, last = connections, 0, b""
    while received < requests:
        for fd, _events in epoll.poll(10):
            data = sockets[fd].recv(1 << 20)
            if not data:
                raise ConnectionError("closed by the server")
            buffers[fd] += data
            response = complete(buffers[fd])
            if response is None:
                continue
            if not response.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(response[:500].decode(errors="replace"))
            buffers[fd], last = b"", response
            received += 1
            if sent < requests:
                sent += 1
                sockets[fd].sendall(request)
    for client in sockets.values():
        client.close()
    return last


def complete(buffer: bytes) -> bytes | None:
    """The response, once all of it is there."""
    head, separator, body = buffer.partition(b"\r\n\r\n")
    if not separator:
        return None
    lowered = head.lower()
    start = lowered.index(b"content-length:") + 15
    length = int(lowered[start:].split(b"\r\n", 1)[0])
    return buffer if len(body) >= length else None
