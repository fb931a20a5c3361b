"""Make the reviewed cases of a synthetic programme, and what is true of them."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from trustgap.survey.programme.cases import COLUMNS
from trustgap.survey.synthetic import cases_truth
from trustgap.survey.synthetic.people import stream

REVIEW, TEAMS = "review", "teams"


def make(areas: pd.DataFrame, model: dict, *, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make reviewed cases for some of the areas, and the truth behind them.

    Every case has a chance that its decision could have been better. Each reviewer sees with some skill
    whether it could, else guesses by that chance, so that reviewers agree to a known degree and none is
    stricter than another.

    Parameters
    ----------
    areas : DataFrame, indexed by code
        The areas there are.
    model : dict
        The settings, as in the section ``cases`` of ``model.yaml``.
    seed : int
        Starts the random numbers.

    Returns
    -------
    frame : DataFrame, one row per judgement
        The columns of a file of cases, in their order.
    truth : DataFrame
        ``area analysis estimand item group_a group_b value is_null`` for every area with cases and for all
        of them (area "national"): expectations over the law, given which cases were reviewed by how many.
    """
    plans = _plans(list(areas.index), model, seed)
    cases = _with_chances(pd.concat([_listed(plan, model, seed) for plan in plans]), model, seed)
    truth = cases_truth.truth(cases, model)
    frame = _judged(cases.reset_index(drop=True), model, seed)
    return frame[[column.name for column in COLUMNS]], truth


def _plans(areas: list[str], model: dict, seed: int) -> list[dict]:
    """Decide which areas review cases, how many, by how many reviewers, and in what design."""
    plans = []
    for area in areas:
        draw = stream(seed, f"cases {area}")
        special = model["areas"].get(area, {})
        chances = draw.random(4)
        plan = {
            "area": area,
            "cases": int(draw.integers(*model["size"], endpoint=True)),
            "reviewers": int(draw.integers(*model["reviewers"], endpoint=True)),
            "shared": model["shared"] if chances[1] < model["shared_chance"] else 0,
            "design": "",
            "joint": chances[3] < model["joint_chance"],
            "effect": float(draw.normal(0, model["spread"])),
        }
        edge = 0.0
        for design, chance in model["swapped_chance"].items():
            plan["design"] = design if edge <= chances[2] < edge + chance else plan["design"]
            edge += chance
        if special.get("cases", chances[0] >= model["no_file_chance"]):
            plans.append(plan | special)
    return plans


def _listed(plan: dict, model: dict, seed: int) -> pd.DataFrame:
    """List the cases of an area: those of the review, then those whose decision alone is noted."""
    draw = stream(seed, f"case list {plan['area']}")
    points, weights = zip(*model["mix"].items(), strict=True)
    n, shared = plan["cases"], min(plan["shared"], plan["cases"])
    joint = plan["joint"] and 2 * model["shared"] <= n
    rows = pd.DataFrame({"decision_point": draw.choice(points, n, p=weights), "kind": REVIEW})
    several = 2 * model["shared"] if joint else shared
    rows["reviewers"] = np.where(np.arange(n) < several, min(3, plan["reviewers"]), 1)
    place = np.arange(n) // model["shared"]
    rows["period"] = np.select([joint & (place == 0), joint & (place == 1)], ["before", "after"], "")
    blank = {"team": "", "population": ""}
    parts = [rows.assign(**blank)]
    for team in ("Team A", "Team B"):
        noted = {"decision_point": "reablement", "kind": TEAMS, "reviewers": 0, "period": ""}
        noted |= blank | {"team": team}
        each = model["decisions"]
        if plan["design"]:
            parts += [pd.DataFrame(noted | {"population": [name] * each}) for name in ("North", "South")]
        if joint:
            parts += [pd.DataFrame(noted | {"period": [name] * 2 * each}) for name in ("before", "after")]
    listed = pd.concat(parts, ignore_index=True)
    facts = {name: plan[name] for name in ("area", "design", "effect")}
    facts |= {"panel_size": plan["reviewers"], "costs": plan.get("costs", 1.0), "all": plan.get("all", False)}
    return listed.assign(**facts)


