"""Results set against what is known to be true: how often verdicts, intervals and ranks are right."""

import numpy as np
import pandas as pd

from trustgap.stats.checks.truths import KEY, NULLS, matched

__all__ = ["KEY", "LEVEL", "matched", "rank_score", "score"]

LEVEL = 0.05
"""The error rate that verdicts and intervals promise."""


def score(
    rows: pd.DataFrame,
    truth: pd.DataFrame,
    *,
    by: tuple[str, ...] = ("analysis", "estimand"),
    cluster: str = "area",
    tolerance: float = 0.0,
) -> pd.DataFrame:
    """Count how often verdicts and intervals are right, where it is known what is true.

    Parameters
    ----------
    rows, truth, tolerance
        As for `matched`.
    by : tuple of str
        Columns of `rows` that tell the lines of the table apart.
    cluster : str
        Column whose values tell independent rows apart: rows of one area share respondents.

    Returns
    -------
    DataFrame, one row per combination of `by`, in order of first appearance
        Counts, rates in [0, 1] and their Monte-Carlo standard errors:

        =====================  =====================================================================
        ``rows``               results with a truth
        ``nulls``              of these without any difference in truth, and with a verdict
        ``false``              nulls called higher or lower; ``false_rate``, ``false_error``
        ``differences``        with a difference in truth, and with a verdict
        ``right_way``          of these called in the right direction
        ``wrong_way``          of these called in the wrong one; ``wrong_rate``, ``wrong_error``
        ``beyond``             differences beyond the margin, with a verdict
        ``equal``              of these called equivalent; ``equal_rate``, ``equal_error``
        ``seeable``            differences at least as large as ``mde80``
        ``seen``               of these whose interval lies on the right side; ``seen_rate``, ``seen_error``
        ``intervals``          results with an interval
        ``covered``            of these whose interval contains the truth; ``coverage``,
                               ``coverage_error``
        ``families``           families of tests that have a null
        ``family_rate``        share of these in which any null is called different
        ``discovery_rate``     false findings among findings, mean over the families of tests
        =====================  =====================================================================

        A rate of nothing is missing.

    Raises
    ------
    KeyError, ValueError
        As `matched`.

    Notes
    -----
    The standard error is the larger of the binomial one at the promised rate (5%, 95%; 80% for ``seen``)
    and that of the observed rate with rows of one `cluster` taken as dependent.

    References
    ----------
    .. [1] Morris, T. P., White, I. R. and Crowther, M. J. (2019). Using simulation studies to evaluate
       statistical methods. Statistics in Medicine, 38, 2074-2102.

    Examples
    --------
    >>> name = dict.fromkeys(KEY, "") | {"estimand": "theta", "item": ["p", "q", "r"]}
    >>> rows = pd.DataFrame(name | {"conf_low": [0.51, 0.3, 0.6], "conf_high": [0.7, 0.6, 0.8]})
    >>> rows["verdict"] = ["higher", "inconclusive", "higher"]
    >>> truth = pd.DataFrame(name | {"value": [0.5, 0.7, 0.7], "is_null": [True, False, False]})
    >>> score(rows, truth)[["nulls", "false", "differences", "right_way", "intervals", "covered"]]
       nulls  false  differences  right_way  intervals  covered
    0      1      1            2          1          3        1
    """
    both = matched(rows, truth, tolerance=tolerance)
    if both.empty:
        return pd.DataFrame(columns=[*by, "rows"])
    lines = [
        dict(zip(by, name, strict=True)) | _line(part, cluster)
        for name, part in both.groupby(list(by), sort=False)
    ]
    return pd.DataFrame(lines)


def _line(part: pd.DataFrame, cluster: str) -> dict[str, float]:
    verdict = part["verdict"] if "verdict" in part else pd.Series("", index=part.index)
    judged = verdict.fillna("").ne("").to_numpy()
    null = part["is_null"].astype(bool).to_numpy() & judged
    whose = pd.factorize(part[cluster])[0]
    real = judged & ~part["is_null"].astype(bool).to_numpy() & part["estimand"].isin(NULLS).to_numpy()
    interval = part[["conf_low", "conf_high"]].notna().all(axis=1).to_numpy()
    line = {"rows": len(part), "nulls": int(null.sum())}
    line |= _rate("false", part["false"], null, whose, LEVEL)
    line |= {"differences": int(real.sum()), "right_way": int(part["right_way"].sum())}
    line |= _rate("wrong", part["wrong_way"], real, whose, LEVEL / 2, count="wrong_way")
    beyond = part["beyond"].to_numpy() & judged
    line |= {"beyond": int(beyond.sum())} | _rate("equal", part["equal"], beyond, whose, LEVEL)
    seeable = part["seeable"].to_numpy() & interval
    line |= {"seeable": int(seeable.sum())} | _rate("seen", part["seen"], seeable, whose, 0.2)
    line |= {"intervals": int(interval.sum())}
    found = _rate("coverage", part["covered"], interval, whose, LEVEL, count="covered")
    found["coverage"] = found.pop("coverage_rate")
    return line | found | _families(part, null)


