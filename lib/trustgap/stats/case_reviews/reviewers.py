"""How far reviewers of the same cases agree, and whether they agree more after a change than before it."""

import pandas as pd

from trustgap.stats.case_reviews.agreement import agreement
from trustgap.stats.case_reviews.cases import BLANK
from trustgap.stats.case_reviews.disagreement import raters_differ
from trustgap.stats.case_reviews.reviews import NOTHING, PERIODS, ratings
from trustgap.stats.counts import NATIONAL
from trustgap.stats.results import LEVELS, judge
from trustgap.stats.shares.mover import mover_difference

MARGIN_AGREEMENT = 0.10
"""Changes of a coefficient of agreement within this count as none in practice."""


def agreed(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Estimate how far reviewers agree whether the decision in a case could have been better.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`.
    area : str
        Area code, or `counts.NATIONAL`: then cases of one area count as a cluster, and reviewers as
        interchangeable.

    Returns
    -------
    DataFrame, six rows of results, analysis ``agreement``, ``item`` the estimand with ``case_`` before it
        As `agreement.agreement` and, of an area, `disagreement.raters_differ` give them; no reviewer is
        named. Empty where no case was judged by two.

    Examples
    --------
    >>> judgements = pd.DataFrame([(i, reviewer, "home" if i < 5 else "admit")
    ...                            for i in range(12) for reviewer in ("a", "b")],
    ...                           columns=["case", "reviewer", "better_decision"])
    >>> judgements = judgements.assign(area="X1", period="", decision="admit")
    >>> agreed(judgements, area="X1")[["estimand", "n_a", "estimate"]].head(2)
                estimand  n_a  estimate
    0  percent_agreement   12       1.0
    1            gwet_ac   12       1.0
    """
    made = _interchangeable(ratings(judgements), area)
    if made.empty:
        return pd.DataFrame(columns=NOTHING)
    national = area == NATIONAL
    parts = [agreement(made, categories=2, cluster="area" if national else None)]
    parts += [] if national else [raters_differ(made, categories=2)]
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(area=area, item="case_" + rows["estimand"], group_a="", group_b="")


def _interchangeable(made: pd.DataFrame, area: str) -> pd.DataFrame:
    """Forget who judged, where reviewers of different areas meet."""
    if area != NATIONAL:
        return made
    return made.assign(rater=made.groupby("case").cumcount().astype(str))


def agreement_change(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Compare how far reviewers agree on the cases after a change with how far they did before it.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`; ``period`` is ``before``, ``after`` or blank, and blank ones are left out.
    area : str
        Area code, or `counts.NATIONAL`: then cases of one area count as a cluster, and reviewers as
        interchangeable.

    Returns
    -------
    DataFrame, three rows of results, analysis ``consistency``, ``item`` ``case_agreement``
        ``gwet_ac`` of each period (``group_a``), and ``agreement_change``, after minus before, in [-2, 2],
        with a verdict. ``n_a`` counts cases that two or more judged, after, and ``n_b`` before. Reasons as
        in `agreement.agreement`. Empty where a period has no case that two judged.

    Notes
    -----
    The cases of the two periods are different ones, so that the limits of the difference come from those of
    the two coefficients (MOVER). With 12 cases in each period and three reviewers they covered in 97 to 100%,
    percentiles of a bootstrap over cases in 86 to 92%; with 30 cases in 96 and 94% (four and one kinds of
    cases, 250 draws each).

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> same, mixed = [("a", "admit"), ("b", "admit")], [("a", "admit"), ("b", "home")]
    >>> rows = [(f"{period}{i}", period, reviewer, better) for period, alike in [("before", 6), ("after", 11)]
    ...         for i in range(12) for reviewer, better in (same if i < alike else mixed)]
    >>> judgements = pd.DataFrame(rows, columns=["case", "period", "reviewer", "better_decision"])
    >>> judgements = judgements.assign(area="X1", decision="admit")
    >>> agreement_change(judgements, area="X1")[["estimand", "group_a", "estimate"]].round(2)
               estimand group_a  estimate
    0           gwet_ac  before      0.20
    1           gwet_ac   after      0.91
    2  agreement_change              0.71
    """
    made, found = _interchangeable(ratings(judgements), area), []
    for period in PERIODS:
        part = made[made["period"].eq(period)]
        if not part.duplicated("case").any():
            return pd.DataFrame(columns=NOTHING)
        rows = agreement(part, categories=2, cluster="area" if area == NATIONAL else None)
        row = rows[rows["estimand"].eq("gwet_ac")].iloc[0].to_dict()
        found.append(row | {"group_a": period, "group_b": ""})
    before, after = found
    change = BLANK | {"estimand": "agreement_change", "n_a": after["n_a"], "n_b": before["n_a"]}
    change |= {"method": "MOVER on mapped Wilson limits", "reason": after["reason"] or before["reason"]}
    change["estimate"] = after["estimate"] - before["estimate"]
    for _, suffix in LEVELS:
        limits = [(row[f"conf_low{suffix}"], row[f"conf_high{suffix}"]) for row in (after, before)]
        low, high = mover_difference(after["estimate"], limits[0], before["estimate"], limits[1])
        change |= {f"conf_low{suffix}": float(low), f"conf_high{suffix}": float(high)}
    named = {"analysis": "consistency", "area": area, "item": "case_agreement"}
    rows = pd.DataFrame([before, after, change]).assign(**named)
    judged = judge(rows, null=0, margin=MARGIN_AGREEMENT)
    # A coefficient itself is not compared with anything.
    return judged.assign(
        verdict=judged["verdict"].where(judged["estimand"].eq("agreement_change"), ""),
        material=judged["material"] & judged["estimand"].eq("agreement_change"),
        group_a=rows["group_a"].fillna(""),
        group_b="",
    )
