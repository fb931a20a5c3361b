"""Weighted θ: two groups compared again, each respondent counting by weight."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats import results
from trustgap.stats.counts import NATIONAL
from trustgap.stats.families import decide
from trustgap.stats.orders.superiority import edge_limits, logit_limits, variance_5
from trustgap.stats.weighting import design
from trustgap.stats.weighting.weights import dominated, kish

ALIKE = 1e-9
"""Weights that differ by less than this part of the largest are the same."""


def sample_of(answers: pd.DataFrame, *, area: str, wave: str) -> pd.DataFrame:
    """Pick who counts in weighted results: everybody of an area and wave who has a weight.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    area, wave : str
        `counts.NATIONAL` takes every area.

    Returns
    -------
    DataFrame
        Some rows of `answers`.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "weight": [2.0, np.nan]})
    >>> len(sample_of(answers, area="X1", wave="1"))
    1
    """
    here = answers["wave"].eq(wave) & answers["weight"].notna()
    return answers[here if area == NATIONAL else here & answers["area"].eq(area)]


def drawn(sample: pd.DataFrame) -> tuple[np.ndarray, np.ndarray] | None:
    """Say how a sample was drawn.

    Parameters
    ----------
    sample : DataFrame, one row per respondent
        ``stratum`` and ``psu``, "" where the file names none.

    Returns
    -------
    tuple of two arrays, or None
        As `design.units` returns them; None where nobody has a stratum or a sampling unit.

    Examples
    --------
    >>> drawn(pd.DataFrame({"stratum": ["", ""], "psu": ["", ""]})) is None
    True
    """
    stratum, psu = (sample[name].astype(str).to_numpy() for name in ("stratum", "psu"))
    if not ((stratum != "") | (psu != "")).any():
        return None
    return design.units(stratum, psu)


def reweighted(rows: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Compare the same pairs of cells again, each respondent counting by weight.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Of any analysis of two independent cells; those with estimand ``theta`` are taken. Needs
        ``rests_on``: the two cells.
    answers : DataFrame, one row per respondent and wave
        The canonical frame. Who has no weight does not count; a group keeps the sampling units of others.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``weighted``, estimand ``weighted_theta``, in the order of `rows`, with p-values adjusted by
        Holm within the families of `rows`. No rows where nobody has a weight. Where everybody on a side
        has the same weight and the file names no design, weights cannot matter: there the numbers are those
        of `rows`.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a"] * 40 + ["b"] * 40,
    ...                         "stratum": "", "psu": "", "weight": [1.0, 3.0] * 40,
    ...                         "q": [1, 2] * 20 + [2, 1] * 20})
    >>> cells = (("X1", "1", "a", "q"), ("X1", "1", "b", "q"))
    >>> row = {"area": "X1", "wave": "1", "estimand": "theta", "group_a": "a", "group_b": "b",
    ...        "family_id": "f", "rests_on": cells}
    >>> reweighted(pd.DataFrame([row]), answers)[["estimate", "verdict"]]
       estimate verdict
    0      0.75  higher
    """
    kept = rows[rows["estimand"].eq("theta")].reset_index(drop=True)
    kept = kept.assign(analysis="weighted", estimand="weighted_theta")
    samples, found = {}, []
    for row in kept.to_dict("records"):
        place = dict(zip(("area", "wave"), row["rests_on"][0][:2], strict=True))
        if tuple(place.values()) not in samples:
            sample = sample_of(answers, **place)
            samples[tuple(place.values())] = sample, drawn(sample)
        sample, how = samples[tuple(place.values())]
        if len(sample):
            found.append(row | _compared(row, sample, how))
    if not found:
        return pd.DataFrame(columns=[*results.COLUMNS, "rests_on"])
    table = pd.DataFrame(found).drop(columns=["se", "df"], errors="ignore")
    reason = table["reason"].mask(table["reason"].eq("p_ci_disagree"), "")
    options = {"by": ["family_id"], "name": "weighted", "null": 0.5, "margin": results.MARGIN_THETA}
    return decide(table.assign(reason=reason), method="holm", **options)


