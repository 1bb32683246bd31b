"""The bare limit: a Python loop of `send` of the same bytes to sockets that have connected.

Usage: port, number of clients, frame in hex, publications, publications a second. It accepts, says
"ready", waits for a line on standard input, sends everything and prints its own CPU seconds.
"""

from __future__ import annotations

import socket
import sys
import time

port, clients, payload, count, rate = sys.argv[1:6]
listener = socket.create_server(("127.0.0.1", int(port)), backlog=4096)
print("listening", flush=True)
members = []
for _ in range(int(clients)):
    member, _address = listener.accept()
    member.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    member.setblocking(False)
    members.append(member)
frame = bytes.fromhex(payload)
print("ready", flush=True)
sys.stdin.readline()
began = time.process_time()
due = time.monotonic()
for _ in range(int(count)):
    for member in members:
        member.send(frame)
    due += 1 / float(rate)
    time.sleep(max(0.0, due - time.monotonic()))
print(time.process_time() - began, flush=True)

sys.stdin.readline()  # the sockets stay open until all has been received
