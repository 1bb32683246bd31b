"""The demonstration school: plausible people, a course, and a quiz from a GIFT file."""
