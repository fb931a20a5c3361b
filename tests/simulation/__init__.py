"""Worlds in which the truth is known, and how often our intervals, tests and verdicts are right in them.

`registry` says what a world is and judges what was found; each other module holds the worlds of one theme
and registers them when it is imported. `exceptions.csv` lists the checks whose rate is known to be another
than promised, and why.
"""

from simulation import (
    absent,
    areas,
    batteries,
    joint,
    linked,
    means,
    ordered,
    paired,
    ranks,
    shares,
    spread,
    verdicts,
    waves,
    weighting,
)
from simulation.registry import WORLDS

__all__ = [
    "WORLDS",
    "absent",
    "areas",
    "batteries",
    "joint",
    "linked",
    "means",
    "ordered",
    "paired",
    "ranks",
    "shares",
    "spread",
    "verdicts",
    "waves",
    "weighting",
]
