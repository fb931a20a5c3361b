"""Two classes of factors compared by the same people, and two groups' rankings compared."""

from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.counts import ALL
from trustgap.stats.ranking.means import estimates, pooled, scores
from trustgap.stats.ranking.rankings import members
from trustgap.stats.results import DETECTABLE, MARGIN_SHARE, MIN_N, ROUNDING, judge

MANY = 1000
"""Respondents above which means of samples are as good as normal."""


def class_contrast(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    class_a: str,
    class_b: str,
    area: str,
    wave: str,
    group: str = ALL,
) -> pd.DataFrame:
    """Compare how often people name factors of one class and of another.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    items : DataFrame, indexed by item
        Needs ``factor_class`` and ``top_from``; the map from factor to class must be fixed beforehand.
    class_a, class_b : str
        The two classes; the difference is a minus b.
    area, wave, group : str
        As for `rankings.ranking`; for `counts.ALL` every group has the same weight.

    Returns
    -------
    DataFrame of one row
        Analysis ``class_contrast``, estimand ``mean_difference``: the mean over respondents of their
        positive share among items of class a minus that of class b, in [-1, 1], with t limits. Only
        respondents with a valid answer in both classes count; ``n_a`` is their number. Reasons:
        ``all_missing`` (a class without items or answers), ``n_lt_min``, ``constant``.

    Raises
    ------
    KeyError
        If an item has no column in `answers`.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a",
    ...                         "p": [4] * 20 + [1] * 10, "q": [4] * 5 + [1] * 25})
    >>> items = pd.DataFrame({"top_from": 4, "factor_class": ["x", "y"]}, index=["p", "q"])
    >>> row = class_contrast(answers, items, class_a="x", class_b="y", area="X1", wave="1", group="a")
    >>> row[["item", "n_a", "estimate", "verdict"]]
        item  n_a  estimate verdict
    0  x v y   30       0.5  higher
    """
    parts = members(answers, area=area, wave=wave, group=group)
    sides = [items[items["factor_class"] == one] for one in (class_a, class_b)]
    differences = {}
    for name, part in parts.items():
        a, b = (_own_share(scores(part, side)) for side in sides)
        both = ~np.isnan(a - b)
        differences[name] = (a - b)[both][:, None]
    enough = {name: part for name, part in differences.items() if len(part) >= MIN_N} or differences
    n = sum(len(part) for part in enough.values())
    row = pd.DataFrame(
        {
            "area": area,
            "wave": wave,
            "analysis": "class_contrast",
            "estimand": "mean_difference",
            "item": f"{class_a} v {class_b}",
            "group_a": group,
            "n_a": [n],
            "method": "within-respondent difference, t interval"
            + (", equal weights of groups" if group == ALL else ""),
            "rests_on": [((area, wave, group, ""),)],
        }
    )
    return judge(row.assign(**_t_limits(list(enough.values()), n)), null=0, margin=MARGIN_SHARE)


def _own_share(numbers: np.ndarray) -> np.ndarray:
    answered = (~np.isnan(numbers)).sum(axis=1)
    return np.divide(
        np.nansum(numbers, axis=1), answered, out=np.full(len(numbers), np.nan), where=answered > 0
    )


def _t_limits(groups: list[np.ndarray], n: int) -> dict[str, float | str]:
    blank = dict.fromkeys(
        "estimate conf_low conf_high conf_low_90 conf_high_90 p_value mde80 n_eff".split(), np.nan
    )
    if not groups or len(groups[0]) < MIN_N:
        return blank | {"reason": "n_lt_min" if n else "all_missing"}
    mean, covariance, size = pooled(groups)
    estimate, error = float(mean[0]), float(np.sqrt(covariance[0, 0]))
    if not error > ROUNDING:
        return blank | {"estimate": estimate, "reason": "constant"}
    half, half_90 = (error * stats.t.ppf(level, size - 1) for level in (0.975, 0.95))
    return {
        "estimate": estimate,
        "conf_low": max(estimate - half, -1.0),
        "conf_high": min(estimate + half, 1.0),
        "conf_low_90": max(estimate - half_90, -1.0),
        "conf_high_90": min(estimate + half_90, 1.0),
        "p_value": float(2 * stats.t.sf(abs(estimate) / error, size - 1)),
        "mde80": error * DETECTABLE,
        "n_eff": size,
        "reason": "",
    }


