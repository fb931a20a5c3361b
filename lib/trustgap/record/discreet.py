"""What a command says where something unforeseen happens: classes and places, never words of the data."""

import contextlib
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

LIBRARY = Path(__file__).parents[1]


def fault(error: BaseException) -> str:
    """Describe an error that nobody foresaw. Its own words are left out, for they may hold an answer.

    Parameters
    ----------
    error : BaseException
        As it was raised.

    Returns
    -------
    str
        One line: its class, and where in the library it came about.

    Examples
    --------
    >>> fault(ValueError("could not convert string to float: 'Anna'"))
    'Stopped by a fault of trustgap itself: ValueError. What it says of the data is not shown.'
    """
    places = [
        f"{Path(frame.filename).relative_to(LIBRARY).as_posix()}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(LIBRARY)
    ]
    where = f" at {' > '.join(places)}" if places else ""
    return (
        f"Stopped by a fault of trustgap itself: {type(error).__name__}{where}. "
        "What it says of the data is not shown."
    )


@contextlib.contextmanager
def warned() -> Iterator[None]:
    """Have warnings say their class and place only.

    Examples
    --------
    >>> with warned():
    ...     print(warnings.showwarning.__name__)
    _class_and_place
    """
    with warnings.catch_warnings():
        warnings.showwarning = _class_and_place
        yield


def _class_and_place(
    message: Warning, category: type, filename: str, lineno: int, file: object = None, line: str | None = None
) -> None:
    sys.stderr.write(f"{category.__name__} at {Path(filename).name}:{lineno}\n")
