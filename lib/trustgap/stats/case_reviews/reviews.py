"""From judgements of cases, as reviewers note them, to what was found about the decisions."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from trustgap.stats.case_reviews import cases
from trustgap.stats.case_reviews.savings import saving
from trustgap.stats.counts import NATIONAL

FACTS = ["area", "decision_point", "team", "decision", "outcome", "population", "period"]
"""Columns of a case that its reviewers do not judge."""

ADMITTED, MOVED, SUITABLE, OVER_PROVIDED = "admit", "move", "suitable", "over_provided"
"""Reserved words: decisions at the points admission, residential and reablement, outcome of a review."""

PERIODS = ("before", "after")
"""What ``period`` may say; blank where nothing was changed."""

NOTHING = ["analysis", "estimand", "item", "area", "group_a", "group_b", "target", "n_a", "n_b"]
"""Columns of a table without rows, where a comparison cannot be made at all."""


def settled(judgements: pd.DataFrame) -> pd.DataFrame:
    """Settle each case by what more than half of its reviewers said.

    Parameters
    ----------
    judgements : DataFrame, one row per judgement
        ``case area decision_point team reviewer decision better_decision available cost cost_better outcome
        population period``. A blank ``better_decision`` judges nothing; one other than ``decision`` says that
        the decision could have been better. ``available`` (a better option existed) is True, False or
        missing. Money in one currency.

    Returns
    -------
    DataFrame, one row per case, in the order of the cases' names
        `FACTS`, ``reviewers`` (how many judged it), ``panel`` (which ones, as one text), ``improvable`` and
        ``available``, True, False or missing: the former where more than half of those who judged say so,
        missing on a tie; the latter by those who say improvable and know. ``cost`` and ``cost_better`` are
        means over the reviewers who gave them, the latter of those who say improvable.

    Examples
    --------
    >>> empty = dict.fromkeys(["team", "outcome", "population", "period"], "")
    >>> judgements = pd.DataFrame({
    ...     "case": ["c1"] * 3, "area": "X1", "decision_point": "admission", "reviewer": list("abc"),
    ...     "decision": "admit", "better_decision": ["home", "home", "admit"], **empty,
    ...     "available": [True, True, None], "cost": [900.0, 1000.0, 800.0], "cost_better": [400.0, None, 0]})
    >>> settled(judgements)[["reviewers", "improvable", "available", "cost", "cost_better"]]
       reviewers  improvable  available   cost  cost_better
    0          3        True       True  900.0        400.0
    """
    text = judgements[["reviewer", "decision", "better_decision"]].fillna("").astype(str)
    known = text["better_decision"].ne("")
    better = known & text["better_decision"].ne(text["decision"])
    option = judgements["available"].astype("boolean").where(better)
    marked = judgements[["case", *FACTS]].assign(
        known=known.astype(float),
        better=better.astype(float),
        asked=option.notna().astype(float),
        option=option.fillna(False).astype(float),
        cost=judgements["cost"].astype(float),
        cost_better=judgements["cost_better"].astype(float).where(better),
    )
    by = marked.groupby("case", sort=True)
    sums = by[["known", "better", "asked", "option"]].sum()
    whole = by[FACTS].first().fillna("")
    panel = text["reviewer"].where(known, "").groupby(judgements["case"], sort=True)
    whole = whole.assign(
        reviewers=sums["known"].astype(int),
        panel=panel.agg(lambda names: "+".join(sorted(set(names) - {""}))),
        improvable=_majority(sums["better"], sums["known"]),
        available=_majority(sums["option"], sums["asked"]),
    )
    return whole.join(by[["cost", "cost_better"]].mean()).reset_index()


def _majority(yes: pd.Series, votes: pd.Series) -> pd.Series:
    answer = pd.Series(pd.NA, index=yes.index, dtype="boolean")
    return answer.mask(2 * yes > votes, True).mask((2 * yes < votes) & votes.gt(0), False)


def ratings(judgements: pd.DataFrame) -> pd.DataFrame:
    """Set out who judged which case how, for measures of agreement.

    Parameters
    ----------
    judgements : DataFrame
        As for `settled`.

    Returns
    -------
    DataFrame, one row per judgement of a case that two or more judged
        ``case area period rater`` and ``rating``: 2 where the decision could have been better, else 1.
        A case with a single judgement says nothing about agreement, and the standard error of Gwet's
        coefficient would take how many of them there are for chance.

    Examples
    --------
    >>> judgements = pd.DataFrame({"case": ["c1", "c1"], "area": "X1", "period": "", "reviewer": ["a", "b"],
    ...                            "decision": "admit", "better_decision": ["home", "admit"]})
    >>> ratings(judgements)["rating"].tolist()
    [2, 1]
    """
    text = judgements[["case", "area", "period", "reviewer", "decision", "better_decision"]].fillna("")
    made = text[text["better_decision"].ne("")]
    made = made[made.duplicated("case", keep=False)]
    rating = np.where(made["better_decision"].ne(made["decision"]), 2, 1)
    named = made.rename(columns={"reviewer": "rater"})[["case", "area", "period", "rater"]]
    return named.assign(rating=rating).reset_index(drop=True)


def counted(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Count the cases reviewed, those that several judged, and their reviewers.

    Parameters
    ----------
    judgements : DataFrame
        As for `settled`.
    area : str
        Area code, or `counts.NATIONAL`.

    Returns
    -------
    DataFrame, three rows of results
        Analysis ``cases``, estimand ``reviewed_cases``, ``item`` ``case_reviewed`` (cases judged by anybody;
        ``n_a`` the same), ``case_shared`` (by two or more; ``n_a`` the same) and ``case_reviewers`` (people
        who judged, of those without a name nothing is known; ``n_a`` the cases judged).

    Examples
    --------
    >>> judgements = pd.DataFrame({"case": ["c1", "c1"], "area": "X1", "period": "", "reviewer": ["a", "b"],
    ...                            "decision": "admit", "better_decision": ["home", "admit"]})
    >>> counted(judgements, area="X1")["estimate"].tolist()
    [1.0, 1.0, 2.0]
    """
    made = judgements[judgements["better_decision"].fillna("").ne("")]
    per_case = made.groupby("case").size()
    people = made[["area", "reviewer"]].drop_duplicates()
    numbers = [len(per_case), int(per_case.gt(1).sum()), int(people["reviewer"].fillna("").ne("").sum())]
    rows = pd.DataFrame({"item": ["case_reviewed", "case_shared", "case_reviewers"], "estimate": numbers})
    rows = rows.astype({"estimate": float}).assign(n_a=[float(numbers[at]) for at in (0, 1, 0)])
    return rows.assign(analysis="cases", estimand="reviewed_cases", area=area)