def agreement(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    group_a: str,
    group_b: str,
    area: str,
    wave: str,
    seed: int,
    draws: int = 1000,
) -> pd.DataFrame:
    """Estimate how far two groups put the same items in the same order.

    Parameters
    ----------
    answers, items, area, wave, seed
        As for `rankings.ranking`.
    group_a, group_b : str
        The two groups.
    draws : int
        Bootstrap samples of respondents, within each group.

    Returns
    -------
    DataFrame of one row
        Analysis ``ranking``, estimand ``tau_b``: Kendall's τ-b between the two orders of the items that
        at least `results.MIN_N` of each group answered, in [-1, 1]. ``n_a`` and ``n_b`` are respondents.
        Reasons: ``n_lt_min``, ``one_level`` (fewer than three items), ``constant`` (one side has no order),
        ``steady`` (the two orders agree equally well in every sample drawn: no limits).

    Raises
    ------
    KeyError
        As `rankings.ranking`.

    Notes
    -----
    The limits are the estimate ± 1.96 bootstrap standard errors on Fisher's z scale. Percentiles are not
    used: a resampled order is noisier than the order itself, so that they lie too low. For the same reason
    τ-b itself understates agreement where the groups are small. Of a group of more than `MANY` respondents
    no samples are drawn but means, from the normal distribution that those of samples then have, so that the
    work does not grow with the group.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> scored = pd.DataFrame(rng.integers(1, 6, (80, 4)) // [1, 1, 2, 2] + 1, columns=list("pqrs"))
    >>> answers = scored.assign(area="X1", wave="1", group=["a", "b"] * 40)
    >>> items = pd.DataFrame({"top_from": 4}, index=list("pqrs"))
    >>> row = agreement(answers, items, group_a="a", group_b="b", area="X1", wave="1", seed=1)
    >>> row["estimand"].item(), -1 <= row["conf_low"].item() <= row["estimate"].item() <= 1
    ('tau_b', True)
    """
    both = [
        scores(members(answers, area=area, wave=wave, group=group)[group], items)
        for group in (group_a, group_b)
    ]
    enough = np.all([(~np.isnan(part)).sum(axis=0) >= MIN_N for part in both], axis=0)
    kept = [part[:, enough] for part in both]
    kept = [part[~np.isnan(part).all(axis=1)] for part in kept]
    # In an order of their own, so that the draws do not depend on who answered first.
    kept = [part[np.lexsort(part.T)] if part.size else part for part in kept]
    names = list(items.index[enough])
    row = pd.DataFrame(
        {
            "area": area,
            "wave": wave,
            "analysis": "ranking",
            "estimand": "tau_b",
            "group_a": group_a,
            "group_b": group_b,
            "n_a": [len(kept[0])],
            "n_b": len(kept[1]),
            "method": "Kendall's tau-b, respondent bootstrap on Fisher's z",
            "rests_on": [tuple((area, wave, group, item) for group in (group_a, group_b) for item in names)],
        }
    )
    key = [seed, crc32(area.encode()), crc32(b"agreement")]
    return row.assign(**_agreement(kept, draws, np.random.default_rng(key), enough.any()))


def _agreement(
    kept: list[np.ndarray], draws: int, rng: np.random.Generator, answered: bool
) -> dict[str, float | str]:
    blank = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
    if kept[0].shape[1] < 3:
        return blank | {"reason": "one_level" if answered else "n_lt_min"}
    observed = _tau_b(*(estimates(part)[0][None, :] for part in kept))[0]
    if np.isnan(observed):
        return blank | {"reason": "constant"}
    drawn = _tau_b(*(_resampled(part, draws, rng) for part in kept))
    # A tau of exactly one has no finite z: half a pair short of it stands in.
    widest = 1 - 1 / (kept[0].shape[1] * (kept[0].shape[1] - 1))
    z = np.arctanh(np.clip(drawn, -widest, widest))
    half = stats.norm.ppf(0.975) * np.nanstd(z, ddof=1)
    if not half > ROUNDING:
        return blank | {"estimate": float(observed), "reason": "steady"}
    centre = np.arctanh(np.clip(observed, -widest, widest))
    return {
        "estimate": float(observed),
        "conf_low": float(min(np.tanh(centre - half), observed)),
        "conf_high": float(max(np.tanh(centre + half), observed)),
        "reason": "",
    }


def _resampled(part: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Give the item means of bootstrap samples, as weights on the respondents."""
    if len(part) > MANY:
        mean, covariance = estimates(part)
        drawn = rng.multivariate_normal(mean, covariance, size=draws, method="eigh", check_valid="ignore")
        # What does not vary stays exactly where it is, so that ties are ties.
        return np.where(np.diag(covariance) > 0, drawn, mean)
    weights = rng.multinomial(len(part), np.full(len(part), 1 / len(part)), size=draws).astype(float)
    answered = ~np.isnan(part)
    total, count = weights @ np.where(answered, part, 0.0), weights @ answered
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _tau_b(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute τ-b row by row; NaN where one side has no order at all, or a mean is missing."""
    first, second = np.triu_indices(a.shape[1], 1)
    # Scores are whole, so their sums are exact, and equal ratios divide to the same number: ties are ties.
    signs = [np.sign(side[:, first] - side[:, second]) for side in (a, b)]
    top = (signs[0] * signs[1]).sum(axis=1)
    bottom = np.sqrt((signs[0] ** 2).sum(axis=1) * (signs[1] ** 2).sum(axis=1))
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
