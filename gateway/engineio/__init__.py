"""Engine.IO v4, by WebSocket and long-polling, without a task per client.

`payloads` is the wire format of polling, `machine` the protocol's rules, `round_trips` the measure
of the network; none of these does I/O. `server` is the door on the front, `session` one client's
transport, `probe` a WebSocket that takes over from polling. The layer above defines what messages
mean.
"""
