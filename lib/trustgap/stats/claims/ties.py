"""All working relationships together: every team as every group rates it, with their covariance."""

from zlib import crc32

import numpy as np
import pandas as pd
from scipy import linalg, stats

from trustgap.stats import results
from trustgap.stats.claims.rules import FAILS, HOLDS, UNSURE, union
from trustgap.stats.counts import ALL
from trustgap.stats.ranking.means import estimates, scores
from trustgap.stats.ranking.rankings import MIN_RANKED, members
from trustgap.stats.ranking.ranks import rank_sets, top_sets

KEY = "ties"


def means(
    answers: pd.DataFrame, items: pd.DataFrame, *, area: str, wave: str
) -> tuple[pd.DataFrame, np.ndarray]:
    """Estimate the mean of every item in every group, with the covariance of all of them.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    items : DataFrame, indexed by item
        Needs ``team`` and ``top_from``.
    area, wave : str
        `trustgap.stats.counts.NATIONAL` takes every area.

    Returns
    -------
    rows : DataFrame, rows of results, one per group and item that the group was asked
        Analysis ``ties``, estimand ``mean``; without limits. ``reason`` ``n_lt_min`` with fewer than
        `results.MIN_N` answers: such a row has no mean.
    covariance : array, shape (rows with a mean, rows with a mean)
        Groups are independent of each other; within a group the same people rate several teams.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "p": [1, 3] * 10, "q": [2, 4] * 10})
    >>> rows, covariance = means(answers, pd.DataFrame({"team": ["s", "t"], "top_from": 4}, index=["p", "q"]),
    ...                          area="X1", wave="1")
    >>> rows["estimate"].tolist(), covariance.shape
    ([2.0, 3.0], (2, 2))
    """
    frames, blocks = [], []
    for group, part in members(answers, area=area, wave=wave, group=ALL).items():
        numbers = scores(part, items, by="mean")
        n = (~np.isnan(numbers)).sum(axis=0)
        enough = n >= results.MIN_N
        mean, covariance = estimates(numbers[:, enough])
        blocks.append(covariance)
        value = np.full(len(items), np.nan)
        value[enough] = mean
        rests = [((area, wave, group, item),) for item in items.index]
        named = {"group_a": group, "item": list(items.index), "target": items["team"].to_numpy()}
        frames.append(pd.DataFrame(named | {"n_a": n, "estimate": value, "rests_on": rests})[n > 0])
    if not frames:
        return pd.DataFrame(columns=["group_a", "item", "estimate", "n_a", "rests_on", "reason"]), np.empty(
            (0, 0)
        )
    rows = pd.concat(frames, ignore_index=True).assign(area=area, wave=wave, analysis=KEY, estimand="mean")
    return rows.assign(reason=np.where(rows["estimate"].isna(), "n_lt_min", "")), linalg.block_diag(*blocks)


