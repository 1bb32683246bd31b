"""Certificates in SQL."""

from storage.records.certificates.records import PostgresCertificateRecords

__all__ = ["PostgresCertificateRecords"]
