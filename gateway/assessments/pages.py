"""Results of live quizzes as files, for teachers of the course.

A browser downloads them with an access token in `Authorization`; the assessments handler says
whether its user may.
"""

from __future__ import annotations

import re
from typing import Any

import trio
from quart import Response, request
from quart_trio import QuartTrio

from gateway.assessments.exports import Table, as_csv, as_xlsx, read_results
from gateway.bearer import bearer_token
from gateway.domain_pages import DomainPages
from protocol.access import Identity, Tokens
from protocol.assessments.live.entry import HANDLER, MayExportLiveQuiz
from protocol.errors import AuthenticationError
from protocol.ports import Post, Reads
from protocol.selection import Viewer


class Exports:
    """Exports of results, for those who may host the game."""

    def __init__(self, post: Post, reads: Reads, tokens: Tokens) -> None:
        self._post = post
        self._reads = reads
        self._tokens = tokens

    async def table(self, live_quiz_id: str, authorization: str) -> Table:
        """The results. `AuthenticationError`, `AuthorizationError`, `NotFoundError`."""
        identity = self._identify(authorization)
        question = MayExportLiveQuiz(
            user_id=identity.user_id, role=identity.role, live_quiz_id=live_quiz_id
        )
        await self._post.ask(HANDLER, question)
        viewer = Viewer(user_id=identity.user_id, role=identity.role)
        return await read_results(self._reads, live_quiz_id, viewer)

    def _identify(self, authorization: str) -> Identity:
        token = bearer_token(authorization)
        if not token:
            raise AuthenticationError("An access token is needed")
        return self._tokens.verify_access(token)


def result_pages(exports: Exports) -> DomainPages:
    """The downloads of results, as CSV and as XLSX."""

    def add_views(app: QuartTrio) -> None:
        @app.get("/live/<uuid:live_quiz_id>/results.csv")
        async def results_csv(live_quiz_id: Any) -> Response:
            table = await exports.table(str(live_quiz_id), request.headers.get("authorization", ""))
            return _download(await trio.to_thread.run_sync(as_csv, table), table, "csv", "text/csv")

        @app.get("/live/<uuid:live_quiz_id>/results.xlsx")
        async def results_xlsx(live_quiz_id: Any) -> Response:
            table = await exports.table(str(live_quiz_id), request.headers.get("authorization", ""))
            body = await trio.to_thread.run_sync(as_xlsx, table)
            sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            return _download(body, table, "xlsx", sheet)

    return DomainPages(add_views=add_views)


def _download(body: bytes, table: Table, extension: str, content_type: str) -> Response:
    name = re.sub(r"[^A-Za-z0-9]+", "-", table.title).strip("-").lower() or "live-quiz"
    response = Response(body, content_type=content_type)
    response.headers["content-disposition"] = (
        f'attachment; filename="{name[:80]}-results.{extension}"'
    )
    response.cache_control.no_store = True
    return response
