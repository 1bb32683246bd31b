"""The front: a Trio-native HTTP/1.1 and WebSocket edge on one multiplexer."""
