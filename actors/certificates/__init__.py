"""Certificates: issued when a course has been completed, and revoked."""
