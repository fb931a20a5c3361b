"""What a release says of itself: its files by hash, how much it shows and hides, and that it was audited.

Of the cells that are hidden, who publishes sees how many are so because few people are in them, and how many
to protect those. Readers see one number for both: told apart, they would narrow down how many are in which.
"""

import json

import numpy as np
import pandas as pd

from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.earlier.entry import bases
from trustgap.stats import counts as cells

NAME = "manifest.json"
"""File of a release that describes the others."""

COUNTED = ["shown", "hidden_primary", "hidden_secondary"]


def by_page(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Count the cells that each page shows and hides.

    Parameters
    ----------
    rows : DataFrame
        All tables, in the results vocabulary, and ``notebook``.
    table : DataFrame
        All cells, as `Standing.cells` gives them.

    Returns
    -------
    DataFrame, indexed by page
        `COUNTED`. A cell is an area, wave, question and group of which the page has a row; it is shown if
        one of them is, hidden by the primary rules if too few people are in it, else to protect others.
    """
    mine = rows[rows["item"].ne("") & rows["wave"].ne("")]
    page = mine["area"].astype(str) + "/" + mine["notebook"].astype(str)
    named = mine.rename(columns={"group_a": "group"}).assign(
        page=page, shown=~mine["suppressed"].astype(bool)
    )
    seen = named.groupby(["page", *cells.CELL])["shown"].any().reset_index()
    known = table[cells.CELL].assign(n=bases(table)) if len(table) else table.assign(n=0)
    n = seen.merge(known, on=cells.CELL, how="left")["n"].fillna(0).to_numpy()
    shown, few = seen["shown"].to_numpy(), n < THRESHOLD
    kinds = np.stack([shown, ~shown & few, ~shown & ~few], axis=1)
    return pd.DataFrame(kinds, columns=COUNTED).groupby(seen["page"].to_numpy()).sum().astype(int)


def manifest(facts: dict, *, files: dict[str, str], pages: pd.DataFrame, audited: dict) -> dict:
    """Put together what a release says of itself.

    Parameters
    ----------
    facts : dict
        ``release``, ``survey``, ``time``, ``trustgap``, ``library`` and ``policy``.
    files : dict of str to str
        Hashes by name.
    pages : DataFrame
        As `by_page` gives it.
    audited : dict
        What the audit counted.

    Returns
    -------
    dict
        Counts, hashes and names.
    """
    hidden = pages["hidden_primary"] + pages["hidden_secondary"]
    each = pd.DataFrame({"shown": pages["shown"], "hidden": hidden})
    return {**facts, "audit": audited, **_counts(each), "files": files}


def review(described: dict, pages: pd.DataFrame) -> dict:
    """Add to a manifest why cells are hidden, in all and page by page.

    Parameters
    ----------
    described : dict
        As `manifest` gives it.
    pages : DataFrame
        As `by_page` gives it.

    Returns
    -------
    dict
        For who publishes, and for nobody else.
    """
    return described | _counts(pages)


def _counts(pages: pd.DataFrame) -> dict:
    return {"cells": pages.sum().astype(int).to_dict(), "pages": pages.to_dict("index")}


def text(described: dict) -> bytes:
    """Write a manifest.

    Parameters
    ----------
    described : dict
        As `manifest` or `review` gives it.

    Returns
    -------
    bytes
        JSON.
    """
    return (json.dumps(described, indent=1, sort_keys=True) + "\n").encode()