def _rate(
    name: str, flag: pd.Series, among: np.ndarray, cluster: np.ndarray, expected: float, count=""
) -> dict:
    """Give a count, its rate among some rows, and the Monte-Carlo error of that rate."""
    chosen, size = flag.to_numpy()[among].astype(float), int(among.sum())
    if not size:
        return {count or name: 0, f"{name}_rate": np.nan, f"{name}_error": np.nan}
    rate = chosen.mean()
    sums = np.bincount(cluster[among], weights=chosen - rate)
    error = max(np.sqrt(expected * (1 - expected) / size), np.sqrt((sums**2).sum()) / size)
    return {count or name: int(chosen.sum()), f"{name}_rate": float(rate), f"{name}_error": float(error)}


def _families(part: pd.DataFrame, null: np.ndarray) -> dict[str, float]:
    if "family_id" not in part or not part["family_id"].fillna("").ne("").any():
        return {"families": 0, "family_rate": np.nan, "discovery_rate": np.nan}
    planned = part["family_id"].fillna("").ne("")
    by = part.assign(_null=null)[planned].groupby("family_id")[["_null", "false", "called"]].sum()
    with_null = by[by["_null"] > 0]
    discovery = by["false"] / by["called"].where(by["called"] > 0, 1)
    return {
        "families": len(with_null),
        "family_rate": float((with_null["false"] > 0).mean()) if len(with_null) else np.nan,
        "discovery_rate": float(discovery.mean()),
    }


def rank_score(
    rows: pd.DataFrame, truth: pd.DataFrame, *, by: tuple[str, ...] = ("analysis", "group_a", "target")
) -> pd.DataFrame:
    """Count how often rank sets contain all the true ranks together, and tops all that belong there.

    Parameters
    ----------
    rows : DataFrame, rows of results
        Rows ``rank`` and ``top_1`` and so on, as `trustgap.stats.ranking.rankings.ranking` gives them. Rows
        of one area, wave, group and ``target`` are one set: give ``target`` what was ranked, as in `truth`.
    truth : DataFrame
        `KEY` and ``value``: the true ranks, estimand ``rank``.
    by : tuple of str
        Columns that tell the lines of the table apart.

    Returns
    -------
    DataFrame, one row per estimand and combination of `by`
        ``sets`` (those in which every item has a result and a truth), ``complete`` (sets in which every
        true rank is within its limits; for a top, every item that belongs there is in it),
        ``coverage`` in [0, 1] and ``coverage_error``, its Monte-Carlo standard error at the promised 95%,
        or that with areas as clusters if larger; ``width``, the mean number of ranks that cannot be
        excluded, or of items in a top.

    Raises
    ------
    KeyError, ValueError
        As `matched`.

    Examples
    --------
    >>> name = dict.fromkeys(KEY, "") | {"estimand": "rank", "item": ["p", "q", "r"]}
    >>> rows = pd.DataFrame(name | {"conf_low": [1, 1, 3], "conf_high": [2, 2, 3]})
    >>> rank_score(rows, pd.DataFrame(name | {"value": [1, 2, 3], "is_null": False}))[["sets", "complete"]]
       sets  complete
    0     1         1
    """
    ranks = truth[truth["estimand"].eq("rank")]
    names = [column for column in KEY if column not in ("estimand", "item")]
    frames = []
    for estimand, part in rows.groupby("estimand", sort=False):
        both = matched(part.assign(estimand="rank"), ranks)
        if estimand == "rank":
            good, missing = both["covered"], both["conf_low"].isna()
            width = both["conf_high"] - both["conf_low"] + 1
        else:
            belongs = both["value"] <= int(str(estimand).removeprefix("top_"))
            good, missing = ~belongs | both["estimate"].eq(1), both["estimate"].isna()
            width = both["estimate"]
        flags = both[names].assign(good=good, missing=missing, width=width)
        sets = flags.groupby(names, as_index=False).agg(
            good=("good", "all"), missing=("missing", "any"), mean=("width", "mean"), sum=("width", "sum")
        )
        sets["width"] = sets["mean" if estimand == "rank" else "sum"]
        frames.append(sets[~sets["missing"]].assign(estimand=estimand))
    lines = []
    for name, part in pd.concat(frames).groupby(["estimand", *by], sort=False):
        everything = np.ones(len(part), bool)
        found = _rate(
            "coverage", part["good"], everything, pd.factorize(part["area"])[0], LEVEL, count="complete"
        )
        found["coverage"] = found.pop("coverage_rate")
        named = dict(zip(["estimand", *by], name, strict=True))
        lines.append(named | {"sets": len(part)} | found | {"width": part["width"].mean()})
    return pd.DataFrame(lines)
