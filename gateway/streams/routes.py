"""The front's routes of links to films."""

from __future__ import annotations

from gateway.front.routes import Route, Routes
from gateway.streams.bucket import BucketStreams
from gateway.streams.folder import FolderStreams
from protocol.streams import PATH


def add_stream_routes(routes: Routes, answers: FolderStreams | BucketStreams) -> None:
    """Answer `GET` and `HEAD` below links."""
    routes.http_prefix("GET", PATH, Route(answers.handle))
