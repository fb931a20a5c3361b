"""Decision rules: does a published statement hold, by the interval or the rank set of a result.

Every rule takes rows of results and gives back the one row that decides, with ``verdict`` ``holds``,
``does_not_hold`` or ``cannot_say``. Each is built so that either finding is wrong in at most one case of
twenty where the opposite is true; what lies between is said to be unclear, and never "not significant".
"""

import numpy as np
import pandas as pd

HOLDS, FAILS, UNSURE = "holds", "does_not_hold", "cannot_say"


def above(rows: pd.DataFrame, *, null: float, margin: float, material: bool = False) -> pd.DataFrame:
    """Decide whether a difference, or θ, or a share lies above a value.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Needs ``estimate`` and the limits at 95% and 90%. Where it has a ``verdict`` of
        `trustgap.stats.results.judge`, a finding asks for ``higher`` there, so that a test adjusted for its
        family counts.
    null : float
        The value of no difference.
    margin : float
        Differences up to this count as none in practice.
    material : bool
        Whether the statement speaks of a difference that matters: one beyond `margin`.

    Returns
    -------
    DataFrame
        `rows` with a verdict each. It holds where the 95% interval lies above `null` (beyond the margin if
        `material`); it does not hold where the 90% interval ends within the margin above `null` or below.

    Notes
    -----
    Holds, though there is no difference: at most 2.5%, or 2.5% where the difference is just the margin if
    `material`. Does not hold, though the difference is larger than the margin: at most 5%, the one-sided
    test that the upper end of a 90% interval is. A true difference between nothing and the margin can be
    called either, if not `material`: both would be true of it.

    Examples
    --------
    >>> rows = pd.DataFrame({"estimate": [0.1, 0.01, 0.1], "conf_low": [0.02, -0.03, -0.2],
    ...                      "conf_high": [0.18, 0.05, 0.4], "conf_low_90": [0.03, -0.02, -0.15],
    ...                      "conf_high_90": [0.17, 0.04, 0.35]})
    >>> above(rows, null=0, margin=0.05)["verdict"].tolist()
    ['holds', 'does_not_hold', 'cannot_say']
    """
    clear = rows["conf_low"] > null + (margin if material else 0.0)
    if "verdict" in rows:
        clear &= rows["verdict"].eq("higher")
    return rows.assign(verdict=_verdict(clear, rows["conf_high_90"] <= null + margin))


def level(rows: pd.DataFrame, *, value: float, within: float) -> pd.DataFrame:
    """Decide whether a share or a mean is about as large as a published one.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Needs the limits at 95% and 90%.
    value : float
        The published figure, in the unit of the estimate.
    within : float
        How far from it counts as the same.

    Returns
    -------
    DataFrame
        `rows` with a verdict each. It holds where the 90% interval lies within `within` of `value`; it does
        not hold where the 95% interval lies wholly further away. An interval that has the figure in it
        and is wide proves nothing.

    Notes
    -----
    Holds, though the truth is further away: at most 5%, two one-sided tests [1]_. Does not hold, though the
    truth is nearer: at most 2.5%.

    References
    ----------
    .. [1] Lakens, D., Scheel, A. M. and Isager, P. M. (2018). Equivalence testing for psychological
       research. Advances in Methods and Practices in Psychological Science, 1, 259-269.

    Examples
    --------
    >>> rows = pd.DataFrame({"conf_low": [0.52, 0.7, 0.4], "conf_high": [0.6, 0.8, 0.7],
    ...                      "conf_low_90": [0.53, 0.71, 0.43], "conf_high_90": [0.59, 0.79, 0.67]})
    >>> level(rows, value=0.56, within=0.1)["verdict"].tolist()
    ['holds', 'does_not_hold', 'cannot_say']
    """
    inside = rows["conf_low_90"].ge(value - within) & rows["conf_high_90"].le(value + within)
    outside = rows["conf_low"].gt(value + within) | rows["conf_high"].lt(value - within)
    return rows.assign(verdict=_verdict(inside, outside))


