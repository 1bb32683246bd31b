"""The composition root: supervision, the directory of actors, and the command line."""
