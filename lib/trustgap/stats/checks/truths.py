"""Every result beside what is known to be true of it, and in what way it is right or wrong."""

import numpy as np
import pandas as pd

from trustgap.stats.results import MARGIN_SHARE, MARGIN_THETA

KEY = "area wave analysis estimand item group_a group_b target".split()
"""The columns that name a row of results, and of a truth."""

NULLS = {
    "theta": (0.5, MARGIN_THETA),
    "share_difference": (0.0, MARGIN_SHARE),
    "mean_difference": (0.0, MARGIN_SHARE),
}
"""The value of no difference and the margin of each estimand whose verdict is set against a truth."""


def matched(rows: pd.DataFrame, truth: pd.DataFrame, *, tolerance: float = 0.0) -> pd.DataFrame:
    """Set every result beside its truth, and say in what way it is right or wrong.

    Parameters
    ----------
    rows : DataFrame, rows of results
        ``conf_low``, ``conf_high`` and those of `KEY` that the analysis has, the others count as ""; uses
        ``verdict``, ``family_id`` and ``mde80``.
    truth : DataFrame
        `KEY`, ``value`` (in the unit of the estimate) and ``is_null`` (there is no difference by design).
        Rows without a truth, and truths without a row, are left out.
    tolerance : float
        How far the value of a row without difference may yet lie from the value of no difference, in its
        unit; an interval that misses the latter by no more is no false alarm.

    Returns
    -------
    DataFrame, one row per result with a truth, RangeIndex
        The columns of `rows`, ``value``, ``is_null``, and as bool

        ==============  =======================================================================
        ``covered``     the interval contains the truth; False where there is no interval
        ``called``      the verdict is ``higher`` or ``lower``
        ``false``       called, though there is no difference
        ``right_way``   called, in the direction of the truth; only where there is a difference
        ``wrong_way``   called, in the other direction; only where there is a difference
        ``beyond``      the truth lies further from no difference than the margin
        ``equal``       beyond the margin, yet called ``equivalent``
        ``seeable``     the difference is at least the smallest that had an 80% chance to be seen
        ``seen``        seeable, and the interval lies wholly on the right side of no difference
        ==============  =======================================================================

    Raises
    ------
    KeyError
        If a column is absent.
    ValueError
        If a row, or a truth, occurs twice.

    Examples
    --------
    >>> name = dict.fromkeys(KEY, "") | {"estimand": "theta", "item": ["p", "q", "r"]}
    >>> rows = pd.DataFrame(name | {"conf_low": [0.51, 0.3, 0.6], "conf_high": [0.7, 0.6, 0.8]})
    >>> rows["verdict"] = ["higher", "inconclusive", "higher"]
    >>> truth = pd.DataFrame(name | {"value": [0.5, 0.7, 0.7], "is_null": [True, False, False]})
    >>> matched(rows, truth)[["covered", "false", "right_way", "beyond"]]
       covered  false  right_way  beyond
    0    False   True      False   False
    1    False  False      False    True
    2     True  False       True    True
    """
    for name, table, needed in (
        ("rows", rows, ["area", "analysis", "estimand", "conf_low", "conf_high"]),
        ("truth", truth, [*KEY, "value", "is_null"]),
    ):
        absent = [column for column in needed if column not in table]
        if absent:
            raise KeyError(f"{name} lacks {absent}; it has {list(table.columns)}")
    asked = truth[truth["analysis"].isin(rows["analysis"].unique())]
    named = rows.assign(**{name: rows[name].fillna("") if name in rows else "" for name in KEY})
    try:
        both = named.merge(asked[[*KEY, "value", "is_null"]], on=KEY, how="inner", validate="one_to_one")
    except pd.errors.MergeError as error:
        raise ValueError(f"each result and each truth must occur once: {error}") from error
    return both.assign(**_judgements(both, tolerance))


def _judgements(both: pd.DataFrame, tolerance: float) -> dict[str, np.ndarray]:
    null, margin = (
        both["estimand"].map({e: pair[i] for e, pair in NULLS.items()}).astype(float) for i in (0, 1)
    )
    low, high, value = (both[name].astype(float) for name in ("conf_low", "conf_high", "value"))
    verdict = both["verdict"] if "verdict" in both else pd.Series("", index=both.index)
    flat = both["is_null"].astype(bool)
    up, down, above = verdict.eq("higher"), verdict.eq("lower"), value > null
    real = ~flat & null.notna() & value.ne(null)
    beyond = (value - null).abs() > margin + tolerance
    clear = (low - tolerance > null) | (high + tolerance < null)
    mde = both["mde80"].astype(float) if "mde80" in both else pd.Series(np.nan, index=both.index)
    seeable = real & ((value - null).abs() >= mde)
    return {
        # Limits that are the truth but for rounding contain it.
        "covered": (low <= value + 1e-12) & (high >= value - 1e-12),
        "called": up | down,
        "false": flat & (up | down) & clear,
        "right_way": real & ((up & above) | (down & ~above)),
        "wrong_way": real & ((up & ~above) | (down & above)),
        "beyond": beyond,
        "equal": beyond & verdict.eq("equivalent"),
        "seeable": seeable,
        "seen": seeable & (((low > null) & above) | ((high < null) & ~above)),
    }
