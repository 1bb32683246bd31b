"""What `make` does before anything of Stoa can run: the environment in `.venv`.

Run by any Python 3.11 or newer, with the standard library alone.
"""
