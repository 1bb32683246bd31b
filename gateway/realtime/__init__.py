"""The Socket.IO application: client events become actor messages, replies become acknowledgements.

`application.RealtimeApplication` is what `gateway.socketio` calls. The wire is documented in
`gateway/PROTOCOL.md`; nothing here knows packets or sockets' insides.
"""