def findings(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Estimate what the case reviews of one area, or of all, found.

    Parameters
    ----------
    judgements : DataFrame
        As for `settled`: the area's rows, or those of all areas.
    area : str
        Area code, or `counts.NATIONAL`: then cases of one area count as a cluster; else those that the same
        reviewers judged do.

    Returns
    -------
    DataFrame, six rows of results
        Analysis ``cases``; ``item``, and ``group_a`` after ``item:``, is the estimand with ``case_`` before
        it; ``n_a`` is the base.

        =========================  ===============================================================
        ``improvable``             of cases judged: a better decision was possible
        ``available``              of **improvable** cases: the better option existed at the time
        ``avoidable_admission``    of people admitted (`ADMITTED`): the admission could have been avoided
        ``residential_right``      of people moved into residential care (`MOVED`): nothing was better
        ``over_provided``          of packages reviewed: more was provided than needed (`OVER_PROVIDED`)
        ``saving_per_case``        mean saving, see `savings.saving`; of an area's cases as a simple sample
        =========================  ===============================================================

        Reasons as in `cases.shares` and `savings.saving`; ``n_lt_min`` where there is no case.

    Notes
    -----
    Judgements are made with hindsight, and cases are chosen by those who review them: both are beyond an
    interval. At 30 cases the limits of a share are some 17 points either way, so that areas must not be
    ranked by it.

    Examples
    --------
    >>> empty = dict.fromkeys(["team", "outcome", "population", "period", "reviewer"], "")
    >>> judgements = pd.DataFrame({
    ...     "case": range(20), "area": "X1", "decision_point": "admission", "decision": "admit",
    ...     "better_decision": ["home"] * 5 + ["admit"] * 15, "available": [True] * 5 + [None] * 15,
    ...     "cost": 900.0, "cost_better": 400.0, **empty})
    >>> found = findings(judgements, area="X1").set_index("estimand")
    >>> found.loc[["avoidable_admission"], ["n_a", "estimate"]].to_numpy().tolist()
    [[20.0, 0.25]]
    """
    reviewed = settled(judgements)
    national = area == NATIONAL
    cluster = "area" if national else "panel"
    rows = cases.shares(reviewed, cluster=cluster)
    # With the share of both together a bound on the share available would be no bound.
    named = rows[rows["estimand"].ne("improvable_available")].to_dict("records")
    for estimand, part in PARTS.items():
        kept, answer = part(reviewed)
        named.append(cases.share(kept, answer, cluster=cluster) | {"estimand": estimand})
    named += saving(reviewed, cluster="area" if national else None).to_dict("records")
    found = pd.DataFrame(named).assign(analysis="cases", area=area)
    return found.assign(item="case_" + found["estimand"], group_a="item:case_" + found["estimand"])


def _admissions(reviewed: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    kept = reviewed[reviewed["decision_point"].eq("admission") & reviewed["decision"].eq(ADMITTED)]
    return kept, kept["improvable"]


def _moves(reviewed: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    kept = reviewed[reviewed["decision_point"].eq("residential") & reviewed["decision"].eq(MOVED)]
    return kept, ~kept["improvable"]


def _packages(reviewed: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    kept = reviewed[reviewed["decision_point"].eq("package_review")]
    outcome = kept["outcome"]
    return kept, outcome.eq(OVER_PROVIDED).astype("boolean").mask(outcome.eq(""))


PARTS: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, pd.Series]]] = {
    "avoidable_admission": _admissions,
    "residential_right": _moves,
    "over_provided": _packages,
}
"""Findings on one kind of decision: the cases it concerns, and whether each of them has it."""