def weakest(rows: pd.DataFrame, covariance: np.ndarray, *, places: int, seed: int) -> pd.DataFrame:
    """Rank all relationships from the weakest up, with the ranks that cannot be excluded.

    Parameters
    ----------
    rows, covariance
        As `means` gives them.
    places : int
        How many places the last ones have.
    seed : int
        Of the survey.

    Returns
    -------
    DataFrame, rows of results
        Estimands ``rank`` (1 is the weakest) and ``top_`` followed by `places`, as
        `trustgap.stats.ranking.rankings.ranking` gives them; ``tie`` names group and item.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "group_a": ["a", "b"], "item": "p", "estimate": [2.0, 4.0],
    ...                      "n_a": 50, "reason": ""})
    >>> weakest(rows, np.diag([0.01, 0.01]), places=1, seed=1)[["tie", "estimand", "estimate"]]
          tie estimand  estimate
    0  (a, p)     rank       1.0
    1  (b, p)     rank       2.0
    2  (a, p)    top_1       1.0
    3  (b, p)    top_1       0.0
    """
    known = rows["reason"].eq("").to_numpy()
    values, reason = np.full((2, len(rows), 3), np.nan), rows["reason"].astype(object).to_numpy(copy=True)
    if known.sum() < 2 or not np.diag(covariance).max() > results.ROUNDING**2:
        reason[known] = "one_level" if known.sum() < 2 else "constant"
    else:
        mean, n = -rows["estimate"].to_numpy()[known], rows["n_a"].to_numpy()[known].min()
        people = rows[known].groupby("group_a")["n_a"].max().sum()
        key = [seed, *(crc32(word.encode()) for word in (rows["area"].iloc[0], KEY))]
        if people >= MIN_RANKED:
            values[0][known] = rank_sets(mean, covariance, n=n, seed=key)[["rank", "low", "high"]]
        values[1][known, 0] = top_sets(mean, covariance, n=n, seed=key, tau=[places])[places]
    tie = list(zip(rows["group_a"], rows["item"], strict=True))
    parts = [
        rows.assign(
            tie=tie,
            estimand=name,
            estimate=part[:, 0],
            conf_low=part[:, 1],
            conf_high=part[:, 2],
            reason=reason,
        )
        for name, part in zip(("rank", f"top_{places}"), values, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def uneven(rows: pd.DataFrame, covariance: np.ndarray, *, within: float) -> pd.DataFrame:
    """Decide whether relationships differ in strength.

    Parameters
    ----------
    rows, covariance
        As `means` gives them.
    within : float
        Means no further than this from the mean of all count as even, in points of the scale.

    Returns
    -------
    DataFrame, one row
        Estimand ``prediction_mean``: the mean of all relationships, each counting the same, with the limits
        within which 95% of relationships like these lie, which is no interval of the mean itself;
        ``p_value`` is that of the joint test. ``verdict`` ``holds`` where that is below 0.05;
        ``does_not_hold`` where every mean is shown, by limits that hold for all of them together, to lie
        within `within`; else ``cannot_say``. ``reason`` ``one_level`` with fewer than three relationships,
        ``constant`` where they do not vary.

    Notes
    -----
    The joint test is Wald's of equal means with the full covariance. The range is mean ± t(k − 2) τ, with τ²
    the scatter of the means about their mean less what their standard errors explain, at least 0. Holds,
    though all are equal: 5%. Does not hold, though one is further off than `within`: at most 5%.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "wave": "1", "estimate": [2.0, 3.0, 4.0], "n_a": 90, "reason": "",
    ...                      "rests_on": [((1,),), ((2,),), ((3,),)], "group_a": "a", "target": "t"})
    >>> uneven(rows, np.eye(3) / 90, within=0.25)["verdict"].item()
    'holds'
    """
    known = rows[rows["reason"].eq("")]
    k = len(known)
    blank = rows.head(1).assign(estimand="prediction_mean", group_a=ALL, target="", verdict=UNSURE)
    if k < 3 or not np.diag(covariance).max() > results.ROUNDING**2:
        return blank.assign(estimate=np.nan, reason="constant" if k >= 3 else "one_level")
    mean = known["estimate"].to_numpy()
    centre = np.eye(k) - 1 / k
    off, spread = centre @ mean, centre @ covariance @ centre
    statistic = float(off @ np.linalg.pinv(spread, rcond=1e-10) @ off)
    p = float(stats.chi2.sf(statistic, k - 1))
    tau = np.sqrt(max(0.0, (off**2).sum() / (k - 1) - np.trace(spread) / (k - 1)))
    half = stats.t.ppf(0.975, k - 2) * tau
    reach = np.abs(off) + stats.norm.ppf(1 - 0.025 / k) * np.sqrt(np.diag(spread))
    verdict = HOLDS if p < 0.05 else FAILS if (reach <= within).all() else UNSURE
    row = blank.assign(
        n_a=known["n_a"].sum(), estimate=mean.mean(), conf_low=mean.mean() - half,
        conf_high=mean.mean() + half, p_value=p, verdict=verdict, reason="", rests_on=[union(known)],
    )  # fmt: skip
    return row
