"""Weights: how many of the staff each respondent stands for, and what that costs in precision."""

import numpy as np
import pandas as pd

VERSION = "1"
"""Of the rules below; a page's provenance names it."""

LEAST = 11
"""A group, or a category of a second margin, with fewer respondents gets no weight of its own."""

CAP = 5.0
"""Weights are cut at this many times the median weight of their area and wave."""

KINDS = ("none", "poststratified", "raked", "given")
"""No weights; head-counts of groups; of groups and of a second margin; from the answers file."""

TOLERANCE, ROUNDS = 1e-10, 500
"""Raking stops when all margins are missed by less than this share of their sum, or after so many rounds."""

MET = 1e-8
"""A margin missed by less than this share of its sum is met."""

ONE, TWO = 0.25, 0.4
"""The part of all weight above which one respondent, and above which two, dominate a result."""

WORTH = 8
"""A weighted result of respondents who count for fewer than so many of equal weight is not given."""


def kish(weights: np.ndarray) -> tuple[float, float]:
    """Say what unequal weights cost: the design effect, and the effective number of respondents.

    Parameters
    ----------
    weights : array of float
        Of the respondents; missing ones are left out, a common factor does not matter.

    Returns
    -------
    deff : float
        n Σw² / (Σw)², at least 1; missing where nobody has a weight.
    n_eff : float
        n / deff: so many respondents of equal weight would be as precise, if answers do not depend on
        weights.

    References
    ----------
    .. [1] Kish, L. (1965). Survey sampling, section 11.7. Wiley.

    Examples
    --------
    >>> deff, n_eff = kish(np.array([1.0, 1.0, 2.0, np.nan]))
    >>> round(deff, 3), round(n_eff, 3)
    (1.125, 2.667)
    """
    known = np.asarray(weights, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return float("nan"), float("nan")
    n_eff = known.sum() ** 2 / (known**2).sum()
    return float(len(known) / n_eff), float(n_eff)


def dominated(weights: np.ndarray) -> np.ndarray:
    """Tell whether one or two respondents carry so much weight that a result would be theirs.

    Parameters
    ----------
    weights : array of float, shape (n, ...)
        Of the respondents in the first direction; 0 or missing for those who do not count.

    Returns
    -------
    array of bool, shape (...)
        The largest weight is above `ONE` of all, or the two largest are above `TWO`, or the weights are worth
        fewer than `WORTH` respondents of equal weight (`kish`); never where all who count have the same
        weight, which changes nothing.

    Notes
    -----
    The dominance rule of statistical disclosure control: set beside the unweighted result, the weighted one
    would tell how the heaviest respondent answered. It also guards the limits, which rest on many
    respondents of some weight.

    References
    ----------
    .. [1] Hundepool, A. et al. (2012). Statistical disclosure control, section 4.2. Wiley.

    Examples
    --------
    >>> bool(dominated(np.array([1.0] * 20))), bool(dominated(np.array([1.0] * 20 + [9.0])))
    (False, True)
    """
    known = np.nan_to_num(np.asarray(weights, float))
    if not len(known):
        return np.zeros(known.shape[1:], dtype=bool)
    ordered = np.sort(known, axis=0)
    total, heaviest, least = ordered.sum(axis=0), ordered[-1], np.where(known > 0, known, np.inf).min(axis=0)
    two = heaviest + (ordered[-2] if len(ordered) > 1 else 0.0)
    few = total**2 < WORTH * (known**2).sum(axis=0)
    return (heaviest > least * (1 + 1e-9)) & ((heaviest > ONE * total) | (two > TWO * total) | few)


def poststratify(
    people: pd.DataFrame, headcounts: pd.DataFrame, *, merge: dict[str, str] | None = None
) -> pd.DataFrame:
    """Find how many of the staff a respondent of each group stands for, area by area and wave by wave.

    Parameters
    ----------
    people : DataFrame, one row per area, wave and group
        ``area wave group n``, the respondents; a group without a row had none.
    headcounts : DataFrame, indexed by area, one column per group
        Head-counts; missing or 0 where unknown.
    merge : dict of str to str, optional
        The group that a group joins where fewer than `LEAST` of it answered.

    Returns
    -------
    DataFrame, one row per area and wave with a respondent, and group
        ``area wave group n``, ``cell`` (the group that it has joined, or itself), ``weight`` (head-count of
        the cell divided by its respondents; missing in an area where the head-count of a group that
        answered is unknown, and for a group that nobody stands for), ``merged`` and ``left_out``: whether
        the group has joined another, and whether nobody stands for its staff.

    Notes
    -----
    A small group without a declared partner keeps its own cell. Head-counts are taken as the same in all
    waves.

    Examples
    --------
    >>> people = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b", "c"], "n": [50, 20, 5]})
    >>> heads = pd.DataFrame({"a": [500], "b": [400], "c": [100]}, index=["X1"])
    >>> poststratify(people, heads, merge={"c": "b"})[["group", "cell", "weight"]]
      group cell  weight
    0     a    a    10.0
    1     b    b    20.0
    2     c    b    20.0
    """
    groups = list(headcounts.columns)
    table = people.astype({"area": str, "wave": str, "group": str}).pivot_table(
        index=["area", "wave"], columns="group", values="n", aggfunc="sum", fill_value=0, observed=True
    )
    n = table.reindex(columns=groups, fill_value=0).to_numpy(float)
    table, n = table[n.sum(axis=1) > 0], n[n.sum(axis=1) > 0]
    heads = np.nan_to_num(headcounts.reindex(table.index.get_level_values("area")).to_numpy(float))
    cell = _cells(n, heads, {groups.index(a): groups.index(b) for a, b in (merge or {}).items()})
    same = cell[:, :, None] == cell[:, None, :]
    base, staff = (same @ part[:, :, None] for part in (n, heads))
    base, staff = base[:, :, 0], staff[:, :, 0]
    known = (((n == 0) | (heads > 0)).all(axis=1))[:, None]
    weight = np.divide(staff, base, out=np.full(n.shape, np.nan), where=known & (base > 0))
    place = table.index.to_frame(index=False)
    return place.loc[place.index.repeat(len(groups))].assign(
        group=groups * len(place),
        n=n.ravel().astype(int),
        cell=np.array(groups, dtype=object)[cell.ravel()],
        weight=weight.ravel(),
        merged=(known & (cell != np.arange(len(groups)))).ravel(),
        left_out=(known & (base == 0) & (heads > 0)).ravel(),
    ).reset_index(drop=True)  # fmt: skip


def _cells(n: np.ndarray, heads: np.ndarray, merge: dict[int, int]) -> np.ndarray:
    """Let small groups join their partners, place by place; a partner may join another in turn."""
    cell = np.broadcast_to(np.arange(n.shape[1]), n.shape).copy()
    some = (n > 0) | (heads > 0)
    for _ in merge:
        for group, partner in merge.items():
            mine, theirs = cell[:, [group]], cell[:, [partner]]
            size = np.where(cell == mine, n, 0).sum(axis=1, keepdims=True)
            joins = some[:, [group]] & (size < LEAST) & (mine != theirs)
            cell = np.where(joins & (cell == mine), theirs, cell)
    return cell


def rake(base: np.ndarray, margins: list[np.ndarray], *, names: list[str] | None = None) -> np.ndarray:
    """Find factors that make weighted counts meet the known totals of several margins.

    Parameters
    ----------
    base : array of float, shape (..., n_1, n_2, ...)
        Respondents, or their weights added up, by the categories of each margin; leading axes are places
        that are raked each on its own.
    margins : list of array, shapes (..., n_1), (..., n_2), ...
        Totals to meet; every margin must have the same sum.
    names : list of str, optional
        What the margins are called, for messages.

    Returns
    -------
    array, shape as `base`
        By which to multiply the weights of the respondents of each cell; 1 where nobody is.

    Raises
    ------
    ValueError
        If a margin cannot be met: its sum is another, or a category that has a total has no respondent, or
        some respondents are in a category whose total is 0, or the empty cells leave no solution.

    Notes
    -----
    Iterative proportional fitting [1]_: the factors are products of one number per category.

    References
    ----------
    .. [1] Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
       table when the expected marginal totals are known. Annals of Mathematical Statistics, 11, 427-444.

    Examples
    --------
    >>> factors = rake(np.array([[30.0, 20.0], [10.0, 40.0]]), [np.array([50, 50]), np.array([30, 70])])
    >>> (factors * [[30, 20], [10, 40]]).round(2).tolist()
    [[23.54, 26.46], [6.46, 43.54]]
    """
    names = names or [f"margin {place}" for place in range(1, len(margins) + 1)]
    factors, missed = fit(np.asarray(base, float), [np.asarray(one, float) for one in margins])
    for name, miss in zip(names, missed, strict=True):
        if (miss > MET).any():
            raise ValueError(
                f"the totals of {name} cannot be met in {int((miss > MET).sum())} of {miss.size} places: "
                "every margin needs the same sum and respondents in every category that has a total; "
                "merge categories or correct the totals"
            )
    return factors


def fit(base: np.ndarray, margins: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Fit as `rake` does, and say how far each place is from each margin instead of refusing.

    Parameters
    ----------
    base, margins
        As for `rake`.

    Returns
    -------
    factors : array, shape as `base`
    missed : list of array, each of shape (...)
        Largest distance from the margin's totals, as a share of their sum.

    Examples
    --------
    >>> fit(np.array([[5.0, 0.0], [0.0, 5.0]]), [np.array([6, 4]), np.array([5, 5])])[1][0].round(2)
    np.float64(0.1)
    """
    dims = len(margins)
    fitted = base.copy()
    others = [tuple(axis - dims for axis in range(dims) if axis != place) for place in range(dims)]
    for _ in range(ROUNDS):
        for place, total in enumerate(margins):
            sums = fitted.sum(axis=others[place])
            ratio = np.divide(total, sums, out=np.ones_like(sums), where=sums > 0)
            fitted = fitted * np.expand_dims(ratio, others[place])
        missed = [
            np.abs(fitted.sum(axis=other) - total).max(axis=-1) / np.maximum(total.sum(axis=-1), 1e-300)
            for other, total in zip(others, margins, strict=True)
        ]
        if max(miss.max(initial=0.0) for miss in missed) < TOLERANCE:
            break
    return np.divide(fitted, base, out=np.ones_like(base), where=base > 0), missed


def trim(weights: pd.Series, place: pd.Series) -> pd.Series:
    """Cut the largest weights of each place, and raise all of its weights until their sum is as before.

    Parameters
    ----------
    weights : Series of float
        Of the respondents.
    place : Series, index as `weights`
        Who belongs together, such as area and wave.

    Returns
    -------
    Series of float, index as `weights`
        None more than `CAP` times the median of its place.

    Notes
    -----
    A few very large weights cost more in precision than they gain in balance. What is cut is spread over
    everybody, so that known totals are then met only nearly.

    Examples
    --------
    >>> trim(pd.Series([1.0, 1.0, 1.0, 10.0]), pd.Series(["X1"] * 4)).tolist()
    [1.625, 1.625, 1.625, 8.125]
    """
    by = weights.groupby(place.to_numpy())
    cut = weights.clip(upper=CAP * by.transform("median"))
    return cut * by.transform("sum") / cut.groupby(place.to_numpy()).transform("sum")
