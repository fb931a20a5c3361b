"""Did areas with an intervention change more than areas without it: difference in differences."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.results import MARGIN_SHARE, ROUNDING, judge
from trustgap.stats.shares.mover import mover

MIN_CLUSTERS = 10
"""From so many areas on, the scatter of their own changes says how sure the difference is."""


def difference_in_differences(
    changes: pd.DataFrame, *, treated: Sequence[str], margin: float = MARGIN_SHARE
) -> pd.DataFrame:
    """Compare the change in areas with an intervention with the change elsewhere.

    Parameters
    ----------
    changes : DataFrame, one row per area
        ``area``, ``estimate`` (last minus first, such as the standardised share differences of
        `changes.change` for all groups of one item) and its limits at 95% and 90%; areas without an estimate
        or limits are left out.
    treated : sequence of str
        Areas that have the intervention; all others compare. Chosen before the change was known.
    margin : float
        Differences within it count as none in practice, in units of the estimate.

    Returns
    -------
    DataFrame of one row of results
        Analysis ``comparison``, estimand ``difference_in_differences``: mean change of the treated areas less
        mean change of the others, every area with the same weight. ``n_a`` treated areas, ``n_b`` others;
        four-way verdict; ``method`` says how limits were made. Reasons: ``few_areas`` (no treated area, or
        no other), ``constant`` (no change scatters).

    Raises
    ------
    KeyError
        If a treated area is not among the changes.
    ValueError
        If an area has two rows.

    Notes
    -----
    With `MIN_CLUSTERS` areas or more, of which at least two compare, areas are what is sampled: t limits from
    the scatter of their changes about the mean of their side, pooled over both sides. That allows for all
    that moves an area by itself, and for sampling. With fewer areas the limits are those of the changes
    combined by MOVER: sampling error only, and too narrow if areas change by themselves.

    References
    ----------
    .. [1] Donald, S. G. and Lang, K. (2007). Inference with difference-in-differences and other panel data.
       Review of Economics and Statistics, 89, 221-233.
    .. [2] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> changes = pd.DataFrame({"area": ["a", "b", "c"], "estimate": [0.12, 0.02, 0.04],
    ...                         "conf_low": [0.02, -0.08, -0.06], "conf_high": [0.22, 0.12, 0.14],
    ...                         "conf_low_90": [0.04, -0.06, -0.04], "conf_high_90": [0.20, 0.10, 0.12]})
    >>> row = difference_in_differences(changes, treated=["a"])
    >>> row[["estimate", "conf_low", "conf_high", "verdict"]].round(3)
       estimate  conf_low  conf_high       verdict
    0      0.09    -0.032      0.212  inconclusive
    """
    absent = [area for area in treated if area not in set(changes["area"])]
    if absent:
        raise KeyError(f"treated areas {absent} have no change; there are {sorted(changes['area'])}")
    if changes["area"].duplicated().any():
        raise ValueError(f"area {changes.loc[changes['area'].duplicated(), 'area'].iloc[0]!r} has two rows")
    limits = ["conf_low", "conf_high", "conf_low_90", "conf_high_90"]
    known = changes.dropna(subset=["estimate", *limits])
    inside = known["area"].isin(list(treated)).to_numpy()
    sides = int(inside.sum()), int((~inside).sum())
    row = {"analysis": "comparison", "estimand": "difference_in_differences", "n_a": sides[0]}
    row = pd.DataFrame(row | {"n_b": [sides[1]], "method": "", "reason": ""})
    if min(sides) == 0:
        return judge(
            row.assign(reason="few_areas", **dict.fromkeys(["estimate", *limits], np.nan)),
            null=0,
            margin=margin,
        )
    weights = np.where(inside, 1 / sides[0], -1 / sides[1])
    estimate = weights @ known["estimate"].to_numpy()
    if sum(sides) >= MIN_CLUSTERS and sides[1] >= 2:
        return judge(
            row.assign(estimate=estimate, **_clusters(known["estimate"], inside, estimate)),
            null=0,
            margin=margin,
        )
    low, high, low_90, high_90 = (
        float(limit)
        for pair in (limits[:2], limits[2:])
        for limit in mover(weights, known["estimate"], known[pair[0]], known[pair[1]])
    )
    found = dict(zip(limits, (low, high, low_90, high_90), strict=True))
    method = f"MOVER over {sum(sides)} areas; sampling error only"
    return judge(row.assign(estimate=estimate, method=method, **found), null=0, margin=margin)


def _clusters(change: pd.Series, inside: np.ndarray, estimate: float) -> dict[str, float | str]:
    sides = [change.to_numpy()[inside], change.to_numpy()[~inside]]
    df = len(change) - 2
    squares = sum(((side - side.mean()) ** 2).sum() for side in sides)
    error = np.sqrt(squares / df * sum(1 / len(side) for side in sides))
    method = f"t over {len(change)} areas as clusters, pooled scatter"
    if not error > ROUNDING:
        blank = dict.fromkeys(["conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value"], np.nan)
        return blank | {"method": method, "reason": "constant"}
    half, half_90 = (stats.t.ppf(level, df) * error for level in (0.975, 0.95))
    return {
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "conf_low_90": estimate - half_90,
        "conf_high_90": estimate + half_90,
        "p_value": float(2 * stats.t.sf(abs(estimate) / error, df)),
        "method": method,
    }
