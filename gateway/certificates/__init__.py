"""Certificates as people and programs see them: a PDF, an Open Badge, and a public page."""
