"""Signs that a questionnaire was filled in without care, person by person, and what they change."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, CELL, MISSING, tally
from trustgap.stats.shares.intervals import proportion, wilson
from trustgap.stats.shares.proportions import shares

SIGNALS = ("straight_line", "long_string", "one_answer", "identical_sheet", "mostly_missing")
"""What is looked for; `signals` says what each means."""

FEW = 5
"""Valid answers to a block that are needed to say that they are all the same."""

MANY = 10
"""Valid answers, or answers in a row, that are needed for the other signs."""

SHEET = 20
"""Valid answers that two sheets need to be called copies: shorter ones are often the same by chance."""

CHOICES = 3
"""Categories that a scale needs: the same answer to every yes or no question is often simply true."""


def signals(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Look for signs of careless answers in every questionnaire.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group`` and the items.
    items : DataFrame, indexed by item, in the order in which they were asked
        Needs ``block``, ``scale`` and ``k``.

    Returns
    -------
    DataFrame of float, index as `answers`
        1 where the sign is there, 0 where it is not; missing where the questionnaire cannot show it.

        ===================  ==================================================================
        ``straight_line``    the same answer to all of a block's questions on one scale, five or
                             more of them answered
        ``long_string``      the same answer to ten or more such questions in a row, and to at
                             least half of those answered
        ``one_answer``       the same score throughout, ten or more answers on two or more blocks
                             or scales
        ``identical_sheet``  twenty or more answers, not all of one score, that are the same, gaps
                             included, as those of somebody else in the same area and wave
        ``mostly_missing``   no valid answer to more than half of what was asked
        ===================  ==================================================================

    Notes
    -----
    Only scales of three categories or more are looked at for the first three. Questions without a valid
    answer are passed over. A sign is no proof: somebody may think the same of everything that was asked.
    This is for counting, and never to be shown by respondent.

    References
    ----------
    .. [1] Johnson, J. A. (2005). Ascertaining the validity of individual protocols from web-based
       personality inventories. Journal of Research in Personality, 39, 103-129.
    .. [2] Meade, A. W. and Craig, S. B. (2012). Identifying careless responses in survey data.
       Psychological Methods, 17, 437-455.
    .. [3] Kim, Y., Dykema, J., Stevenson, J., Black, P. and Moberg, D. P. (2019). Straightlining: overview
       of measurement, comparison of indicators, and effects in mail-web mixed-mode surveys. Social
       Science Computer Review, 37, 214-233.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "factor", "scale": "s", "k": 5}, index=list("pqrst"))
    >>> answers = pd.DataFrame([[3] * 5, [3, 3, 3, 3, 4], [3, 3, 0, 0, 0]], columns=list("pqrst"))
    >>> signals(answers.assign(area="X1", wave="1", group="g"), items)[["straight_line", "mostly_missing"]]
       straight_line  mostly_missing
    0            1.0             0.0
    1            0.0             0.0
    2            0.0             1.0
    """
    codes = answers[list(items.index)].to_numpy()
    choice = np.flatnonzero(items["k"].ge(CHOICES))
    parts = items.iloc[choice].groupby(["block", "scale"], sort=False).indices.values()
    blocks = [codes[:, choice[part]] for part in parts]
    lines = [_alike(block, FEW) for block in blocks if block.shape[1] >= FEW]
    strings = [_long(block) for block in blocks if block.shape[1] >= MANY]
    several = len(blocks) > 1 and len(choice) >= MANY
    used = sum((block > 0).any(axis=1) for block in blocks) if blocks else 0
    asked = codes != MISSING["not_asked"]
    found = {
        "straight_line": np.any(lines, axis=0) if lines else None,
        "long_string": np.any(strings, axis=0) if strings else None,
        "one_answer": _alike(codes[:, choice], MANY) & (used > 1) if several else None,
        "identical_sheet": _copies(answers, codes) if codes.shape[1] >= SHEET else None,
        "mostly_missing": 2 * (codes > 0).sum(axis=1) < asked.sum(axis=1),
    }
    values = {name: np.nan if flag is None else flag.astype(float) for name, flag in found.items()}
    return pd.DataFrame(values, index=answers.index, columns=list(SIGNALS))


