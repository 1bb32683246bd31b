"""Courses, their modules and lessons, and who may change them."""