def foremost(rows: pd.DataFrame, *, items: list[str], among: str = "item") -> pd.DataFrame:
    """Decide whether some items, and no others, take the first places.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Of one ranking: ``rank``, and ``top_1``, ``top_2`` or whatever the number of `items` is.
    items : list of str
        The items that a statement puts first.
    among : str
        Column that names them.

    Returns
    -------
    DataFrame, one row
        The row ``rank`` of the item whose rank is the lowest of `items`; ``rests_on`` is that of all items
        ranked. It holds where only they cannot be excluded from the first places, and no item was left out
        for too few answers, which could belong there; it does not hold where one of them is excluded.
        ``conf_low`` and ``conf_high`` are the ranks that cannot be excluded, no wider than the verdict
        allows.

    Notes
    -----
    The set of items that cannot be excluded from the first places has all that truly belong there with 95%
    confidence [1]_. If others than `items` truly do, one of them is left out with a chance of at most 5%: so
    often at most it is said to hold. If `items` truly are the first, one of them is left out as rarely.

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with
       applications to mobility across neighbourhoods and academic achievement across countries.
       Review of Economic Studies, 91, 476-518.

    Examples
    --------
    >>> rows = pd.DataFrame({"item": ["p", "q"] * 2, "estimand": ["rank"] * 2 + ["top_1"] * 2,
    ...                      "estimate": [1, 2, 1, 0], "conf_low": [1, 1, None, None],
    ...                      "conf_high": [2, 2, None, None], "reason": "", "rests_on": [((),)] * 4})
    >>> foremost(rows, items=["p"])[["item", "conf_low", "conf_high", "verdict"]]
      item  conf_low  conf_high verdict
    0    p       1.0        1.0   holds
    """
    places = len(items)
    ranks, tops = rows[rows["estimand"].eq("rank")], rows[rows["estimand"].eq(f"top_{places}")]
    known = tops["reason"].eq("").to_numpy()
    rests, named = union(ranks[known]), ranks[ranks[among].isin(items)]
    could = dict(zip(tops.loc[known, among], tops.loc[known, "estimate"].eq(1), strict=True))
    if unknown := [item for item in items if item not in could]:
        row = pd.concat([named[named[among].isin(unknown)], named]).head(1)
        reason = row["reason"].where(row["reason"].ne(""), "n_lt_min")
        blank = dict.fromkeys(["estimate", "conf_low", "conf_high"], np.nan)
        return row.reset_index(drop=True).assign(
            **blank, verdict=UNSURE, reason=reason.to_numpy(), rests_on=[union(named)] * len(row)
        )
    out = [item for item in items if not could[item]]
    row = named[named[among].isin(out or items)].sort_values("estimate", kind="stable", na_position="first")
    row = row.tail(1).reset_index(drop=True).assign(rests_on=[rests], verdict=UNSURE)
    if out:
        low = row["conf_low"].clip(lower=places + 1)
        return row.assign(verdict=FAILS, conf_low=low, conf_high=row["conf_high"].clip(lower=low))
    if sum(could.values()) == places and not tops["reason"].eq("n_lt_min").any():
        low, high = row["conf_low"].clip(upper=places), row["conf_high"].clip(upper=places)
        return row.assign(verdict=HOLDS, conf_low=low, conf_high=high)
    return row


def none_rose(rows: pd.DataFrame) -> pd.DataFrame:
    """Decide whether nothing rose.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Changes with ``verdict`` as `trustgap.stats.changes.change` gives it.

    Returns
    -------
    DataFrame, one row
        The row that stands most in the way of the statement: the one that rose most clearly, or else the one
        with the highest upper limit. It holds where every row is shown to be about the same or lower; it
        does not hold where one is higher.

    Notes
    -----
    Holds, though something rose by more than the margin: at most 5%, an intersection of tests, each of which
    must succeed. Does not hold, though nothing rose: at most 5%, as the family is adjusted by Holm.

    Examples
    --------
    >>> rows = pd.DataFrame({"verdict": ["equivalent", "inconclusive"], "conf_low": [-0.03, -0.1],
    ...                      "conf_high": [0.03, 0.1], "reason": "", "rests_on": [((1,),), ((2,),)]})
    >>> none_rose(rows)[["conf_high", "verdict"]]
       conf_high     verdict
    0        0.1  cannot_say
    """
    rose, still = rows["verdict"].eq("higher"), rows["verdict"].isin(["equivalent", "lower"])
    return _extreme(rows, found=rose, against="conf_low", near="conf_high", verdict=FAILS, if_all=still)


def some_fell(rows: pd.DataFrame) -> pd.DataFrame:
    """Decide whether anything fell.

    Parameters
    ----------
    rows : DataFrame, rows of results
        As for `none_rose`.

    Returns
    -------
    DataFrame, one row
        The row that fell most clearly, or else the one with the lowest lower limit. It holds where one is
        lower; it does not hold where every row is shown to be about the same or higher.

    Notes
    -----
    Error rates as for `none_rose`, the two findings changing places.

    Examples
    --------
    >>> rows = pd.DataFrame({"verdict": ["lower", "inconclusive"], "conf_low": [-0.2, -0.1],
    ...                      "conf_high": [-0.1, 0.1], "reason": "", "rests_on": [((1,),), ((2,),)]})
    >>> some_fell(rows)[["conf_low", "verdict"]]
       conf_low verdict
    0      -0.2   holds
    """
    fell, still = rows["verdict"].eq("lower"), rows["verdict"].isin(["equivalent", "higher"])
    return _extreme(rows, found=fell, against="conf_high", near="conf_low", verdict=HOLDS, if_all=still)


def _extreme(
    rows: pd.DataFrame, *, found: pd.Series, against: str, near: str, verdict: str, if_all: pd.Series
) -> pd.DataFrame:
    """Take the row that decides among several: the clearest finding, or else the one that is furthest off."""
    upward = near == "conf_high"
    part, column = (rows[found], against) if found.any() else (rows, near)
    ordered = part.sort_values(column, kind="stable", ascending=upward, na_position="first")
    other = HOLDS if verdict == FAILS else FAILS
    decided = verdict if found.any() else other if len(rows) and if_all.all() else UNSURE
    row = ordered.tail(1).reset_index(drop=True)
    return row.assign(verdict=decided, rests_on=[union(rows)] * len(row))


def _verdict(holds: pd.Series, fails: pd.Series) -> np.ndarray:
    return np.select([holds, fails], [HOLDS, FAILS], UNSURE)


def union(rows: pd.DataFrame) -> tuple:
    """Gather the cells that rows rest on.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Needs ``rests_on``.

    Returns
    -------
    tuple
        Every cell once, in order of first appearance.

    Examples
    --------
    >>> union(pd.DataFrame({"rests_on": [((1,), (2,)), ((1,),)]}))
    ((1,), (2,))
    """
    return tuple(dict.fromkeys(cell for cells in rows["rests_on"] for cell in cells))
