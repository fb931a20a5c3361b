"""How much of a release is kept back, and why: counted over all areas, never for one."""

import numpy as np
import pandas as pd

from trustgap.report.disclosure import Shown, public
from trustgap.report.study import Study
from trustgap.stats import counts as cells

AREAS = 5
"""With fewer areas, how many cells are hidden for one reason could tell which."""

KINDS = {
    "told": "Shown as they are",
    "bounded": "Shown as a bound, or without part of it: nearly all of a small group answered alike",
    "secondary": "Hidden, because another cell could be found from it",
    "hidden": "Hidden, because fewer than 11 answered, or would be told apart",
    "silent": "Hidden, because the area is too small for pages of its own",
}
"""What can become of a cell, in words; where several hold, the last one counts."""


def kept_back(study: Study) -> Shown:
    """Count the cells of the latest wave by what became of them.

    Parameters
    ----------
    study : Study
        The whole of a survey.

    Returns
    -------
    Shown
        One row for each of `KINDS` with ``kind_text`` and ``cells_text``: ``estimate`` is the share of the
        ``n_a`` cells (one question, in one group or all staff of an area) in which somebody answered. None
        with fewer than `AREAS` areas.

    Notes
    -----
    A cell in which nobody answered bears the same mark on pages as one of ten, and is not counted here.
    """
    counts, decided = study.release.counts, study.release.decided
    local = counts[counts["wave"].eq(study.latest) & counts["area"].ne(cells.NATIONAL)]
    local = local[cells.valid(local) > 0]
    if local["area"].nunique() < AREAS:
        return public(pd.DataFrame(columns=["kind_text", "cells_text"]), study.words)
    here = pd.MultiIndex.from_frame(local[cells.CELL].astype(str))
    became = np.full(len(local), "told", dtype=object)
    partly = decided["kind"].isin(["bounded", "unanimous", "neutral", "negative"])
    for kind, rows in [("bounded", decided[partly]), *decided.groupby("kind")]:
        if kind in ("bounded", "secondary", "hidden"):
            became[here.isin(pd.MultiIndex.from_frame(rows[cells.CELL].astype(str)))] = kind
    became[local["area"].isin(study.mask.silent)] = "silent"
    return public(_rows(pd.Series(became).value_counts()), study.words)


def _rows(found: pd.Series) -> pd.DataFrame:
    number = found.reindex(list(KINDS), fill_value=0).to_numpy(float)
    return pd.DataFrame(
        {
            "analysis": "kept_back",
            "estimand": "cells_share",
            "item": list(KINDS),
            "n_a": number.sum(),
            "estimate": number / number.sum(),
            "kind_text": list(KINDS.values()),
            "cells_text": [f"{count:,.0f}" for count in number],
        }
    )
