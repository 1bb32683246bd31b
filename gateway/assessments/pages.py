"""Results of live quizzes, and questions of quizzes, as files for teachers of the course.

A browser downloads them with an access token in `Authorization`; the assessments handler says
whether its user may. Pictures of questions are for whoever knows their address, as players without
an account do; no cache answers for one on its own, since it may be removed.
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
from gateway.site_files import answer
from protocol.access import Identity, Tokens
from protocol.assessments.files import FILE_KINDS, ExportFormat, ExportQuiz, QuizExported
from protocol.assessments.live.entry import HANDLER, MayExportLiveQuiz
from protocol.errors import AuthenticationError, NotFoundError
from protocol.objects import Objects
from protocol.ports import Post, Reads
from protocol.selection import Viewer

FORMATS = {kind.ending: format for format, kind in FILE_KINDS.items()}


class Exports:
    """Exports of results and questions, for those who teach the course or assist there."""

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

    async def questions(
        self, quiz_id: str, format: ExportFormat, authorization: str
    ) -> QuizExported:
        """The questions of a quiz. Raises the same errors."""
        identity = self._identify(authorization)
        question = ExportQuiz(
            by=identity.user_id, by_role=identity.role, quiz_id=quiz_id, format=format
        )
        exported: QuizExported = await self._post.ask(HANDLER, question, timeout_seconds=30)
        return exported

    def _identify(self, authorization: str) -> Identity:
        token = bearer_token(authorization)
        if not token:
            raise AuthenticationError("An access token is needed")
        return self._tokens.verify_access(token)


def assessment_pages(exports: Exports, objects: Objects) -> DomainPages:
    """The downloads of results, as CSV and as XLSX, and of questions; pictures in `objects`."""

    def add_views(app: QuartTrio) -> None:
        @app.get("/live/<uuid:live_quiz_id>/results.csv")
        async def results_csv(live_quiz_id: Any) -> Response:
            table = await exports.table(str(live_quiz_id), request.headers.get("authorization", ""))
            body = await trio.to_thread.run_sync(as_csv, table)
            return _download(body, table.title, "results.csv", "text/csv")

        @app.get("/live/<uuid:live_quiz_id>/results.xlsx")
        async def results_xlsx(live_quiz_id: Any) -> Response:
            table = await exports.table(str(live_quiz_id), request.headers.get("authorization", ""))
            body = await trio.to_thread.run_sync(as_xlsx, table)
            sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            return _download(body, table.title, "results.xlsx", sheet)

        @app.get("/quizzes/<uuid:quiz_id>/questions.<ending>")
        async def questions(quiz_id: Any, ending: str) -> Response:
            if ending not in FORMATS:
                raise NotFoundError("format of questions", ending[:64])
            authorization = request.headers.get("authorization", "")
            exported = await exports.questions(str(quiz_id), FORMATS[ending], authorization)
            media_type = FILE_KINDS[FORMATS[ending]].media_type
            return _download(exported.content, exported.title, f"questions.{ending}", media_type)

        @app.get("/pictures/<name>")
        async def picture(name: str) -> Response:
            try:
                found = await objects.get(f"pictures/{name}")
            except ValueError:  # a malformed key was never stored
                found = None
            if found is None:
                raise NotFoundError("picture", name[:64])
            response = answer(found.data, found.content_type, etag=name)  # never another picture
            response.cache_control.private = response.cache_control.no_cache = True
            return response

    return DomainPages(add_views=add_views)


def _download(body: bytes, title: str, what: str, content_type: str) -> Response:
    name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower() or "quiz"
    response = Response(body, content_type=content_type)
    response.headers["content-disposition"] = f'attachment; filename="{name[:80]}-{what}"'
    response.cache_control.no_store = True
    return response
