"""Write a file that is not there yet: all of it, or nothing."""

from pathlib import Path


def write_new_file(place: Path, text: str) -> None:
    """Write a new file, and its folders.

    If that fails, or is stopped, no half of the file is left: the next try would take it for one
    that the author wrote.

    Raises:
        FileExistsError: there is something at that place, which is left as it is.
        OSError: the file cannot be written.

    """
    place.parent.mkdir(parents=True, exist_ok=True)
    opened = place.open("x", encoding="utf-8", newline="\n")
    try:
        with opened:
            opened.write(text)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
