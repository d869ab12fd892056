"""`python -m slaaudit`: the command line."""

from slaaudit.cli import main

if __name__ == "__main__":
    main()
