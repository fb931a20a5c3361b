"""Weighted shares and means, each respondent counting by weight (θ: `weighted_theta`)."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats import counts, results
from trustgap.stats.counts import ALL
from trustgap.stats.ranking.means import scores
from trustgap.stats.shares.intervals import score_limits
from trustgap.stats.teams import belongs
from trustgap.stats.weighting import design
from trustgap.stats.weighting.weighted_theta import drawn, reweighted, sample_of
from trustgap.stats.weighting.weights import dominated

__all__ = ["reweighted", "shares"]

NUMBERS = ["n_eff", "estimate", "conf_low", "conf_high"]
"""What a result of one or two respondents' weight would tell about them."""


def shares(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    wave: str,
    groups: list[str],
    teams: pd.DataFrame | None = None,
    by_group: bool = False,
) -> pd.DataFrame:
    """Estimate weighted positive shares and, for numeric items, weighted means.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame with ``weight``, ``stratum`` and ``psu``. Who has no weight does not count.
    items : DataFrame, indexed by item
        Needs ``team``, ``top_from`` and ``numeric``.
    area, wave : str
        Whose answers; `counts.NATIONAL` takes every area.
    groups : list of str
        The survey's groups.
    teams : DataFrame, indexed by team, optional
        ``members``: the groups that do not rate the team.
    by_group : bool
        Give rows of each group besides those of all together.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``weighted``: ``weighted_share`` for every item and ``weighted_mean`` for the numeric ones.
        ``n_a`` is the number of valid answers, ``n_eff`` the answers of a simple sample that would be as
        precise. No rows where nobody has a weight. Reasons: ``n_lt_min`` (no answer, or one only),
        ``constant`` (a mean of equal answers), ``df_le_0`` (one sampling unit in every stratum),
        ``dominated`` (one or two respondents carry too much of the weight: no number at all).

    Notes
    -----
    Shares have Wilson limits [1]_ at the effective base min(n, p (1 − p) / v), with Student's t for the
    normal quantile; at 0 and 1 the base is n / Kish's design effect. The variance v is linearised [2]_:
    n / (n − 1) Σ w² (x − p)² / (Σw)², which for weights made from head-counts leaves out what the
    head-counts explain and so errs on the side of caution. Where the file names sampling units or strata,
    v is `design.covariance`, with as many degrees of freedom as units less strata; a group's rows keep the
    units of the others.

    A row rests on all groups that rate the item: weighted and unweighted totals together would tell more
    about a hidden group than either.

    References
    ----------
    .. [1] Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of confidence
       intervals for proportions in complex sample surveys. Journal of Survey Statistics and Methodology,
       7, 334-364.
    .. [2] Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
       International Statistical Review, 51, 279-292.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "stratum": "", "psu": "",
    ...                         "weight": [1.0, 3.0] * 20, "q": [1] * 10 + [2] * 30})
    >>> items = pd.DataFrame({"team": "", "top_from": 2, "numeric": False}, index=["q"])
    >>> shares(answers, items, area="X1", wave="1", groups=["a"])[["estimate", "n_a", "n_eff"]].round(1)
       estimate  n_a  n_eff
    0       0.8   40   31.2
    """
    sample = sample_of(answers, area=area, wave=wave)
    if not len(sample):
        return pd.DataFrame(columns=[*results.COLUMNS, "rests_on"])
    group_of = sample["group"].astype(str).to_numpy()
    frames = []
    for group in [*(groups if by_group else []), ALL]:
        member = np.full(len(sample), True) if group == ALL else group_of == group
        cells = [_rests(area, wave, group, item, groups, team, teams) for item, team in items["team"].items()]
        named = pd.DataFrame(
            {
                "area": area, "wave": wave, "analysis": "weighted", "item": list(items.index),
                "group_a": group, "group_b": "", "target": items["team"].to_numpy(),
                "rests_on": pd.Series(cells, dtype=object),
            }
        )  # fmt: skip
        top = np.where(member[:, None], scores(sample, items), np.nan)
        frames.append(named.assign(estimand="weighted_share", **_share(top, sample)))
        numeric = items["numeric"].to_numpy(bool)
        if numeric.any():
            values = np.where(member[:, None], scores(sample, items[numeric], by="mean"), np.nan)
            mean = named[numeric].reset_index(drop=True)
            frames.append(mean.assign(estimand="weighted_mean", **_mean(values, sample)))
    rows = pd.concat(frames, ignore_index=True)
    # A group was not asked about its own team: no row, as there is none without weights.
    rows = rows.assign(**{name: rows[name].mask(rows["reason"].eq("dominated")) for name in NUMBERS})
    own = [belongs(group, team, teams) for group, team in zip(rows["group_a"], rows["target"], strict=True)]
    return rows[~np.array(own, dtype=bool)].reset_index(drop=True)


