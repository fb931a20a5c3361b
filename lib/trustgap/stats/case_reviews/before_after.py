"""Do reviewers of the same cases agree more after a change than before it."""

import pandas as pd

from trustgap.stats.case_reviews.agreement import agreement
from trustgap.stats.case_reviews.cases import BLANK
from trustgap.stats.case_reviews.reviews import NOTHING, PERIODS, ratings
from trustgap.stats.counts import NATIONAL
from trustgap.stats.results import LEVELS, judge
from trustgap.stats.shares.mover import mover_difference

MARGIN_AGREEMENT = 0.10
"""Changes of a coefficient of agreement within this count as none in practice."""


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
    made, found = ratings(judgements), []
    if area == NATIONAL:
        made["rater"] = made.groupby("case").cumcount().astype(str)
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
