"""Translates the outside world into messages, and publications into bytes on sockets."""
