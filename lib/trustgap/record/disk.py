"""What the system says where there is no room left."""

import errno

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
