"""What is true of synthetic case reviews: expectations, worked out and not simulated."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import NATIONAL

COLUMNS = "area analysis estimand item group_a group_b value is_null".split()


def truth(cases: pd.DataFrame, model: dict) -> pd.DataFrame:
    """Work out what case reviews would find on average, given which cases are reviewed by how many.

    Parameters
    ----------
    cases : DataFrame, one row per case
        ``area kind decision_point decision reviewers chance skill costs team population period``.
    model : dict
        The settings.

    Returns
    -------
    DataFrame
        `COLUMNS`, areas in their order, the whole last.
    """
    rows = []
    for area, own in [*cases.groupby("area", sort=False), (NATIONAL, cases)]:
        found = _reviewed(own[own["kind"].eq("review")], model)
        found += _agreement(own[own["reviewers"].gt(1)]) + _teams(own[own["kind"].eq("teams")])
        rows += [{"area": area} | row for row in found]
    table = pd.DataFrame(rows).reindex(columns=COLUMNS)
    text = ["group_a", "group_b"]
    return table.assign(**table[text].fillna(""), is_null=table["is_null"].fillna(value=False).astype(bool))


def settled_chances(chance: np.ndarray, skill: np.ndarray, reviewers: np.ndarray, *, missed: float):
    """Give the chances that more than half of a case's reviewers say improvable, and that they say not.

    Parameters
    ----------
    chance, skill : array of float
        Chance that the decision could have been better, and that a reviewer sees whether it could; who does
        not see guesses by the former.
    reviewers : array of int
        1, 2 or 3.
    missed : float
        Chance that a single reviewer notes no judgement.

    Returns
    -------
    yes, no : array of float
        Their sum is the chance that the case is settled.

    Examples
    --------
    >>> yes, no = settled_chances(np.array([0.5]), np.array([1.0]), np.array([3]), missed=0.1)
    >>> float(yes[0]), float(no[0])
    (0.5, 0.5)
    """
    if_better, if_not = skill + (1 - skill) * chance, (1 - skill) * chance
    sides = []
    for one, other in ((if_better, if_not), (1 - if_better, 1 - if_not)):
        alone = (1 - missed) * (chance * one + (1 - chance) * other)
        two = chance * one**2 + (1 - chance) * other**2
        three = chance * one**2 * (3 - 2 * one) + (1 - chance) * other**2 * (3 - 2 * other)
        sides.append(np.select([reviewers == 1, reviewers == 2], [alone, two], three))
    return tuple(sides)


def _reviewed(own: pd.DataFrame, model: dict) -> list[dict]:
    values = (own[name].to_numpy() for name in ("chance", "skill", "reviewers"))
    yes, no = settled_chances(*values, missed=model["not_judged"])
    point, decision = own["decision_point"].to_numpy(), own["decision"].to_numpy()
    found = {"improvable": _share(yes, no)} | ({"available": model["available"]} if yes.any() else {})
    at = (point == "admission") & (decision == "admit")
    found |= {"avoidable_admission": _share(yes[at], no[at])} if at.any() else {}
    at = point == "residential"
    found |= {"residential_right": _share(no[at], yes[at])} if at.any() else {}
    at = point == "package_review"
    found |= (
        {"over_provided": own["chance"].to_numpy()[at].mean() * model["over_provided"]} if at.any() else {}
    )
    if (own["costs"] > 0).any():
        gain = own["decision_point"].map(model["cost"]).to_numpy(float) * (1 - np.mean(model["cost_ratio"]))
        found["saving_per_case"] = (yes * gain).sum() * model["available"] / (yes + no).sum()
    return [
        {"analysis": "cases", "estimand": name, "item": f"case_{name}", "value": value}
        | {"group_a": f"item:case_{name}"}
        for name, value in found.items()
    ]


def _share(yes: np.ndarray, no: np.ndarray) -> float:
    return float(yes.sum() / (yes.sum() + no.sum()))


def _agreement(own: pd.DataFrame) -> list[dict]:
    if own.empty:
        return []
    seen, gwet = _coefficients(own)
    rows = [
        {"analysis": "agreement", "estimand": name, "item": f"case_{name}", "value": value}
        for name, value in (("percent_agreement", seen), ("gwet_ac", gwet))
    ]
    if {"before", "after"} <= set(own["period"]):
        periods = {period: _coefficients(part)[1] for period, part in own.groupby("period")}
        named = {"analysis": "consistency", "item": "case_agreement", "estimand": "agreement_change"}
        rows += [named | {"value": periods["after"] - periods["before"]}]
    return rows


def _coefficients(own: pd.DataFrame) -> tuple[float, float]:
    """Give percent agreement and Gwet's AC1."""
    chance, both = own["chance"], own["skill"] ** 2
    seen = (both + (1 - both) * (chance**2 + (1 - chance) ** 2)).mean()
    expected = 2 * chance.mean() * (1 - chance.mean())
    return float(seen), float((seen - expected) / (1 - expected))


def _teams(own: pd.DataFrame) -> list[dict]:
    if own.empty:
        return []
    usual = own[own["period"].ne("after")].groupby("team")["chance"].mean()
    pair = {"analysis": "teams", "group_a": "Team A", "group_b": "Team B"}
    rows = [_difference(pair, "team_difference", "case_reablement", usual["Team A"] - usual["Team B"])]
    swapped = own[own["population"].ne("")]
    if len(swapped):
        cell = swapped.groupby(["team", "population"])["chance"].mean()
        team = np.mean([cell["Team A", name] - cell["Team B", name] for name in ("North", "South")])
        people = np.mean([cell[name, "North"] - cell[name, "South"] for name in ("Team A", "Team B")])
        rows += [_difference(pair, "team_difference", "case_swapped", team)]
        pair = pair | {"group_a": "North", "group_b": "South"}
        rows += [_difference(pair, "population_difference", "case_swapped", people)]
    if (own["period"] == "after").any():
        gaps = {
            period: part.groupby("team")["chance"].mean().agg(np.ptp)
            for period, part in own.groupby("period")
        }
        named = {"analysis": "consistency", "item": "case_gap", "estimand": "gap_change"}
        rows += [named | {"value": gaps["after"] - gaps["before"]}]
    return rows


def _difference(pair: dict, estimand: str, item: str, value: float) -> dict:
    return pair | {"estimand": estimand, "item": item, "value": value, "is_null": abs(value) < 1e-12}
