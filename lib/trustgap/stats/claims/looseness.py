"""Does trust follow the relationship less closely for one team than for others."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats import results
from trustgap.stats.orders.association import tau_b

STEP = 1e-4
"""By which part of itself a count is moved to see what it does to τ_b."""


def looser(answers: pd.DataFrame, items: pd.DataFrame, *, team: str) -> pd.DataFrame:
    """Compare how closely trust and relationship go together: other teams less one team.

    Parameters
    ----------
    answers : DataFrame, one row per respondent
        The canonical frame of one area and wave: ``area``, ``wave``, ``group``, the items.
    items : DataFrame, indexed by item
        Needs ``block``, ``team`` and ``k``; the team needs an item of block ``trust`` and one of block
        ``relationship``.
    team : str
        The one team.

    Returns
    -------
    DataFrame, one row of results
        Analysis ``claims``, estimand ``tau_difference``: Kendall's τ_b over the other teams less that of
        `team`, in [-2, 2], with limits and a p-value. Only groups that rate `team` on both enter, so that
        the same people are on either side, and of these only teams that `results.MIN_N` of the group rate;
        ``n_a`` is the number of people who rate `team`. Reasons: ``n_lt_min``, ``constant`` (a
        rating does not vary), ``perfect`` (one rating follows from the other on either side).

    Notes
    -----
    Linearised: the influence of a respondent is the change of both τ_b with that respondent's pairs of
    ratings, so that likeness of the ratings of one person is allowed for; normal limits.

    References
    ----------
    .. [1] Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika, 33, 239-251.

    Examples
    --------
    >>> items = pd.DataFrame({"block": ["trust", "relationship"] * 2, "team": list("sstt"), "k": 3},
    ...                      index=["xs", "ys", "xt", "yt"])
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "g", "xs": [1, 2, 3] * 20,
    ...                         "ys": [1, 2, 2] * 20, "xt": [1, 2, 3] * 20, "yt": [2, 1, 2] * 20})
    >>> looser(answers, items, team="t")["estimate"].round(2).tolist()
    [0.82]
    """
    rated = items[items["block"].isin(["trust", "relationship"]) & items["team"].ne("")]
    pairs = {
        name: part.drop_duplicates("block").sort_values("block").index
        for name, part in rated.groupby("team", sort=False)
        if part["block"].nunique() == 2
    }
    k, own, others, asked = int(rated["k"].max()), [], [], []
    for group, part in answers.groupby("group", observed=True):
        kept = {name: pair for name, pair in pairs.items() if _both(part, pair).sum() >= results.MIN_N}
        if team in kept and len(kept) > 1:
            own.append(_tables(part, kept[team], k))
            others.append(sum(_tables(part, pair, k) for name, pair in kept.items() if name != team))
            asked += [(str(group), item) for pair in kept.values() for item in pair]
    place = tuple(answers[["area", "wave"]].astype(str).iloc[0]) if len(answers) else ("", "")
    tables = [np.concatenate(side) if side else np.zeros((0, k * k)) for side in (others, own)]
    named = {"area": place[0], "wave": place[1], "analysis": "claims", "estimand": "tau_difference"}
    named |= {"target": team, "n_a": int(tables[1].any(axis=1).sum())}
    row = pd.DataFrame([named | _contrast(*tables)]).assign(method="linearised, respondents as clusters")
    return row.assign(rests_on=[tuple((*place, *cell) for cell in asked)])


def _contrast(others: np.ndarray, own: np.ndarray) -> dict[str, float | str]:
    blank = dict.fromkeys("estimate conf_low conf_high conf_low_90 conf_high_90 p_value".split(), np.nan)
    used = others.any(axis=1) | own.any(axis=1)
    if min(own.any(axis=1).sum(), others.any(axis=1).sum()) < results.MIN_N:
        return blank | {"reason": "n_lt_min"}
    (first, one), (second, two) = (_influence(side[used]) for side in (others, own))
    if np.isnan(first) or np.isnan(second):
        return blank | {"reason": "constant"}
    estimate, m = first - second, int(used.sum())
    error = np.sqrt(m / (m - 1) * ((one - two) ** 2).sum())
    if not error > results.ROUNDING * 1e3:
        return blank | {"estimate": estimate, "reason": "perfect"}
    found = {"estimate": estimate, "p_value": float(2 * stats.norm.sf(abs(estimate) / error)), "reason": ""}
    for level, suffix in results.LEVELS:
        half = stats.norm.ppf((1 + level) / 2) * error
        found |= {f"conf_low{suffix}": estimate - half, f"conf_high{suffix}": estimate + half}
    return found


def _influence(tables: np.ndarray) -> tuple[float, np.ndarray]:
    """Give τ_b of all tables added up, and how much each of them moves it."""
    total, size = tables.sum(axis=0), tables.shape[1]
    k = int(np.sqrt(size))
    value = float(tau_b(total.reshape(1, k, k))[0])
    if np.isnan(value):
        return value, np.zeros(len(tables))
    step = STEP * np.diag(total)
    ends = [tau_b((total + sign * step).reshape(size, k, k)) for sign in (1, -1)]
    width = 2 * STEP * total
    gradient = np.divide(ends[0] - ends[1], width, out=np.zeros(size), where=width > 0)
    return value, tables @ gradient


def _both(part: pd.DataFrame, pair: pd.Index) -> pd.Series:
    return (part[list(pair)] > 0).all(axis=1)


def _tables(people: pd.DataFrame, pair: pd.Index, k: int) -> np.ndarray:
    """Cross-tabulate each respondent's two ratings of one team, flat."""
    x, y = (people[item].to_numpy(int) for item in pair)
    both = np.flatnonzero((x > 0) & (y > 0))
    table = np.zeros((len(people), k * k))
    table[both, (x[both] - 1) * k + y[both] - 1] = 1
    return table
