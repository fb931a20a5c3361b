"""Claims that rest on what areas bring beside a survey: reviewed cases, metrics, delayed days."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from trustgap.report.claims.found import Found
from trustgap.report.disclosure.case_lines import AGREED, CHEAPER
from trustgap.report.disclosure.sums import BOUNDED, allowed, state
from trustgap.report.disclosure.team_lines import SWAPPED
from trustgap.stats.case_reviews import cases, reviews
from trustgap.stats.case_reviews.reviewers import MARGIN_AGREEMENT, agreement_change
from trustgap.stats.case_reviews.suitability import swapped
from trustgap.stats.claims import rules
from trustgap.stats.claims.rules import FAILS, HOLDS, UNSURE
from trustgap.stats.counts import NATIONAL
from trustgap.stats.delays.attribution import published
from trustgap.stats.results import LEVELS, MARGIN_SHARE
from trustgap.stats.shares.intervals import wilson
from trustgap.stats.tracking.decisions import decide

CHANCE = 0.05
"""Share of interventions that would make a difference by chance alone, at most."""


def _finding(found: Found, name: str) -> pd.DataFrame:
    judgements, area = found.study.cases_showing(f"case_{name}"), found.study.area
    rows = found.once(("finding", name), lambda: reviews.findings(judgements, area=area))
    return rows[rows["estimand"].eq(name)]


def _case_share(found: Found, test: dict) -> pd.DataFrame:
    row = _finding(found, test["finding"])
    return _judged(row, partial(rules.level, value=test["value"], within=test["within"]))


def _case_share_above(found: Found, test: dict) -> pd.DataFrame:
    row = _finding(found, test["finding"])
    return _judged(row, partial(rules.above, null=test["value"], margin=MARGIN_SHARE))


def _judged(row: pd.DataFrame, rule: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Judge a share of cases; one that is shown as a bound by every count that the bound leaves open.

    A verdict that holds for some of these counts only would tell them apart. Cases then count as a simple
    sample, as how alike those of a reviewer are would tell whether there are any.
    """
    n, share = (row[name].iloc[0] for name in ("n_a", "estimate"))
    if not n > 0 or state(int(n), round(share * n)) != BOUNDED:
        return rule(row)
    low, high = allowed(int(n), round(share * n), BOUNDED)
    hits, possible = np.arange(low, high + 1), pd.concat([row] * (high - low + 1), ignore_index=True)
    for confidence, suffix in LEVELS:
        ends = wilson(hits, np.full(len(hits), n), confidence=confidence)
        possible = possible.assign(
            **{f"conf_{end}{suffix}": at for end, at in zip(("low", "high"), ends, strict=True)}
        )
    verdicts = set(rule(possible)["verdict"])
    return rule(row).assign(verdict=verdicts.pop() if len(verdicts) == 1 else UNSURE)


def _cheaper(found: Found, test: dict) -> pd.DataFrame:
    """Count, of cases whose better option existed and whose costs are known, those in which it cost less."""
    reviewed = reviews.settled(found.study.cases_showing(CHEAPER))
    better = (reviewed["improvable"] & reviewed["available"]).fillna(False).astype(bool)
    kept = reviewed[better & reviewed["cost"].notna() & reviewed["cost_better"].notna()]
    less = kept["cost_better"].lt(kept["cost"]).astype("boolean")
    cluster = "area" if found.study.area == NATIONAL else "panel"
    row = pd.DataFrame([cases.share(kept, less, cluster=cluster) | {"estimand": "cheaper"}])
    return _judged(row, partial(rules.above, null=test["value"], margin=MARGIN_SHARE))


def _team_not_people(found: Found, test: dict) -> pd.DataFrame:
    """Ask both: that two teams differ by more than the margin, and that two populations do not."""
    rows = swapped(found.study.cases_showing(SWAPPED), area=found.study.area)
    if rows.empty:
        return rows
    teams, people = (
        rows[rows["estimand"].eq(f"{side}_difference")].reset_index(drop=True)
        for side in ("team", "population")
    )
    apart, alike = teams["material"].item(), people["verdict"].item() == "equivalent"
    against = teams["verdict"].item() == "equivalent" or people["material"].item()
    return teams.assign(verdict=HOLDS if apart and alike else FAILS if against else UNSURE)


def _agreement_rose(found: Found, test: dict) -> pd.DataFrame:
    rows = agreement_change(found.study.cases_showing(AGREED), area=found.study.area)
    row = rows[rows["estimand"].eq("agreement_change")]
    return rules.above(row, null=0.0, margin=MARGIN_AGREEMENT) if len(row) else row


def _delays(found: Found, test: dict) -> pd.DataFrame:
    every = found.study.release.files["delays"]
    delays = every[every["area"].eq(found.study.area)]
    options = {"first": test["first"], "last": test["last"], "margin": test["within"]}
    return published(delays, share=test["value"], parts=(test["category"],), **options)


def _metric_moved(found: Found, test: dict) -> pd.DataFrame:
    """Take an area's own interventions; of all areas, the share of interventions that made a difference."""
    rows = decide(_deciding(found.study.tracked))
    said = rows[rows["estimand"].eq("intervention")]
    if found.study.area == NATIONAL and len(said):
        row = _share_of(said["verdict"].eq("difference"))
        return rules.above(row, null=CHANCE, margin=MARGIN_SHARE)
    order = ["difference", "too_early", "no_difference"]
    first = next((verdict for verdict in order if said["verdict"].eq(verdict).any()), "")
    clear = {"difference": HOLDS, "no_difference": FAILS}.get(first, UNSURE)
    kept = rows[rows["group_a"].isin(said.loc[said["verdict"].eq(first), "group_a"])]
    changed = kept[kept["estimand"].str.endswith("_change") & kept["verdict"].eq(first)].head(1)
    return changed.assign(verdict=clear, target="", group_b="item:" + changed["item"])


def _deciding(metrics: pd.DataFrame) -> pd.DataFrame:
    """Keep the outcome measures, and others only of interventions that have none: they would not count."""
    treated = metrics["area"].ne(NATIONAL) & metrics["intervention"].ne("")
    outcome = metrics["kind"].eq("outcome")
    by = metrics["area"] + "|" + metrics["intervention"]
    return metrics[~treated | outcome | ~by.isin(by[treated & outcome])]


def _share_of(hits: pd.Series) -> pd.DataFrame:
    n = len(hits)
    row = {"estimand": "interventions_helped", "estimate": hits.mean(), "method": f"of {n} interventions"}
    for confidence, suffix in ((0.95, ""), (0.9, "_90")):
        low, high = wilson(hits.sum(), n, confidence=confidence)
        row |= {f"conf_low{suffix}": float(low), f"conf_high{suffix}": float(high)}
    return pd.DataFrame([row]).assign(reason="")


CASES = {
    "case_share": _case_share,
    "case_share_above": _case_share_above,
    "cheaper": _cheaper,
    "team_not_people": _team_not_people,
    "agreement_rose": _agreement_rose,
}
"""How each kind of test on reviewed cases is decided."""

FIGURES = {"delays": _delays, "metric_moved": _metric_moved}
"""How each kind of test on figures of a service is decided."""

FILES = dict.fromkeys(CASES, "cases") | {"delays": "delays", "metric_moved": "metrics"}
"""The file that each of them needs, by its name in `trustgap.report.release.Release.files`."""
