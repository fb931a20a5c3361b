"""Claims that rest on respondents' answers: which analysis decides each kind, and by which rule."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.report.claims.found import Found
from trustgap.stats import results
from trustgap.stats.claims import rules, ties
from trustgap.stats.claims.differ import some_differ
from trustgap.stats.claims.looseness import looser
from trustgap.stats.orders.ordinal import compare
from trustgap.stats.shares import proportions
from trustgap.stats.shares.intervals import wilson

MARGIN_TAU = 0.1
"""Differences of τ-b within this count as none in practice."""


def asked(found: Found, test: dict) -> bool:
    """Say whether the survey asked all that a claim is about.

    Parameters
    ----------
    found : Found
        Of the study.
    test : dict
        Of `trustgap.survey.catalogue.claims`.

    Returns
    -------
    bool
        False where an item, a group, a team, a class or a decision that the test names is not in the
        questionnaire.
    """
    study = found.study
    items, groups = study.items, study.questionnaire.groups
    factors = items[items["block"].eq("factor")]
    known = {
        "item": items.index,
        "group": [*groups.index, "all"],
        "team": study.questionnaire.teams.index,
        "class": set(factors["factor_class"]),
        "decision": set(factors["decision"]),
    }
    named = {"item": list(test.get("items", ())), "group": list(test.get("groups", ()))}
    for group, item in test.get("ties", ()):
        named["group"].append(group)
        named["item"].append(item)
    for name in known:
        named.setdefault(name, [])
        named[name] += [test[key] for key in (name, f"{name}_a", f"{name}_b") if key in test]
    return all(set(named[name]) <= set(known[name]) for name in known)


def _factors(found: Found, test: dict) -> pd.DataFrame:
    factors = found.study.block("factor")
    return factors[factors["decision"].eq(test["decision"])] if "decision" in test else factors


def _first(found: Found, test: dict) -> pd.DataFrame:
    rows = found.ranking(_factors(found, test), test["group"], len(test["items"]))
    return rules.foremost(rows, items=test["items"])


def _place(block: str, **options: object) -> Callable[[Found, dict], pd.DataFrame]:
    """Make the rule that one item of a block is first, or last."""

    def decide(found: Found, test: dict) -> pd.DataFrame:
        rows = found.ranking(found.study.block(block), test["group"], 1, **options)
        return rules.foremost(rows, items=[test["item"]])

    return decide


def _classes(found: Found, test: dict) -> pd.DataFrame:
    row = found.classes(_factors(found, test), test["class_a"], test["class_b"])
    return rules.above(row, null=0.0, margin=results.MARGIN_SHARE)


def _some_differ(found: Found, test: dict) -> pd.DataFrame:
    rows = found.group_gap(test["group_a"], test["group_b"])
    return some_differ(rows[rows["estimand"].eq("theta")], found.now)


def _groups(found: Found, test: dict) -> pd.DataFrame:
    rows = found.group_gap(test["group_a"], test["group_b"])
    row = rows[rows["estimand"].eq("share_difference") & rows["item"].eq(test["item"])]
    return rules.above(row, null=0.0, margin=results.MARGIN_SHARE)


def _share(found: Found, test: dict) -> pd.DataFrame:
    row = _with_90(_of(found.shares, test, "top2_share"))
    return rules.level(row, value=test["value"], within=test["within"])


def _distrust(found: Found, test: dict) -> pd.DataFrame:
    rows = proportions.distribution(found.cell(test["group"], test["item"]), found.study.items)
    row = _with_90(_of(rows, test, "negative"))
    return rules.level(row, value=test["value"], within=test["within"])


def _majority(found: Found, test: dict) -> pd.DataFrame:
    row = _with_90(_of(found.shares, test, "top2_share"))
    return rules.above(row, null=0.5, margin=results.MARGIN_SHARE)


def _mean(found: Found, test: dict) -> pd.DataFrame:
    row = _of(found.shares, test, "mean")
    freedom = row["n_a"].where(row["n_a"].gt(1)) - 1
    half = (row["conf_high"] - row["estimate"]) * stats.t.ppf(0.95, freedom) / stats.t.ppf(0.975, freedom)
    row = row.assign(conf_low_90=row["estimate"] - half, conf_high_90=row["estimate"] + half)
    return rules.level(row, value=test["value"], within=test["within"])


def _of(rows: pd.DataFrame, test: dict, estimand: str) -> pd.DataFrame:
    """Take the row of the cell that a test is about."""
    here = rows["group_a"].eq(test["group"]) & rows["item"].eq(test["item"])
    return rows[here & rows["estimand"].eq(estimand)]


def _with_90(row: pd.DataFrame) -> pd.DataFrame:
    """Give the row of one share its 90% limits."""
    n = row["n_a"].to_numpy(float)
    low, high = wilson(np.nan_to_num(row["estimate"].to_numpy(float)) * n, n, confidence=0.9)
    return row.assign(conf_low_90=low, conf_high_90=high)


def _both_ways(found: Found, test: dict) -> pd.DataFrame:
    row = _pair(found.both_ways, test)
    return rules.above(row, null=0.5, margin=results.MARGIN_THETA, material=True)


def _pair(rows: pd.DataFrame, test: dict) -> pd.DataFrame:
    """Take the row of θ of two groups, turned so that the first is the one that the test names first."""
    pair = [test["group_a"], test["group_b"]]
    rows = rows[rows["estimand"].eq("theta") & rows["group_a"].isin(pair) & rows["group_b"].isin(pair)]
    if not len(rows) or rows["group_a"].iloc[0] == pair[0]:
        return rows
    turned = {"estimate": 1 - rows["estimate"], "group_a": rows["group_b"], "group_b": rows["group_a"]}
    turned |= {"n_a": rows["n_b"], "n_b": rows["n_a"]}
    for suffix in ("", "_90"):
        turned[f"conf_low{suffix}"] = 1 - rows[f"conf_high{suffix}"]
        turned[f"conf_high{suffix}"] = 1 - rows[f"conf_low{suffix}"]
    verdict = rows["verdict"].replace({"higher": "lower", "lower": "higher"})
    return rows.assign(**turned, verdict=verdict)


def _ratings(found: Found, test: dict) -> pd.DataFrame:
    sides = [found.cell(test[f"group_{side}"], test[f"item_{side}"]) for side in "ab"]
    if not all(map(len, sides)):
        return sides[0].head(0)
    rows = compare(*sides, found.study.items, analysis="claims", seed=found.study.seed)
    return rules.above(rows[rows["estimand"].eq("theta")], null=0.5, margin=results.MARGIN_THETA)


def _none_rose(found: Found, test: dict) -> pd.DataFrame:
    return rules.none_rose(_changed(found, test))


def _some_fell(found: Found, test: dict) -> pd.DataFrame:
    return rules.some_fell(_changed(found, test))


def _changed(found: Found, test: dict) -> pd.DataFrame:
    """Take the changes that a claim is about; a group or a team of too few does not enter."""
    rows = found.changed
    rows = rows[rows["group_a"].isin(test["groups"]) & rows["item"].isin(test["items"])]
    enough = rows["n_a"].ge(results.MIN_N) & rows["n_b"].ge(results.MIN_N)
    return rows[enough] if enough.any() else rows


def _weakest_ties(found: Found, test: dict) -> pd.DataFrame:
    wanted = [tuple(tie) for tie in test["ties"]]
    rows = ties.weakest(*found.ties, places=len(wanted), seed=found.study.seed)
    return rules.foremost(rows, items=wanted, among="tie")


def _uneven(found: Found, test: dict) -> pd.DataFrame:
    return ties.uneven(*found.ties, within=test["within"])


def _looser(found: Found, test: dict) -> pd.DataFrame:
    row = looser(found.current, found.study.items, team=test["team"])
    return rules.above(row, null=0.0, margin=MARGIN_TAU)


KINDS = {
    "first": _first,
    "classes": _classes,
    "some_differ": _some_differ,
    "groups": _groups,
    "share": _share,
    "distrust": _distrust,
    "majority": _majority,
    "mean": _mean,
    "both_ways": _both_ways,
    "ratings": _ratings,
    "least_trusted": _place("trust", lowest=True),
    "strongest": _place("relationship", by="mean"),
    "weakest": _place("relationship", by="mean", lowest=True),
    "weakest_ties": _weakest_ties,
    "uneven": _uneven,
    "looser": _looser,
    "none_rose": _none_rose,
    "some_fell": _some_fell,
}
"""How each kind of test is decided."""
