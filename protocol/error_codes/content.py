"""Codes of the content domain."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import LATER, SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "FILE_REFUSED": ErrorCode(
        "what was uploaded is not taken; `details.reason`: `wrong_kind` (not what its name says),"
        " `damaged`, `extra_content` (something is behind it), `encrypted`, `too_many_files`,"
        " `unpacks_too_large`, `unsafe_paths`, `links`, `same_names`, `programs` (also macros),"
        " `too_many_pixels`, `moves` (an animation in another format than GIF), `infected`,"
        " `too_large_to_scan`",
        "say the reason, and let the user choose another file",
    ),
    "SCANNER_UNAVAILABLE": ErrorCode("the file cannot be scanned for viruses now", LATER),
    "UPLOAD_INCOMPLETE": ErrorCode("parts of the file have not arrived yet", LATER),
    "STORAGE_FULL": ErrorCode("the course, the person or the school has no room for it", SHOW),
    "TOO_MANY_UPLOADS": ErrorCode("too many uploads of this person have not ended yet", SHOW),
    "VIDEOS_FULL": ErrorCode("the course has as many films as it may have", SHOW),
    "VIDEO_IN_USE": ErrorCode("lessons show this film", "say which, from `Video.lessons`"),
    "VIDEO_NOT_READY": ErrorCode("the film has not been processed yet", LATER),
    "CAPTIONS_FULL": ErrorCode("the film has captions in as many languages as it may have", SHOW),
    "RESOURCES_FULL": ErrorCode("the course has as many resources as it may have", SHOW),
}
