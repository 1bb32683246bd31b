"""GraphQL over WebSocket: the subprotocol `graphql-transport-ws`.

`machine` knows the protocol, `socket` does what it says for one client, `registry` knows all
sockets of the node, and `server` accepts handshakes.
The protocol is PROTOCOL.md of the repository enisdenjo/graphql-ws.
"""
