"""`python -m tests.live [ACT ...]` runs the suite, or only these acts of it."""

from tests.live.command import live

if __name__ == "__main__":
    live()
