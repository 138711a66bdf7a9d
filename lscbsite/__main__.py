"""``python -m lscbsite``."""

from lscbsite.cli import main

if __name__ == "__main__":
    main()
