"""Files: in a folder on disk, or in S3."""
