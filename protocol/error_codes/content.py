"""Codes of the content domain."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import NOTHING, SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "UPLOAD_INCOMPLETE": ErrorCode("parts of the file have not arrived yet", NOTHING),
    "UPLOAD_TAKEN": ErrorCode("the upload belongs to something else already", NOTHING),
    "STORAGE_FULL": ErrorCode("the course, the person or the school has no room for it", SHOW),
    "TOO_MANY_UPLOADS": ErrorCode("too many uploads of this person have not ended yet", SHOW),
    "RESOURCES_FULL": ErrorCode("the course has as many resources as it may have", SHOW),
}
