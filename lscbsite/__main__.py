"""``python -m lscbsite``."""

from lscbsite.cli import run

if __name__ == "__main__":
    run()
