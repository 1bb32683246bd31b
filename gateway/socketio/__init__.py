"""Socket.IO v5 over Engine.IO v4, by WebSocket and long-polling, without a task per client.

`packets` and `payloads` are the wire formats, `machine` the protocol's rules, `latency` the
arithmetic of round trips; none of these does I/O. `engine` is the door on the front, `session` one
client's transport, `sockets` what it says, `socket` what the application holds of it, and `server`
the whole.
"""
