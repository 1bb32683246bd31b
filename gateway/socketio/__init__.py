"""Socket.IO v5 on top of `gateway.engineio`.

`packets` is the wire format and `machine` the protocol's rules; neither does I/O. `session` is one
client, `socket` what the application holds of it in one namespace, and `server` the whole.
"""
