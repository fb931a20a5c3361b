"""Case reviews of all areas together: pooled shares, and how far areas differ beyond chance."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.between_areas.heterogeneity import MIN_AREAS
from trustgap.stats.case_reviews.cases import intraclass
from trustgap.stats.case_reviews.reviews import PARTS, settled
from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.families import adjusted
from trustgap.stats.shares.intervals import wilson

LIMITS = ("conf_low", "conf_high")


def answers(judgements: pd.DataFrame) -> pd.DataFrame:
    """Set out for every case which findings it has.

    Parameters
    ----------
    judgements : DataFrame
        Of all areas, as for `reviews.settled`.

    Returns
    -------
    DataFrame, one row per case and finding that concerns it
        ``area``, ``item`` (the finding as in `reviews.findings`) and ``hit``, True, False or missing.

    Examples
    --------
    >>> empty = dict.fromkeys(["team", "outcome", "population", "period", "reviewer"], "")
    >>> judgements = pd.DataFrame({"case": ["a", "b"], "area": "X1", "decision_point": "admission",
    ...     "decision": "admit", "better_decision": ["home", "admit"], "available": [True, None],
    ...     "cost": 9.0, "cost_better": 4.0, **empty})
    >>> answers(judgements).query("item == 'case_avoidable_admission'")["hit"].tolist()
    [True, False]
    """
    reviewed = settled(judgements)
    better = reviewed["improvable"]
    parts = {
        "improvable": (reviewed, better),
        "available": (reviewed, reviewed["available"].where(better.fillna(False).astype(bool))),
        **{name: part(reviewed) for name, part in PARTS.items()},
    }
    return pd.concat(
        [
            pd.DataFrame({"area": kept["area"], "item": f"case_{name}", "hit": answer.astype("boolean")})
            for name, (kept, answer) in parts.items()
        ],
        ignore_index=True,
    )


def over_areas(hits: pd.DataFrame) -> pd.DataFrame:
    """Pool each finding over areas, and say how far their true shares lie apart.

    Parameters
    ----------
    hits : DataFrame, one row per case and finding
        ``area``, ``item`` (the finding) and ``hit`` (whether the case has it: True, False or missing, which
        leaves the case out).

    Returns
    -------
    DataFrame, two rows of results per finding, in their order
        Analysis ``cases_of_areas``; ``n_a`` cases, ``n_eff`` those of a simple sample as precise; ``method``
        says in how many areas.

        ==============  ============================================================================
        ``mean_share``  share of all cases, in [0, 1]; Wilson limits at n / deff, areas as clusters
        ``prediction``  the same share with the limits between which the true share of a further area
                        would lie with 95% probability; ``p_value`` tests that all areas have one
                        share, ``p_adjusted`` allows by Holm for all findings
        ==============  ============================================================================

        Reasons: ``few_areas`` (fewer than `MIN_AREAS`), ``constant`` (all cases alike), ``n_lt_min``.

    Notes
    -----
    deff = 1 + (Σm²/Σm − 1) · r with r the intraclass correlation of `cases.intraclass`, m the cases of an
    area. True shares are taken to follow a beta distribution with mean P and variance P(1 − P)(r + 1/n_eff).
    Logits, on which the shares of a survey are pooled, are of no use for a dozen cases an area: with 100
    areas of 13 cases and a share of 0.92 their mean was 0.89 and its limits held in 7% of 150 draws. Here the
    limits of the mean held in 93 to 96% of 400 draws (10 to 100 areas, 8 to 30 cases each, shares of 0.10 to
    0.92), and the range for a further area held 84 to 98% of areas, 79% where areas of 8 cases differ little:
    a spread that chance hides is taken for none. The test is Pearson's chi-square; it rejects somewhat too
    often where a share is near 0 or 1 and cases are few.

    References
    ----------
    .. [1] Donner, A. and Klar, N. (2000). Design and analysis of cluster randomization trials in health
       research. Arnold.
    .. [2] Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples.
       Journal of the American Statistical Association, 68, 46-54.

    Examples
    --------
    >>> found = [10, 12, 8, 14, 6, 10]
    >>> hits = pd.DataFrame({"area": list("ABCDEF"), "item": "improvable"}).loc[np.repeat(range(6), 20)]
    >>> hits["hit"] = [case < found[area] for area in range(6) for case in range(20)]
    >>> over_areas(hits)[["estimand", "n_a", "estimate", "conf_low", "conf_high"]].round(2)
         estimand    n_a  estimate  conf_low  conf_high
    0  mean_share  120.0       0.5      0.39       0.61
    1  prediction  120.0       0.5      0.30       0.70
    """
    known = hits[hits["hit"].notna()]
    rows = [
        row | {"item": item}
        for item in dict.fromkeys(hits["item"])
        for row in _finding(known[known["item"].eq(item)])
    ]
    columns = "estimand item n_a n_eff estimate conf_low conf_high p_value method reason".split()
    found = pd.DataFrame(rows, columns=columns)
    tests = found.loc[found["estimand"].eq("prediction"), "p_value"].astype(float)
    family = pd.Series("cases_of_areas", index=tests.index)
    p_adjusted = pd.Series(adjusted(tests, family, method="holm").to_numpy(), index=tests.index)
    return found.assign(
        area=NATIONAL, analysis="cases_of_areas", group_a=ALL, p_adjusted=p_adjusted.reindex(found.index)
    )


def _finding(known: pd.DataFrame) -> list[dict[str, object]]:
    """Pool one finding."""
    by = known["hit"].astype(float).groupby(known["area"].to_numpy()).agg(["sum", "size"])
    x, n = by["sum"].to_numpy(), by["size"].to_numpy(float)
    total, share = n.sum(), x.sum() / n.sum() if len(n) else np.nan
    names = {"mean_share": "Wilson, areas as clusters", "prediction": "beta distribution of areas, moments"}
    row = {
        "n_a": total,
        "n_eff": np.nan,
        "estimate": np.nan,
        **dict.fromkeys(LIMITS, np.nan),
        "p_value": np.nan,
    }
    rows = [row | {"estimand": name, "method": f"{how}; {len(n)} areas"} for name, how in names.items()]
    if len(n) < MIN_AREAS or share in (0.0, 1.0):
        why = "n_lt_min" if not len(n) else "few_areas" if len(n) < MIN_AREAS else "constant"
        return [one | {"reason": why} for one in rows]
    r = intraclass(x, n)
    size = total / (1 + ((n**2).sum() / total - 1) * r)
    near = [float(limit[0]) for limit in wilson(np.array([share * size]), np.array([size]))]
    far = _range(share, share * (1 - share) * (r + 1 / size))
    facts = {"n_eff": size, "estimate": share, "reason": ""}
    p_value = float(stats.chi2.sf(((x - n * share) ** 2 / (n * share * (1 - share))).sum(), len(n) - 1))
    return [
        rows[0] | facts | dict(zip(LIMITS, near, strict=True)),
        rows[1] | facts | dict(zip(LIMITS, far, strict=True)) | {"p_value": p_value},
    ]


def _range(mean: float, variance: float) -> tuple[float, float]:
    """Give the middle 95% of the beta distribution with a mean and a variance."""
    weight = mean * (1 - mean) / variance - 1
    if weight <= 0:
        # Every area would have all cases alike.
        return 0.0, 1.0
    low, high = stats.beta.ppf([0.025, 0.975], mean * weight, (1 - mean) * weight)
    return float(low), float(high)
