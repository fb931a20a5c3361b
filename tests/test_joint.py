"""Who trusts whom, taken together: against regressions refitted without the library, and what it refuses."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

from trustgap.report.disclosure import Mask
from trustgap.report.wording import Words
from trustgap.stats.joint import effects
from trustgap.stats.pattern import pattern
from trustgap.stats.ratings import ratings

GROUPS = pd.DataFrame({"team": ["a", "b", "c"]}, index=["a", "b", "c"])
TEAMS = pd.DataFrame({"members": [("a",), ("b",), ("c",), ("a",)]}, index=["a", "b", "c", "d"])
ITEMS = pd.DataFrame(
    {"block": "trust", "team": TEAMS.index, "top_from": 4, "low_to": 2, "k": 5, "scale": "agree"},
    index=["trust_a", "trust_b", "trust_c", "trust_d"],
)
NUMBERS = ["estimate", "conf_low", "conf_high"]


def answers(sizes=(30, 40, 25), seed=1, spread=0.7, area="X1"):
    """Draw answers: people differ, groups differ, teams differ; the own team is not asked about."""
    random, frames = np.random.default_rng(seed), []
    lean = dict(zip("abcd", (0.5, -0.5, 0.2, -0.8), strict=True))
    for group, size, shift in zip(GROUPS.index, sizes, (0.3, 0.0, -0.4), strict=True):
        person = spread * random.normal(size=size)
        frame = pd.DataFrame({"area": area, "wave": "1", "group": [group] * size})
        for team in TEAMS.index:
            latent = shift + lean[team] + person + random.logistic(size=size)
            scores = np.searchsorted([-2.0, -0.8, 0.1, 1.6], latent) + 1
            scores[random.random(size) < 0.1] = -2
            frame[f"trust_{team}"] = -1 if group in TEAMS["members"][team] else scores
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def long(frame):
    """Give the ratings one by one, with the design of an additive model."""
    rows = frame.reset_index(names="who").melt(["who", "group"], list(ITEMS.index), "item", "score")
    rows = rows[rows["score"] > 0].reset_index(drop=True)
    rows["y"] = (rows["score"] >= 4).astype(float)
    design = pd.get_dummies(rows[["group", "item"]], dtype=float).drop(columns=["group_a", "item_trust_a"])
    return rows, sm.add_constant(design)


def quantities(rows, design, weight):
    """Fit the additive model with one weight per person; give every share and residual of the table."""
    each = weight[rows["who"]]
    model = sm.GLM(rows["y"], design, family=sm.families.Binomial(), freq_weights=each).fit(tol=1e-13)
    b = model.params
    group = {name: b.get(f"group_{name}", 0.0) for name in GROUPS.index}
    team = {name: b.get(f"item_trust_{name}", 0.0) for name in TEAMS.index}
    found = {("trusting", g, ""): b["const"] + group[g] + np.mean(list(team.values())) for g in group}
    found |= {("trusted", "all", t): b["const"] + np.mean(list(group.values())) + team[t] for t in team}
    for g, t in product(group, team):
        of = (rows["group"] == g) & (rows["item"] == f"trust_{t}")
        if of.any():
            share = np.average(rows["y"][of], weights=each[of.to_numpy()])
            found["residual", g, t] = share - special.expit(b["const"] + group[g] + team[t])
    return pd.Series(found)


def test_every_share_and_residual_is_that_of_a_regression_refitted_without_each_respondent():
    # The influence of a respondent is taken by brute force: refit with a little more weight on them.
    frame = answers(sizes=(14, 20, 16))
    rows, design = long(frame)
    flat = np.ones(len(frame))
    whole, step = quantities(rows, design, flat), 1e-4
    moves = np.array(
        [
            (quantities(rows, design, flat + step * one) - quantities(rows, design, flat - step * one)) / 2 / step
            for one in np.eye(len(frame))
        ]
    )
    group = frame["group"].to_numpy()
    sizes = np.array([(group == g).sum() for g in GROUPS.index])
    parts = np.array([(moves[group == g] ** 2).sum(axis=0) for g in GROUPS.index])
    parts = parts * (sizes / (sizes - 1))[:, None]
    error = np.sqrt(parts.sum(axis=0))
    df = parts.sum(axis=0) ** 2 / (parts**2 / (sizes - 1)[:, None]).sum(axis=0)
    found = effects(frame, ITEMS, GROUPS, teams=TEAMS)
    found = found.set_index(["estimand", "group_a", "target"]).loc[list(whole.index)]
    share = np.array([name != "residual" for name, *_ in whole.index])
    for level, suffix in ((0.975, ""), (0.95, "_90")):
        half = stats.t.ppf(level, df) * error
        low, high = whole - half, whole + half
        low, high = low.where(~share, special.expit(low)), high.where(~share, special.expit(high))
        assert found[f"conf_low{suffix}"].to_numpy() == pytest.approx(low.to_numpy(), abs=1e-6)
        assert found[f"conf_high{suffix}"].to_numpy() == pytest.approx(high.to_numpy(), abs=1e-6)
    estimate = whole.where(~share, special.expit(whole))
    assert found["estimate"].to_numpy() == pytest.approx(estimate.to_numpy(), abs=1e-8)
    p = 2 * stats.t.sf(np.abs(whole / error), df)[~share]
    assert found["p_value"][~share].tolist() == pytest.approx(p.tolist(), abs=1e-6)
    holm = multipletests(p, method="holm")[1]
    assert found["p_adjusted"][~share].tolist() == pytest.approx(holm.tolist(), abs=1e-5)


def test_who_rates_whom_is_allowed_for():
    # Group c is hard on everyone and alone with b rates team a; the shares are exactly additive on logits.
    constant, group, team = 0.2, {"a": 1.0, "b": 0.0, "c": -1.5}, {"a": 0.5, "b": -0.3, "c": 0.0, "d": 0.4}
    frames, size = [], 4000
    for g in group:
        frame = pd.DataFrame({"area": "X1", "wave": "1", "group": [g] * size})
        for t in team:
            yes = round(size * special.expit(constant + group[g] + team[t]))
            frame[f"trust_{t}"] = -1 if g in TEAMS["members"][t] else np.r_[[4] * yes, [2] * (size - yes)]
        frames.append(frame)
    rows = effects(pd.concat(frames, ignore_index=True), ITEMS, GROUPS, teams=TEAMS)
    mean = {"group": np.mean(list(group.values())), "team": np.mean(list(team.values()))}
    trusted = rows[rows["estimand"].eq("trusted")].set_index("target")["estimate"]
    trusting = rows[rows["estimand"].eq("trusting")].set_index("group_a")["estimate"]
    # Shares of 4,000 are whole counts, so the logits are true to some 1e-4.
    for t, value in team.items():
        assert trusted[t] == pytest.approx(special.expit(constant + mean["group"] + value), abs=2e-4)
    for g, value in group.items():
        assert trusting[g] == pytest.approx(special.expit(constant + value + mean["team"]), abs=2e-4)
    raw_a = np.mean([special.expit(constant + group[g] + team["a"]) for g in "bc"])
    assert trusted["a"] - raw_a > 0.08
    assert rows[rows["estimand"].eq("residual")]["estimate"].abs().max() < 3e-4


def cell_model(rows, scores=None):
    """Fit a coefficient for every cell by GEE; give logits of the cells and their covariance."""
    cells = pd.get_dummies(rows["group"] + rows["item"], dtype=float)
    model = sm.GEE(rows["y"], cells, groups=rows["who"], family=sm.families.Binomial()).fit()
    return cells.columns, model.params.to_numpy(), model.cov_params().to_numpy()


def test_tests_of_positive_answers_are_wald_tests_of_regressions_by_gee():
    frame = answers()
    rows, design = long(frame)
    n = rows["who"].nunique()
    model = sm.GEE(rows["y"], design, groups=rows["who"], family=sm.families.Binomial()).fit()
    expected = {}
    for name, columns in (("between_groups", "group_"), ("between_teams", "item_")):
        some = [column for column in design if column.startswith(columns)]
        spread = model.cov_params().loc[some, some] * n / (n - 1)
        squared = model.params[some] @ np.linalg.solve(spread, model.params[some])
        expected[name] = squared * (n - len(some)) / ((n - 1) * len(some))
    names, logits, covariance = cell_model(rows)
    # Project out what groups and teams can make: what is left has 8 - 1 - 2 - 3 dimensions.
    additive = np.column_stack(
        [[name.startswith(g) for name in names] for g in "abc"] + [[name.endswith(t) for name in names] for t in "bcd"]
    ).astype(float)
    left, sizes, _ = np.linalg.svd(additive)
    apart = left[:, 6:].T
    assert (len(names), len(apart)) == (8, 2)
    squared = (apart @ logits) @ np.linalg.solve(apart @ covariance @ apart.T * n / (n - 1), apart @ logits)
    expected["interaction_top2"] = squared * (n - 2) / ((n - 1) * 2)
    found = pattern(frame, ITEMS, GROUPS, teams=TEAMS).set_index("estimand")
    for name, ratio in expected.items():
        assert found.loc[name, "estimate"] == pytest.approx(ratio, rel=1e-6), name
        q = {"between_groups": 2, "between_teams": 3, "interaction_top2": 2}[name]
        assert found.loc[name, "p_value"] == pytest.approx(stats.f.sf(ratio, q, n - q), rel=1e-5)
