"""The content domain: files that people upload, and the resources of a course."""
