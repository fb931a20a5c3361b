"""One vocabulary for every result, the four-way verdict, and what could have been seen."""

import numpy as np
import pandas as pd
from scipy import stats

COLUMNS = (
    "survey area wave analysis estimand item group_a group_b target n_a n_b n_eff estimate conf_low "
    "conf_high conf_low_90 conf_high_90 p_value p_adjusted family_id method verdict material mde80 "
    "low_base suppressed reason"
).split()
"""The columns of every table of results, in this order."""

TEXT = (
    "survey area wave analysis estimand item group_a group_b target family_id method verdict reason".split()
)
FLAGS = ["material", "low_base", "suppressed"]
NUMBERS = [column for column in COLUMNS if column not in (*TEXT, *FLAGS)]

MARGIN_SHARE = 0.05
"""Differences of shares within this margin count as equivalent (five percentage points)."""

MARGIN_THETA = 0.06
"""θ within 0.5 ± this margin counts as equivalent: Vargha and Delaney's boundary of a small effect."""

DETECTABLE = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
"""Standard errors that a difference must measure for a test at 5% to have an 80% chance to see it."""

LEVELS = ((0.95, ""), (0.9, "_90"))
"""Coverage of the intervals of every result, and how the names of their limits end."""

MIN_N = 11
"""A group, or an item, with fewer valid answers does not enter: nothing about it could be shown."""

LOW_BASE = 30
"""Fewer valid answers than this are shown with a note of caution."""

ROUNDING = 1e-12
"""A standard error up to this is nothing but rounding: what it belongs to does not vary."""


def complete(rows: pd.DataFrame, **constants: str) -> pd.DataFrame:
    """Bring rows to the full vocabulary.

    Parameters
    ----------
    rows : DataFrame
        Any subset of `COLUMNS`, and perhaps ``rests_on``.
    **constants : str
        Values for whole columns, such as ``survey="demo"``.

    Returns
    -------
    DataFrame
        All of `COLUMNS` in order, then ``rests_on`` where given. Absent text is "", absent numbers are
        missing, absent flags are False; ``low_base`` is True where a base is below `LOW_BASE` and not 0.

    Raises
    ------
    KeyError
        If `rows` has a column that is not in the vocabulary.

    Examples
    --------
    >>> rows = complete(pd.DataFrame({"estimate": [0.5], "n_a": [12]}), survey="demo")
    >>> print(rows.loc[0, ["survey", "n_a", "low_base"]].to_string())
    survey      demo
    n_a         12.0
    low_base    True
    """
    unknown = [column for column in rows.columns if column not in [*COLUMNS, "rests_on"]]
    if unknown:
        raise KeyError(f"{unknown} are not in the results vocabulary {COLUMNS}")
    given = {column: rows[column] for column in rows.columns} | constants
    # One table for each sort of value, so that rows can be picked from all of its columns at once.
    parts = []
    for names, empty, kind in ((TEXT, "", object), (NUMBERS, np.nan, float), (FLAGS, False, bool)):
        values = np.full((len(rows), len(names)), empty, dtype=kind)
        for place, column in enumerate(names):
            if column in given:
                values[:, place] = _filled(given[column], empty)
        parts.append(pd.DataFrame(values, columns=names, dtype=kind))
    bases = parts[1][["n_a", "n_b"]].to_numpy()
    parts[2]["low_base"] = ((bases < LOW_BASE) & (bases != 0)).any(axis=1)
    full = pd.concat(parts, axis=1)[COLUMNS]
    if "rests_on" in given:
        full["rests_on"] = pd.Series(given["rests_on"].to_numpy(), dtype=object)
    return full


def _filled(values: pd.Series | str, empty: str | float | bool) -> np.ndarray | str:
    """Put the empty value of a sort of column where there is none."""
    if isinstance(values, str):
        return values
    if isinstance(empty, float):
        return values.to_numpy(float, na_value=empty)
    filled = values.to_numpy(object, copy=True)
    filled[pd.isna(filled)] = empty
    return filled