def quality(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Estimate how many respondents show each sign of careless answers.

    Parameters
    ----------
    answers, items
        As for `signals`.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``quality``; for every area and wave one row per sign, named in ``estimand`` and in ``item``:
        share of all respondents, in [0, 1], with Wilson limits. ``n_a`` counts respondents. Reason
        ``one_level`` where the questionnaire is too short to show the sign.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "factor", "scale": "s", "k": 5}, index=list("pqrst"))
    >>> answers = pd.DataFrame([[3] * 5, [3, 3, 3, 3, 4]], columns=list("pqrst"))
    >>> rows = quality(answers.assign(area="X1", wave="1", group="g"), items)
    >>> rows[["estimand", "n_a", "estimate"]]
              estimand  n_a  estimate
    0    straight_line    2       0.5
    1      long_string    2       NaN
    2       one_answer    2       NaN
    3  identical_sheet    2       NaN
    4   mostly_missing    2       0.0
    """
    flags = signals(answers, items)
    place = [answers["area"].astype(str), answers["wave"].astype(str)]
    known = flags.notna().any()
    n = flags["mostly_missing"].groupby(place, sort=True).size()
    rows = []
    for name in SIGNALS:
        x = flags[name].fillna(0.0).groupby(place, sort=True).sum()
        low, high = wilson(x.to_numpy(), n.to_numpy())
        numbers = {"estimate": proportion(x.to_numpy(), n.to_numpy()), "conf_low": low, "conf_high": high}
        found = pd.DataFrame({"estimand": name, "item": name, "n_a": n.to_numpy(), **numbers}, index=n.index)
        if not known[name]:
            found[list(numbers)] = np.nan
        rows.append(found.assign(reason="" if known[name] else "one_level"))
    together = pd.concat(rows).rename_axis(["area", "wave"]).reset_index()
    rests = [((area, wave, ALL, ""),) for area, wave in zip(together["area"], together["wave"], strict=True)]
    return together.assign(
        analysis="quality", group_a=ALL, method="wilson", rests_on=pd.Series(rests, dtype=object)
    )


def without(answers: pd.DataFrame, items: pd.DataFrame, *, item: str) -> pd.DataFrame:
    """Estimate the positive share of one item without those who gave the same answer to all of a block.

    Parameters
    ----------
    answers, items
        As for `signals`; `items` also needs ``team``, ``top_from`` and ``numeric``.
    item : str
        The item.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``quality``, estimand ``top2_share_without``; one row per area and wave, Wilson limits.
        ``n_a`` are the valid answers kept, ``n_b`` those left out. Reasons: ``one_level`` where the
        questionnaire cannot show the sign, ``all_missing``, ``n_lt_min``.

    Raises
    ------
    KeyError
        If `items` lacks the item.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "factor", "scale": "s", "k": 5, "top_from": 4, "team": "",
    ...                       "numeric": False}, index=list("pqrst"))
    >>> answers = pd.DataFrame([[3] * 5, [4, 3, 3, 3, 4]], columns=list("pqrst"))
    >>> rows = without(answers.assign(area="X1", wave="1", group="g"), items, item="p")
    >>> rows[["n_a", "n_b", "estimate"]]
       n_a  n_b  estimate
    0    1  1.0       1.0
    """
    if item not in items.index:
        raise KeyError(f"items lacks {item!r}; it has {sorted(items.index)}")
    line = signals(answers, items)["straight_line"]
    asked = answers[["area", "wave", item]].assign(group=ALL)
    gone = line.eq(1).to_numpy()
    kept = asked.assign(**{item: asked[item].mask(gone, MISSING["not_asked"])})
    rows = shares(tally(kept, items.loc[[item]]), items.loc[[item]])
    rows = rows[rows["estimand"].eq("top2_share")].reset_index(drop=True)
    left = asked.assign(left=gone & asked[item].gt(0)).astype({"area": str, "wave": str})
    n_b = left.groupby(["area", "wave"], sort=True)["left"].sum().to_numpy(float)
    rows = rows.sort_values(["area", "wave"], ignore_index=True)
    rests = [(*cells, (*cells[0][: CELL.index("group")], ALL, "")) for cells in rows["rests_on"]]
    rows = rows.assign(analysis="quality", estimand="top2_share_without", n_b=n_b, rests_on=rests)
    if line.notna().any():
        return rows
    empty = dict.fromkeys(["estimate", "conf_low", "conf_high", "n_b"], np.nan)
    return rows.assign(**empty, reason="one_level")


def _alike(codes: np.ndarray, least: int) -> np.ndarray:
    """Say who gave so many valid answers, and all of them the same."""
    valid = codes > 0
    highest = np.where(valid, codes, 0).max(axis=1)
    lowest = np.where(valid, codes, 127).min(axis=1)
    return (valid.sum(axis=1) >= least) & (highest == lowest)


def _long(codes: np.ndarray) -> np.ndarray:
    """Say who gave the same answer very often in a row; questions without an answer are passed over."""
    last, run, longest = (np.zeros(len(codes), int) for _ in range(3))
    for column in codes.T:
        valid = column > 0
        run = np.where(valid, np.where(column == last, run + 1, 1), run)
        last = np.where(valid, column, last)
        longest = np.maximum(longest, run)
    return (longest >= MANY) & (2 * longest >= (codes > 0).sum(axis=1))


def _copies(answers: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """Say whose answers are exactly those of somebody else in the same area and wave."""
    place = answers.groupby(["area", "wave"], observed=True).ngroup()
    sheets = pd.DataFrame(codes).assign(place=place.to_numpy())
    varied = ((codes > 0).sum(axis=1) >= SHEET) & ~_alike(codes, 1)
    return varied & sheets.duplicated(keep=False).to_numpy()
