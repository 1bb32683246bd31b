"""`python -m supervisors.cli` is `stoa`."""

from supervisors.cli import main

if __name__ == "__main__":
    main()
