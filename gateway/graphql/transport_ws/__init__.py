"""GraphQL over WebSocket: the subprotocol `graphql-transport-ws`.

`machine` knows the protocol, `connection` does what it says for one client, `server` is the door.
The protocol is PROTOCOL.md of the repository enisdenjo/graphql-ws.
"""
