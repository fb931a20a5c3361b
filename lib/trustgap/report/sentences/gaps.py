"""The size of a gap in words: how large a one-sided θ is, and whether it matters."""

from trustgap.stats.results import MARGIN_THETA


def theta_size(row: object) -> str:
    """Give the size of a one-sided θ in brackets, and say where all of its interval is too small to matter.

    Parameters
    ----------
    row : named tuple
        A shown row ``theta`` with a verdict.

    Returns
    -------
    str
        With a space before it; empty where there is no number.
    """
    if row.estimate != row.estimate:
        return ""
    return f" (θ {row.estimate_text}{', too small a gap to matter' if too_small(row) else ''})"


def too_small(row: object) -> bool:
    """Say whether all of the interval of a θ lies within the margin around balance.

    Parameters
    ----------
    row : named tuple
        A shown row ``theta``.

    Returns
    -------
    bool
        False where there is no interval.
    """
    return row.conf_low >= 0.5 - MARGIN_THETA and row.conf_high <= 0.5 + MARGIN_THETA
