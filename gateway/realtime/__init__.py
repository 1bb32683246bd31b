"""The Socket.IO application: client events become actor messages, replies become acknowledgements.

`application.RealtimeApplication` is what `gateway.socketio` calls. The wire is documented in
`docs/client-protocols/realtime.md`; nothing here knows packets or sockets' insides.
"""
