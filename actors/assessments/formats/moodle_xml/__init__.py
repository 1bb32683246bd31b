"""Moodle's XML format (docs.moodle.org, "Moodle XML format"; its `question/format/xml`)."""
