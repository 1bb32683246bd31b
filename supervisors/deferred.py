"""What a server loads only when it is wanted: libraries that it does not need in order to answer.

Imports stand at the top of a file. A heavy library for rare work is imported by modules of its own
as usual, and these modules inside the function that needs them; only those named here may be. Tests
hold both.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFERRED: Mapping[str, tuple[str, ...]] = {
    "gateway.certificates.pdf": ("fpdf", "fontTools"),
    "storage.objects.s3": ("aiobotocore", "botocore"),
    "supervisors.simulation": ("socketio", "engineio", "aiohttp"),
}
"""The modules that are imported late, and the libraries that only they import."""

BEFORE_THE_SERVER: Mapping[str, tuple[str, ...]] = {
    "supervisors.serving": ("quart", "graphql", "asyncpg", "redis", "hypercorn"),
    "gateway.graphql": ("graphql",),
}
"""What the command line and the keeper load late: they listen and start the engines first."""
