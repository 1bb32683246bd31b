"""What is loaded only when it is wanted, in one list.

Imports stand at the top of a file. Two kinds of module are the exception and are imported inside
the function that needs them: those that bring libraries a server does not need in order to answer,
and those that a command loads after something else has begun. Only modules named here may be
imported so; tests hold that, and that nothing else loads their libraries.
"""

from __future__ import annotations

from collections.abc import Mapping

RARE: Mapping[str, tuple[str, ...]] = {
    "actors.assessments.answers.similarity": ("rapidfuzz",),
    "actors.assessments.formats.kahoot": ("openpyxl",),
    "actors.assessments.markdown": ("markdown_it", "mdurl"),
    "storage.objects.cloudfront": (),
    "storage.objects.s3": ("aiobotocore", "botocore"),
}
"""For rare work of a server: the module, and the libraries that come with it."""

ELSEWHERE = (
    *("socketio", "engineio", "aiohttp", "requests"),
    *("fpdf", "fontTools", "uharfbuzz", "uniseg", "PIL"),
)
"""Libraries of other commands and processes, which a server never loads."""

LATE: Mapping[str, tuple[str, ...]] = {
    "supervisors.serving": ("quart", "hypercorn", "asyncpg", "redis", "bcrypt"),
    "supervisors.keeper.kept": (),
    "gateway.graphql": ("graphql",),
}
"""What the keeper loads when it listens and the engines are on their way."""
