"""What scans uploads for viruses: ClamAV's daemon, where one is configured."""

from __future__ import annotations

from protocol.content.scanning import VirusScanner
from storage.scanning.clamd import Clamd
from supervisors.settings import Settings


def scanner_of(settings: Settings) -> VirusScanner | None:
    """None where uploads are not scanned. Nothing is connected before the first file."""
    return None if settings.clamav_url is None else Clamd(settings.clamav_url)