def _with_chances(cases: pd.DataFrame, model: dict, seed: int) -> pd.DataFrame:
    """Set the chance of every case that its decision could have been better, or that it is suitable."""
    draw = stream(seed, "case decisions")
    cases = cases.reset_index(drop=True)
    admission = cases["decision_point"].eq("admission")
    home = admission & (draw.random(len(cases)) < model["not_admitted"])
    cases["decision"] = cases["decision_point"].map(model["decision"]).mask(home, "send_home")
    cases["chance"] = np.nan
    review = cases["kind"].eq(REVIEW)
    for point, target in model["improvable"].items():
        at = review & cases["decision_point"].eq(point) & ~home
        cases.loc[at, "chance"] = _calibrated(cases.loc[at, "effect"].to_numpy(), target)
    cases.loc[review & home, "chance"] = expit(logit(model["not_admitted_improvable"]) + cases["effect"])
    cases.loc[review & cases["all"], "chance"] = 1.0
    teams = ~review
    cases.loc[teams, "chance"] = [_suitable(row, model) for row in cases[teams].itertuples(index=False)]
    period = cases["period"].where(cases["period"].ne(""), "never")
    cases["skill"] = period.map(model["skill"]).astype(float)
    return cases


def _calibrated(effect: np.ndarray, target: float) -> np.ndarray:
    """Shift the chances of all areas until their mean is the published share."""
    shift = brentq(lambda move: expit(move + effect).mean() - target, -10, 10)
    return expit(shift + effect)


def _suitable(row: tuple, model: dict) -> float:
    if row.period:
        return model["suitable"][row.period][row.team]
    return model["suitable"][row.design][f"{row.team} {row.population}"]


def _judged(cases: pd.DataFrame, model: dict, seed: int) -> pd.DataFrame:
    """Draw what is found about each case, once for every reviewer."""
    draw = stream(seed, "case judgements")
    n = len(cases)
    cases["case"] = [f"C{number:05d}" for number in range(1, n + 1)]
    cases["improvable"] = draw.random(n) < cases["chance"]
    cases["option"] = draw.random(n) < model["available"]
    means = cases["decision_point"].map(model["cost"]).astype(float)
    sigma = model["cost_sigma"]
    cost = means * np.exp(draw.normal(-(sigma**2) / 2, sigma, n))
    ratio = draw.uniform(*model["cost_ratio"], n)
    noted = draw.random(n) < model["cost_noted"] * cases["costs"]
    cases["cost"] = cost.round().where(noted)
    cases["cost_better"] = (cost * ratio).round().where(noted)
    over = draw.random(n) < model["over_provided"]
    package = cases["decision_point"].eq("package_review")
    outcome = np.select([~cases["improvable"], over], ["as_needed", "over_provided"], "under_provided")
    cases["outcome"] = np.where(package, outcome, "")
    first = draw.integers(0, 100, n)
    rows = cases.loc[cases.index.repeat(cases["reviewers"].clip(lower=1))].reset_index(drop=True)
    turn = rows.groupby("case").cumcount()
    judged = rows["reviewers"].gt(0)
    number = (first[rows["case"].str[1:].astype(int) - 1] + turn) % rows["panel_size"] + 1
    rows["reviewer"] = ("Reviewer " + number.astype(str)).where(judged, "")
    sees, guess = draw.random(len(rows)) < rows["skill"], draw.random(len(rows)) < rows["chance"]
    says = np.where(sees, rows["improvable"], guess)
    made = judged & ((draw.random(len(rows)) >= model["not_judged"]) | rows["reviewers"].gt(1))
    other = rows["decision_point"].map(model["better"])
    rows["better_decision"] = np.select([made & says, made], [other, rows["decision"]], "")
    rows["available"] = np.where(made & says, np.where(rows["option"], "yes", "no"), "")
    rows[["cost", "cost_better"]] = rows[["cost", "cost_better"]].where(made & says).astype("Int64")
    no = rows["kind"].eq(TEAMS) & ~rows["improvable"]
    rows["decision"] = rows["decision"].mask(no, "unsuitable")
    return rows
