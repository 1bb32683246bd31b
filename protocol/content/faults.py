"""Why a file that was uploaded is not taken."""

from __future__ import annotations

from enum import StrEnum

from protocol.errors import RefusedError, RetryableError


class FileFault(StrEnum):
    """`details.reason` of `FILE_REFUSED`. Stable, as codes are."""

    WRONG_KIND = "wrong_kind"
    DAMAGED = "damaged"
    EXTRA_CONTENT = "extra_content"
    ENCRYPTED = "encrypted"
    TOO_MANY_FILES = "too_many_files"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    UNSAFE_PATHS = "unsafe_paths"
    LINKS = "links"
    SAME_NAMES = "same_names"
    PROGRAMS = "programs"
    TOO_MANY_PIXELS = "too_many_pixels"
    MOVES = "moves"
    INFECTED = "infected"
    TOO_LARGE_TO_SCAN = "too_large_to_scan"


class FileRefused(RefusedError):
    """What was uploaded is not what its name says, or may harm whoever opens it."""

    def __init__(self, fault: FileFault, message: str) -> None:
        super().__init__("FILE_REFUSED", message, reason=fault.value)
        self.fault = fault


class ScannerUnavailable(RetryableError):
    """Nothing is taken unscanned where a scanner is configured. `why` is for operators."""

    code = "SCANNER_UNAVAILABLE"

    def __init__(self, why: str) -> None:
        super().__init__("The file cannot be scanned for viruses now; try again")
        self.why = why
