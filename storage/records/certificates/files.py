"""The files of the certificates domain: the PDFs that were made."""

from __future__ import annotations

from typing import Any

from protocol.certificates import pdf_key

RENDERED = "select certificate_id, issue from certificates where rendered_at is not null"


async def keys(connection: Any) -> list[str]:
    """Their keys in the object storage."""
    rows = await connection.fetch(RENDERED)
    return [pdf_key(row["certificate_id"], row["issue"]) for row in rows]
