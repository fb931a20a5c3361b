"""What the system says where there is no room left, and having it write to disk what it still holds."""

import errno
import os
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
"""Numbers of the errors that mean so: the disk is full, or the share of it that a user may fill."""


def is_full(error: OSError) -> bool:
    """Say whether an error means that there is no room.

    Parameters
    ----------
    error : OSError
        From writing, or from making a file or folder.

    Returns
    -------
    bool
        False for every other fault of a disk.

    Examples
    --------
    >>> is_full(OSError(errno.ENOSPC, "No space left")), is_full(OSError(errno.EACCES, "Permission denied"))
    (True, False)
    """
    return error.errno in FULL


def to_disk(path: Path) -> None:
    """Have the system write a file or folder to disk, where it can be asked to.

    Parameters
    ----------
    path : Path
        What must be there after a power cut.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
