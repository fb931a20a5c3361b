"""What share to expect of an area, judged by all the others, and whether its own is a surprise."""

import numpy as np
import pandas as pd
from scipy import special, stats

from trustgap.stats.between_areas.areas import REST
from trustgap.stats.between_areas.heterogeneity import MIN_AREAS
from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.cube import cube

METHOD = "prediction interval from the other areas (Paule-Mandel on logits), for a share of as many answers"

BLUNT = (50, 0.9)
"""On a base below the first, a share beyond the second, or below its complement, is judged as this one."""

OUTSIDE = 0.05
"""The part of the questions on which an area that is like the others lies outside the range."""

STEPS = 100
"""Newton's method needs about ten; this many only if it failed to converge."""


def expected(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Give, for every area and item, the range in which its share would be expected, and where it lies.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it: all areas, by group. Groups are pooled within an area.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``team``.

    Returns
    -------
    DataFrame, one row per area, item and wave in which the area was asked
        Analysis ``expected``, ``expected_share``: the mean of the **other** areas' shares, in [0, 1]; the
        limits are those within which the share of a further area with this one's number of answers lies
        with 95% confidence. ``n_a`` answers here, ``n_b`` elsewhere. The verdict says where this area's own
        share lies: ``above_range``, ``below_range`` or ``within_range``. If the area is like the others,
        one question in twenty lies outside. Reasons: ``n_lt_min`` (no answers here), ``few_areas`` (fewer
        than `heterogeneity.MIN_AREAS` others with answers), ``constant`` (all others answered alike).

    Raises
    ------
    KeyError
        If `items` lacks an item of the counts.

    Notes
    -----
    Random effects on logits as in `heterogeneity.spread`, fitted once for each area without it: an area that
    is far out would otherwise widen the range it is judged by. With mean m and its standard error s of the
    k others, spread τ² and n answers here the limits are ``m ± t(k − 2) √(τ² + s² + 1 / (n p (1 − p)))``
    with p the share at m [1]_. A different mix of staff is part of the spread. On a small base a share near 0
    or 1 is judged by `BLUNT`, so that the verdict tells no more of it than the bound that a reader is given.

    References
    ----------
    .. [1] Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A re-evaluation of
       random-effects meta-analysis. Journal of the Royal Statistical Society A, 172, 137-159.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": list("ABCDEF"), "wave": "1", "group": "a", "item": "q",
    ...                       1: [50, 55, 50, 45, 52, 5], 2: [50, 45, 50, 55, 48, 95]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""]}, index=["q"])
    >>> expected(cells, items)[["area", "estimate", "conf_low", "conf_high", "verdict"]].round(2).tail(2)
      area  estimate  conf_low  conf_high       verdict
    4    E      0.63      0.02       0.99  within_range
    5    F      0.50      0.33       0.66   above_range
    """
    grid = cube(counts[counts["area"].ne(NATIONAL)], items)
    x, n, asked = (part.sum(axis=-1) for part in (grid.x, grid.n, grid.listed))
    frames = [
        _cell(x[:, i, w], n[:, i, w]).assign(
            area=grid.areas,
            wave=wave,
            item=item,
            target=items.loc[item, "team"],
            rests_on=[((area, wave, ALL, item), (NATIONAL, wave, ALL, item)) for area in grid.areas],
        )[asked[:, i, w] > 0]
        for i, item in enumerate(grid.items)
        for w, wave in enumerate(grid.waves)
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows.assign(
        analysis="expected", estimand="expected_share", group_a=ALL, group_b=REST, method=METHOD
    )


def by_chance(questions: int) -> tuple[float, int]:
    """Say how many questions lie outside the range to expect in an area that is like the others.

    Parameters
    ----------
    questions : int
        How many were judged.

    Returns
    -------
    mean : float
        On average.
    most : int
        Up to so many in 95 of 100 such areas, if the questions were answered independently. The same people
        answer all of them, so that more areas than 5 in 100 exceed it: a larger number asks for a closer
        look and proves nothing.

    Examples
    --------
    >>> mean, most = by_chance(38)
    >>> print(f"{mean:.1f}", most)
    1.9 4
    """
    return OUTSIDE * questions, int(stats.binom.ppf(0.95, questions, OUTSIDE))


def _cell(x: np.ndarray, n: np.ndarray) -> pd.DataFrame:
    """Judge every area by the others on one question."""
    others = (n > 0).sum() - (n > 0)
    total, hits = n.sum() - n, x.sum() - x
    reason = np.select(
        [n == 0, others < MIN_AREAS, (hits == 0) | (hits == total)], ["n_lt_min", "few_areas", "constant"], ""
    ).astype(object)
    used = reason == ""
    centre, low, high = (np.full(len(n), np.nan) for _ in range(3))
    if used.any():
        centre[used], low[used], high[used] = _range(x, n, used)
    share = _blunted(np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0), n)
    lies = [~used, share > high, share < low]
    verdict = np.select(lies, ["", "above_range", "below_range"], "within_range")
    limits = {"estimate": centre, "conf_low": low, "conf_high": high}
    return pd.DataFrame({"n_a": n, "n_b": total, **limits, "reason": reason, "verdict": verdict})


def _blunted(share: np.ndarray, n: np.ndarray) -> np.ndarray:
    base, edge = BLUNT
    return np.where(n < base, np.clip(share, 1 - edge, edge), share)


def _range(x: np.ndarray, n: np.ndarray, used: np.ndarray) -> list[np.ndarray]:
    """Give mean and limits of the range for the areas in `used`, each from all areas but itself."""
    known = n > 0
    half = np.where((x == 0) | (x == n), 0.5, 0.0)[known]
    hits, misses = x[known] + half, (n - x)[known] + half
    effect, variance = np.log(hits / misses), 1 / hits + 1 / misses
    leave = np.flatnonzero(used[known])
    inside = np.ones((len(leave), len(effect)))
    inside[np.arange(len(leave)), leave] = 0.0
    mean, error, tau2 = _left_out(effect, variance, inside)
    share = special.expit(mean)
    k = inside.sum(axis=1)
    spread = np.sqrt(tau2 + error**2 + 1 / (n[used] * share * (1 - share)))
    reach = stats.t.ppf(0.975, k - 2) * spread
    return [special.expit(value) for value in (mean, mean - reach, mean + reach)]


def _left_out(
    effect: np.ndarray, variance: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit the random-effects model to several subsets of areas at once, one a row of `inside`.

    Q falls in τ² and is convex, so Newton's method from 0 approaches its root from below.
    """
    tau2 = np.zeros(len(inside))
    aim = inside.sum(axis=1) - 1
    for _ in range(STEPS):
        weight = inside / (variance + tau2[:, None])
        mean = (weight * effect).sum(axis=1) / weight.sum(axis=1)
        squares = (effect - mean[:, None]) ** 2
        excess = (weight * squares).sum(axis=1) - aim
        slope = (weight**2 * squares).sum(axis=1)
        step = np.divide(excess, slope, out=np.zeros(len(tau2)), where=slope > 0)
        after = np.maximum(tau2 + step, 0.0)
        done = np.abs(after - tau2) <= 1e-10 * (1 + after)
        tau2 = after
        if done.all():
            break
    weight = inside / (variance + tau2[:, None])
    total = weight.sum(axis=1)
    return (weight * effect).sum(axis=1) / total, 1 / np.sqrt(total), tau2
