"""The demonstration school: believable people, a course, and a quiz from a real GIFT file."""