def judge(rows: pd.DataFrame, *, null: float, margin: float, level: float = 0.05) -> pd.DataFrame:
    """Give each row one of four verdicts, and say whether it matters.

    Parameters
    ----------
    rows : DataFrame
        Needs ``conf_low``, ``conf_high`` (95%), ``conf_low_90``, ``conf_high_90``; uses ``p_adjusted``
        where present.
    null : float
        The value of no difference: 0 for differences, 0.5 for θ.
    margin : float
        Half-width of the range around `null` that counts as no difference in practice.
    level : float
        Error rate at which the tests of the family are made: an adjusted p-value from this on is no finding.

    Returns
    -------
    DataFrame
        `rows` with ``verdict`` (``higher``, ``lower``, ``equivalent``, ``inconclusive``, or "" where no
        interval could be given), ``material`` (the 95% interval lies wholly beyond the margin), and
        ``reason`` ``p_ci_disagree`` where the adjusted p-value and the interval disagree about the
        null value, either way; then the verdict is inconclusive.

    Notes
    -----
    First match counts: the 95% interval wholly above the null value is higher, wholly below is lower;
    else the 90% interval within the margin is equivalent (two one-sided tests at 5%); else
    inconclusive. A difference can be clear and yet immaterial. An interval that has the null value in it
    disagrees only with a test that finds a difference at 5%, whatever `level`: the interval is one of 95%.

    References
    ----------
    .. [1] Lakens, D., Scheel, A. M. and Isager, P. M. (2018). Equivalence testing for psychological
       research. Advances in Methods and Practices in Psychological Science, 1, 259-269.

    Examples
    --------
    >>> rows = pd.DataFrame({"conf_low": [0.02, -0.03, -0.2], "conf_high": [0.12, 0.04, 0.2],
    ...                      "conf_low_90": [0.03, -0.02, -0.17], "conf_high_90": [0.11, 0.03, 0.17]})
    >>> judge(rows, null=0, margin=0.05)["verdict"].tolist()
    ['higher', 'equivalent', 'inconclusive']
    """
    limits = ("conf_low", "conf_high", "conf_low_90", "conf_high_90")
    low, high, low_90, high_90 = (rows[name].to_numpy(float) - null for name in limits)
    within = (low_90 >= -margin) & (high_90 <= margin)
    verdict = np.select(
        [np.isnan(low) | np.isnan(high), low > 0, high < 0, within],
        ["", "higher", "lower", "equivalent"],
        "inconclusive",
    )
    material = (low > margin) | (high < -margin)
    if "p_adjusted" not in rows:
        return rows.assign(verdict=verdict, material=material)
    p = rows["p_adjusted"].to_numpy(float)
    clear, unclear = np.isin(verdict, ["higher", "lower"]), np.isin(verdict, ["equivalent", "inconclusive"])
    disagree = (clear & (p >= level)) | (unclear & (p < min(level, 0.05)))
    reason = rows["reason"] if "reason" in rows else pd.Series("", index=rows.index)
    return rows.assign(
        verdict=np.where(disagree, "inconclusive", verdict),
        material=material & ~disagree,
        reason=reason.mask(disagree, "p_ci_disagree"),
    )


def mde_share(share: float, n_a: np.ndarray, n_b: np.ndarray, *, around: bool = False) -> np.ndarray:
    """Find the smallest difference of two shares that a comparison had an 80% chance to see.

    Parameters
    ----------
    share : float or array
        The reference share, or the share pooled over the two groups, in [0, 1].
    n_a, n_b : array of int
        Valid answers in each group.
    around : bool
        Let the two shares lie on either side of `share`, as the shares of two groups lie about their
        pooled share; near 0 or 1 both move inward until neither leaves [0, 1]. Else one of them is `share`.

    Returns
    -------
    array of float
        Difference of shares, in [0, 1]. Without `around` upward from `share`, or downward where no share
        is high enough; missing where a group is empty or no difference could have been seen.

    Notes
    -----
    Solves Cohen's arcsine effect size h for the other share, or for the two: sin²(a + h/4) − sin²(a − h/4)
    with a = arcsin √share. Equal to ``statsmodels.stats.power.NormalIndPower`` solved for the effect size.

    References
    ----------
    .. [1] Cohen, J. (1988). Statistical power analysis for the behavioral sciences, second edition,
       chapter 6. Lawrence Erlbaum.

    Examples
    --------
    >>> float(mde_share(0.56, np.array(100), np.array(100)).round(3))
    0.187
    >>> float(mde_share(0.56, np.array(100), np.array(100), around=True).round(3))
    0.195
    """
    share = np.asarray(share, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = DETECTABLE * np.sqrt(1 / n_a + 1 / n_b)
    effect = np.where(np.isfinite(effect), effect, np.nan)
    angle = np.arcsin(np.sqrt(share))
    if around:
        quarter = np.where(effect <= np.pi, effect / 4, np.nan)
        angle = np.clip(angle, quarter, np.pi / 2 - quarter)
        return np.sin(angle + quarter) ** 2 - np.sin(angle - quarter) ** 2
    up, down = angle + effect / 2, angle - effect / 2
    seen = [np.sin(up) ** 2 - share, share - np.sin(down) ** 2]
    return np.select([up <= np.pi / 2, down >= 0], seen, np.nan)


def mde_theta(n_a: np.ndarray, n_b: np.ndarray) -> np.ndarray:
    """Find the distance of θ from one half that a comparison had an 80% chance to see.

    Parameters
    ----------
    n_a, n_b : array of int
        Valid answers in each group.

    Returns
    -------
    array of float
        Distance from 0.5, at most 0.5; missing where a group is empty.

    References
    ----------
    .. [1] Noether, G. E. (1987). Sample size determination for some common nonparametric tests.
       Journal of the American Statistical Association, 82, 645-647.

    Examples
    --------
    >>> float(mde_theta(np.array(30), np.array(30)).round(3))
    0.211
    """
    n_a, n_b = np.asarray(n_a, float), np.asarray(n_b, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = DETECTABLE * np.sqrt((n_a + n_b + 1) / (12 * n_a * n_b))
    return np.where(np.isfinite(distance), np.minimum(distance, 0.5), np.nan)