def theta(
    x: np.ndarray, w: np.ndarray, y: np.ndarray, v: np.ndarray, *, how: tuple | None = None
) -> dict[str, float | str]:
    """Estimate θ = P(X > Y) + P(X = Y) / 2 from two weighted samples.

    Parameters
    ----------
    x, y : array of int
        Scores from 1 of the respondents of group a and of group b.
    w, v : array of float
        Their weights, above 0; a common factor of either does not matter.
    how : tuple of two arrays, optional
        ``unit`` of the respondents of a followed by those of b, and ``stratum_of`` of all units drawn, as
        `design.units` returns them; without it respondents are independent.

    Returns
    -------
    dict
        ``n_a n_b n_eff estimate se df conf_low conf_high conf_low_90 conf_high_90 p_value method reason``,
        as `trustgap.stats.orders.ordinal.theta` has them; ``n_eff`` after Kish, of both together; ``mde80``,
        from the standard error.

    Notes
    -----
    ΣΣ w v φ / (Σw Σv). A respondent of a has the influence w (F(x) − θ) / Σw, F being the weighted
    mid-distribution function of b; likewise in b. Each side's variance is n / (n − 1) times its sum of
    squares, with Satterthwaite's degrees of freedom, n being Kish's effective number: for equal weights
    these are the variance and the test of Brunner and Munzel, and where few answer with unequal weights the
    limits cover as often as they should, which with plain numbers of respondents they do not. A side whose
    effective number is below 2 gets no limits. Where one side lies wholly above the other, Newcombe's
    method 5 at Kish's effective bases.

    References
    ----------
    .. [1] Lumley, T. and Scott, A. J. (2013). Two-sample rank tests under complex sampling. Biometrika,
       100, 831-842.

    Examples
    --------
    >>> equal = np.ones(4)
    >>> theta(np.array([1, 2, 3, 3]), equal, np.array([1, 1, 2, 3]), equal)["estimate"]
    0.65625
    """
    n_a, n_b = len(x), len(y)
    top = int(max(x.max(initial=0), y.max(initial=0)))
    of_a, of_b = (
        np.bincount(side, weights=one, minlength=top + 1) / one.sum() for side, one in ((x, w), (y, v))
    )
    below_b, below_a = (np.cumsum(part) - part / 2 for part in (of_b, of_a))
    estimate = float((of_a * below_b).sum())
    sizes = [kish(one)[1] for one in (w, v)]
    row = {"n_a": n_a, "n_b": n_b, "n_eff": sum(sizes), "estimate": estimate, "method": "weighted"}
    if min(n_a, n_b) < 2 or min(sizes) < 2 - ALIKE:
        return row | _nothing("n_lt_min")
    if len({*x.tolist(), *y.tolist()}) == 1:
        return row | _nothing("constant") | {"p_value": 1.0}
    moves_a = w * (below_b[x] - estimate) / w.sum()
    moves_b = v * (1 - below_a[y] - estimate) / v.sum()
    if how is None:
        parts = [(m**2).sum() * n / (n - 1) for m, n in zip((moves_a, moves_b), sizes, strict=True)]
        squared, spread = sum(parts), sum(p**2 / (n - 1) for p, n in zip(parts, sizes, strict=True))
        df = squared**2 / spread if spread > 0 else np.inf
    else:
        moves = np.concatenate([moves_a, moves_b])[:, None]
        df = int(design.freedom(*how, among=np.ones(moves.shape))[0])
        if df <= 0:
            return row | _nothing("df_le_0")
        squared = float(design.covariance(moves, *how)[0, 0])
    return row | _tested(estimate, squared, float(df), [np.array([size]) for size in sizes])


def _tested(estimate: float, squared: float, df: float, sizes: list[np.ndarray]) -> dict[str, float | str]:
    """Give limits and the test of θ = 0.5."""
    at, edge = np.array([estimate]), squared <= 1e-20
    se = np.sqrt(variance_5(0.5, *sizes))[0] if edge else np.sqrt(squared)
    limits = {}
    for level, suffix in results.LEVELS:
        ends = edge_limits(at, *sizes, level) if edge else logit_limits(at, se, df, level)
        limits |= {f"conf_low{suffix}": float(ends[0][0]), f"conf_high{suffix}": float(ends[1][0])}
    p = 2 * stats.t.sf(abs(estimate - 0.5) / se, np.inf if edge else df)
    method = {"method": "weighted newcombe_5" if edge else "weighted brunner_munzel", "reason": ""}
    mde = min(results.DETECTABLE * float(se), 0.5)
    return limits | method | {"se": float(se), "df": df, "p_value": float(p), "mde80": mde}


def _nothing(reason: str) -> dict[str, float | str]:
    absent = ("se", "df", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value", "mde80")
    return dict.fromkeys(absent, np.nan) | {"reason": reason}


def _compared(row: dict, sample: pd.DataFrame, how: tuple | None) -> dict:
    """Find what weighting changes in a row: nothing, if everybody on a side has the same weight."""
    cells = [(group, item) for _, _, group, item in row["rests_on"]]
    places = [np.flatnonzero(sample["group"].eq(group) & sample[item].gt(0)) for group, item in cells]
    weights = [sample["weight"].to_numpy(float)[place] for place in places]
    n_a, n_b = (len(place) for place in places)
    if not min(n_a, n_b):
        return {"n_a": n_a, "n_b": n_b, "n_eff": np.nan, "estimate": np.nan} | _nothing("n_lt_min")
    even = all(np.ptp(part) <= ALIKE * part.max() for part in weights)
    same = even and how is None and (n_a, n_b) == (row.get("n_a"), row.get("n_b"))
    if row.get("reason") == "not_comparable" or same:
        return {}
    if any(bool(dominated(part)) for part in weights):
        return {"n_a": n_a, "n_b": n_b, "n_eff": np.nan, "estimate": np.nan} | _nothing("dominated")
    values = [sample[item].to_numpy(int)[place] for (_, item), place in zip(cells, places, strict=True)]
    units = None if how is None else (how[0][np.concatenate(places)], how[1])
    found = theta(values[0], weights[0], values[1], weights[1], how=units)
    return found | {"p_adjusted": np.nan}
