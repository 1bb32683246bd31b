"""Questions as a table in CSV, with columns of our own (`columns`)."""
