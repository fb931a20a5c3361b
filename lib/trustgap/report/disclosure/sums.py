"""Counts of people that add up: what may be said of one, and what an attacker can work out of others."""

from functools import lru_cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from trustgap.report.disclosure.rules import CLASS_BASE, THRESHOLD, nearly_none

SHOWN, BOUNDED, HIDDEN = "", "bounded", "hidden"
"""What a page says of a count: the number, that it is near 0 or all, or nothing."""

Range = tuple[int, int]
Parts = tuple[bool, ...]
"""Which of the smallest parts belong to a set."""


def few(n: int) -> int:
    """Give the most people that count as hardly any of `n`, and so are shown as a bound.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> few(11), few(30), few(49)
    (1, 2, 4)
    """
    return int(nearly_none(np.array(n)))


def state(n: int, hits: int) -> str:
    """Say what the primary rules make of one count.

    Parameters
    ----------
    n, hits : int
        People, and how many of them have the property.

    Returns
    -------
    str
        `HIDDEN` where there are fewer than `THRESHOLD` people, `BOUNDED` where hardly any or nearly all of
        fewer than `CLASS_BASE` have it, else `SHOWN`.

    Examples
    --------
    >>> state(10, 5), state(11, 1), state(11, 2), state(50, 0)
    ('hidden', 'bounded', '', '')
    """
    if n < THRESHOLD:
        return HIDDEN
    return BOUNDED if n < CLASS_BASE and min(hits, n - hits) <= few(n) else SHOWN


def allowed(n: int, hits: int, said: str) -> Range:
    """Give the counts that what is said of a set leaves open.

    Parameters
    ----------
    n, hits : int
        People, and how many of them have the property.
    said : str
        `SHOWN`, `BOUNDED` or `HIDDEN`.

    Returns
    -------
    (int, int)
        Least and most.

    Examples
    --------
    >>> allowed(30, 29, BOUNDED), allowed(30, 29, HIDDEN)
    ((28, 30), (0, 30))
    """
    if said == SHOWN:
        return hits, hits
    if said == HIDDEN:
        return 0, n
    return (0, few(n)) if 2 * hits < n else (n - few(n), n)


def told(n: int, hits: int, said: str | None, found: Range) -> bool:
    """Say whether an attacker knows more of a set than its page is meant to tell.

    Parameters
    ----------
    n, hits : int
        People, and how many of them have the property.
    said : str or None
        What is said of it; None where no page is about it.
    found : (int, int)
        The least and the most that fit everything that is shown.

    Returns
    -------
    bool
        True for a hidden set, or one of fewer than `THRESHOLD` people, if its count is found exactly or, of
        three people or more, within one; and for a set near 0 or all if a count is ruled out that its bound
        would leave open. Never of a set that is shown, of nobody, or that could have been shown.

    Examples
    --------
    >>> told(8, 3, HIDDEN, (3, 4)), told(8, 3, HIDDEN, (2, 4)), told(2, 1, None, (0, 1))
    (True, False, False)
    """
    if n == 0 or said == SHOWN:
        return False
    least, most = found
    if (said == HIDDEN or n < THRESHOLD) and most - least < (2 if n >= 3 else 1):
        return True
    low, high = allowed(n, hits, state(n, hits))
    return state(n, hits) == BOUNDED and (least > low or most < high)


@lru_cache(maxsize=4096)
def ranges(size: tuple[int, ...], facts: tuple[tuple[Parts, int, int], ...], wanted: Parts) -> Range:
    """Find the least and the most people of a set who can have a property, by whole numbers.

    Parameters
    ----------
    size : tuple of int
        People in each of the smallest parts; an attacker knows them.
    facts : tuple of (parts, least, most)
        What is known of sums of parts.
    wanted : tuple of bool
        The parts of the set.

    Returns
    -------
    (int, int)

    Raises
    ------
    ValueError
        If no counts fit all facts.

    Examples
    --------
    >>> both, first = (True, True), (True, False)
    >>> ranges((8, 20), ((both, 5, 5),), first), ranges((8, 20), ((both, 5, 5), (first, 2, 2)), first)
    ((0, 5), (2, 2))
    """
    goal = np.array(wanted, float)
    rules = ()
    if facts:
        inside, least, most = (np.array(column, float) for column in zip(*facts, strict=True))
        rules = LinearConstraint(inside, least, most)
    ends = []
    for sign in (1, -1):
        solved = milp(
            sign * goal,
            constraints=rules,
            bounds=Bounds(0, np.array(size, float)),
            integrality=np.ones(len(size)),
        )
        if not solved.success:
            raise ValueError(f"no counts of {size} people fit what is known of their sums")
        ends.append(round(sign * solved.fun))
    return ends[0], ends[1]