def _rests(area, wave, group, item, groups, team, teams) -> tuple:
    """Name the cells behind a row: its own, those of each group that was asked, and who has a weight."""
    others = [one for one in groups if not belongs(one, team, teams)] if group == ALL else []
    weighted = (area, wave, group, counts.part("weighted", item))
    return (*((area, wave, one, item) for one in [group, *others]), weighted)


def _variance(values: np.ndarray, sample: pd.DataFrame) -> dict[str, np.ndarray]:
    """Estimate weighted means with their variance and degrees of freedom."""
    weights = sample["weight"].to_numpy(float)
    mean, moves = design.influence(values, weights)
    answered = ~np.isnan(values)
    n = answered.sum(axis=0)
    how = drawn(sample)
    if how is not None:
        df = design.freedom(*how, among=answered)
        variance = np.diag(design.covariance(moves, *how))
    else:
        df = n - 1
        variance = (moves**2).sum(axis=0) * n / np.maximum(df, 1)
    return {"n": n, "mean": mean, "variance": np.where(df > 0, variance, np.nan), "df": df}


def _share(values: np.ndarray, sample: pd.DataFrame) -> dict[str, np.ndarray]:
    """Give shares with Wilson's limits at their effective bases."""
    part = _variance(values, sample)
    n, p, usable = part["n"], part["mean"], (part["df"] > 0) & (part["n"] > 1)
    weight = np.where(np.isnan(values), 0.0, sample["weight"].to_numpy(float)[:, None])
    of_kish = weight.sum(axis=0) ** 2 / np.where(n > 0, (weight**2).sum(axis=0), np.nan)
    spread = usable & (part["variance"] > 0) & (p > 0) & (p < 1)
    as_precise = np.divide(p * (1 - p), part["variance"], out=of_kish.copy(), where=spread)
    n_eff = np.minimum(n, as_precise)
    t = stats.t.ppf(0.975, np.where(usable, part["df"], np.nan))
    low, high = score_limits(p, np.where(usable, n_eff, np.nan), t)
    reasons = ["n_lt_min", "dominated", "df_le_0"]
    reason = np.select([n < 2, dominated(weight), ~usable], reasons, "")
    named = {"n_a": n, "n_eff": n_eff, "estimate": p, "method": "weighted wilson", "reason": reason}
    return named | {
        "conf_low": np.where(usable, low, np.nan),
        "conf_high": np.where(usable, high, np.nan),
    }


def _mean(values: np.ndarray, sample: pd.DataFrame) -> dict[str, np.ndarray]:
    """Give means with t limits."""
    part = _variance(values, sample)
    n, spread = part["n"], part["variance"] > results.ROUNDING**2
    weights = sample["weight"].to_numpy(float)
    of_scores, _ = design.influence((values - part["mean"]) ** 2, weights)
    usable = (n > 1) & (part["df"] > 0) & spread
    heavy = dominated(np.where(np.isnan(values), 0.0, weights[:, None]))
    half = stats.t.ppf(0.975, np.where(usable, part["df"], np.nan)) * np.sqrt(
        np.where(usable, part["variance"], np.nan)
    )
    n_eff = np.divide(of_scores, part["variance"], out=np.full(len(n), np.nan), where=usable)
    return {
        "n_a": n,
        "n_eff": np.minimum(n, n_eff),
        "estimate": part["mean"],
        "conf_low": part["mean"] - half,
        "conf_high": part["mean"] + half,
        "method": "weighted t_interval",
        "reason": np.select(
            [n < 2, heavy, part["df"] <= 0, ~spread], ["n_lt_min", "dominated", "df_le_0", "constant"], ""
        ),
    }
