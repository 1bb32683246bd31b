"""Socket.IO v5 over Engine.IO v4, by WebSocket and long-polling, without a task per client.

`packets` and `payloads` are the wire formats, `machine` the protocol's rules, `latency` the
arithmetic of round trips; none of these does I/O. `session` and `engine` connect them to the
front, `server` gives them to an application.
"""
