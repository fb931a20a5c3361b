"""What areas' pages show of the whole and of other areas, and whether it moved far enough to make them anew.

One late answer moves every number of the whole a little. Areas' pages are made anew when a published share of
the whole has moved by more than `MOVED` since they were made, when one of these or the headline share of any
area appears, is hidden or becomes a bound, or a published statement is judged otherwise; the pages of the
whole itself always are. A release demands that nothing moved at all: the difference would be the late answer.
"""

import hashlib
import json
from pathlib import Path

import pandas as pd

from trustgap.record import ledger
from trustgap.report.release import Release
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.shares import proportions

NAME = "whole.json"
"""File beside the index that holds the published shares which areas' pages were made with."""

MOVED = 0.01
"""A share may move so far, one point, before areas' pages are made anew."""


def published(release: Release) -> dict:
    """Give what is published of the whole, and the headline share of every area.

    Parameters
    ----------
    release : Release
        Of all areas.

    Returns
    -------
    dict
        ``shares`` of the whole, as published, by what they are of (None where hidden); ``marks``, which of
        them and of the headline shares are hidden or bounds; and ``said``, the verdicts on published
        statements.
    """
    counts = release.counts
    if counts.empty:
        return {"shares": {}, "marks": {}, "said": []}
    rows = proportions.shares(counts[counts["area"].eq(cells.NATIONAL)], release.questionnaire.items)
    rows = pd.concat([rows[rows["estimand"].str.endswith("_share")], release.headline], ignore_index=True)
    table = release.mask.protect(rows, release.words).table
    names = table[["area", "wave", "group_a", "item", "estimand"]].agg(" ".join, axis=1)
    estimates = table["estimate"].astype(object).where(table["estimate"].notna(), None)
    national = table["area"].eq(cells.NATIONAL)
    return {
        "shares": dict(zip(names[national], estimates[national], strict=True)),
        "marks": dict(zip(names, table["reason"].astype(str), strict=True)),
        "said": release.claimed[results.TEXT].astype(str).to_numpy().tolist(),
    }


def kept(now: dict, home: Path) -> dict:
    """Choose between what is published now and what the areas' pages there were made with.

    Parameters
    ----------
    now : dict
        As `published` gives it.
    home : Path
        The survey's folder among the outputs.

    Returns
    -------
    dict
        What was there, where it is still near enough; else `now`.
    """
    try:
        before = json.loads((home / NAME).read_text(encoding="utf-8"))
        return before if _near(before, now) else now
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return now


def _near(before: dict, now: dict) -> bool:
    old, new = before["shares"], now["shares"]
    same = all(before[name] == now[name] for name in ("said", "marks"))
    if not same or list(old) != list(new):
        return False
    both = [(old[name], new[name]) for name in new]
    if any((a is None) != (b is None) for a, b in both):
        return False
    return all(abs(a - b) <= MOVED + results.ROUNDING for a, b in both if a is not None)


def write(whole: dict, home: Path) -> None:
    """Store what areas' pages are made with.

    Parameters
    ----------
    whole : dict
        As `kept` gives it.
    home : Path
        The survey's folder among the outputs.
    """
    ledger.replace(home / NAME, json.dumps(whole, indent=1) + "\n")


def digest(whole: dict) -> str:
    """Hash what is published of the whole.

    Parameters
    ----------
    whole : dict
        As `kept` gives it.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()
