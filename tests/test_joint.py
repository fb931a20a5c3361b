"""Who trusts whom, taken together: against regressions refitted without the library, and what it refuses."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.stats.multitest import multipletests

from trustgap.report.disclosure import Mask
from trustgap.report.wording import Words
from trustgap.stats.trust.joint import effects
from trustgap.stats.trust.pattern import pattern
from trustgap.stats.trust.ratings import ratings

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
    people = rows.groupby("group")["who"].nunique()
    mean = np.average([group[g] for g in people.index], weights=people)
    found |= {("trusted", "all", t): b["const"] + mean + team[t] for t in team}
    for g, t in product(group, team):
        of = (rows["group"] == g) & (rows["item"] == f"trust_{t}")
        if of.any():
            share = np.average(rows["y"][of], weights=each[of.to_numpy()])
            found["residual", g, t] = share - special.expit(b["const"] + group[g] + team[t])
    return pd.Series(found)


def test_every_share_and_residual_is_that_of_a_regression_refitted_without_each_respondent():
    # The influence of a respondent is taken by brute force: refit with a little more weight on them.
    frame = answers(sizes=(16, 22, 15))
    assert ratings(frame, ITEMS, GROUPS, teams=TEAMS).cells["used"].all()
    rows, design = long(frame)
    flat = np.ones(len(frame))
    whole, step = quantities(rows, design, flat), 1e-4
    moves = np.array(
        [
            (quantities(rows, design, flat + step * one) - quantities(rows, design, flat - step * one))
            / 2
            / step
            for one in np.eye(len(frame))
        ]
    )
    group = frame["group"].to_numpy()
    sizes = rows.groupby("group")["who"].nunique()[list(GROUPS.index)].to_numpy()
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
        [[name.startswith(g) for name in names] for g in "abc"]
        + [[name.endswith(t) for name in names] for t in "bcd"]
    ).astype(float)
    left, _sizes, _ = np.linalg.svd(additive)
    apart = left[:, 6:].T
    assert (len(names), len(apart)) == (8, 2)
    squared = (apart @ logits) @ np.linalg.solve(apart @ covariance @ apart.T * n / (n - 1), apart @ logits)
    expected["interaction_top2"] = squared * (n - 2) / ((n - 1) * 2)
    found = pattern(frame, ITEMS, GROUPS, teams=TEAMS).set_index("estimand")
    for name, ratio in expected.items():
        assert found.loc[name, "estimate"] == pytest.approx(ratio, rel=1e-6), name
        q = {"between_groups": 2, "between_teams": 3, "interaction_top2": 2}[name]
        assert found.loc[name, "p_value"] == pytest.approx(stats.f.sf(ratio, q, n - q), rel=1e-5)


def test_the_interaction_on_the_whole_scale_is_the_wald_test_of_statsmodels():
    frame = answers()
    rows, _ = long(frame)
    names = sorted((rows["group"] + rows["item"]).unique())
    cells = pd.get_dummies(rows["group"] + rows["item"], dtype=float)[names]
    model = OrderedModel(rows["score"].to_numpy(), cells.iloc[:, 1:].to_numpy(), distr="logit")
    found = model.fit(method="newton", disp=False)
    # Sandwich by hand: statsmodels' own scores, summed by person, between its inverse Hessians.
    scores = pd.DataFrame(model.score_obs(found.params)).groupby(rows["who"].to_numpy()).sum().to_numpy()
    bread = np.linalg.inv(-model.hessian(found.params))
    n = len(scores)
    covariance = (bread @ scores.T @ scores @ bread * n / (n - 1))[:7, :7]
    additive = np.column_stack(
        [[name.startswith(g) for name in names] for g in "abc"]
        + [[name.endswith(t) for name in names] for t in "bcd"]
    ).astype(float)
    apart = np.linalg.svd(additive)[0][:, 6:].T[:, 1:]
    estimate = apart @ found.params[:7]
    ratio = estimate @ np.linalg.solve(apart @ covariance @ apart.T, estimate) * (n - 2) / ((n - 1) * 2)
    tests = pattern(frame, ITEMS, GROUPS, teams=TEAMS).set_index("estimand")
    # statsmodels takes its scores by numerical derivatives.
    assert tests.loc["interaction", "estimate"] == pytest.approx(ratio, rel=1e-4)
    assert tests.loc["interaction", "p_value"] == pytest.approx(stats.f.sf(ratio, 2, n - 2), rel=1e-3)


def test_own_team_missing_kinds_and_small_cells_do_not_enter():
    frame = answers(sizes=(30, 40, 25))
    frame.loc[frame["group"].eq("a"), "trust_a"] = 5
    frame.loc[frame.index[frame["group"].eq("c")][10:], "trust_d"] = -3
    given = ratings(frame, ITEMS, GROUPS, teams=TEAMS)
    assert ("a", "a") not in set(zip(given.cells["group"], given.cells["team"], strict=True))
    small = given.cells[given.cells["group"].eq("c") & given.cells["team"].eq("d")]
    assert small["n"].item() <= 10
    assert not small["used"].item()
    row = effects(frame, ITEMS, GROUPS, teams=TEAMS)
    row = row[row["estimand"].eq("residual") & row["group_a"].eq("c") & row["target"].eq("d")].iloc[0]
    assert row["reason"] == "n_lt_min"
    assert np.isnan(row["estimate"])
    assert row["rests_on"] == (("X1", "1", "c", "trust_d"),)


def test_every_row_rests_on_every_cell_of_the_model():
    rows = effects(answers(), ITEMS, GROUPS, teams=TEAMS)
    cells = {("X1", "1", g, f"trust_{t}") for g in "abc" for t in "abcd" if g not in TEAMS["members"][t]}
    assert len(cells) == 8
    assert all(set(rest) == cells for rest in rows["rests_on"])
    tests = pattern(answers(), ITEMS, GROUPS, teams=TEAMS)
    assert all(set(rest) == cells for rest in tests["rests_on"])


def test_areas_are_apart_and_the_order_of_people_does_not_matter():
    one, two = answers(seed=1), answers(seed=2, area="X2")
    both = pd.concat([one, two]).sample(frac=1, random_state=5)
    for function in (effects, pattern):
        alone, together = (function(frame, ITEMS, GROUPS, teams=TEAMS) for frame in (two, both))
        together = together[together["area"].eq("X2")].reset_index(drop=True)
        columns = [c for c in ("estimate", "conf_low", "conf_high", "p_value", "p_adjusted") if c in alone]
        assert together[columns].to_numpy(float) == pytest.approx(
            alone[columns].to_numpy(float), abs=1e-9, nan_ok=True
        )


def reasons(frame, groups=GROUPS, teams=TEAMS):
    rows = effects(frame, ITEMS, groups, teams=teams)
    tests = pattern(frame, ITEMS, groups, teams=teams).set_index("estimand")["reason"]
    return rows, set(rows["reason"]), tests


def test_one_group_alone_cannot_be_told_from_its_teams():
    frame = answers()
    rows, _found, tests = reasons(frame[frame["group"].eq("b")])
    of_group = rows["group_a"].eq("b")
    assert set(rows.loc[of_group, "reason"]) == {"confounded"}
    assert set(tests) == {"confounded"}
    assert rows[NUMBERS].isna().all(axis=None)


def test_groups_that_share_no_team_are_refused():
    frame = answers()
    frame = frame[frame["group"].isin(["a", "b"])].copy()
    frame.loc[frame["group"].eq("a"), ["trust_c", "trust_d"]] = -1
    frame.loc[frame["group"].eq("b"), ["trust_b"]] = -1
    # Group a rates b alone, group b rates a, c and d: no team is rated by both.
    _, _, tests = reasons(frame)
    assert set(tests) == {"confounded"}


def test_a_chain_without_a_loop_gives_effects_but_nothing_is_left_over():
    frame = answers()
    frame = frame[frame["group"].isin(["a", "b"])].copy()
    frame.loc[frame["group"].eq("a"), "trust_d"] = -1
    # Group a rates b and c, group b rates a, c and d: only c ties them, so that every cell is fitted exactly.
    rows, _, tests = reasons(frame)
    trusted = rows[rows["estimand"].eq("trusted")]
    assert trusted[NUMBERS].notna().all(axis=None)
    left = rows[rows["estimand"].eq("residual") & rows["group_a"].isin(["a", "b"]) & rows["n_a"].gt(0)]
    assert set(left["reason"]) == {"confounded"}
    assert left[NUMBERS].isna().all(axis=None)
    assert tests["interaction"] == tests["interaction_top2"] == "confounded"
    assert tests["between_teams"] == ""


def test_a_group_that_always_trusts_is_separated():
    frame = answers()
    frame.loc[frame["group"].eq("c"), ["trust_a", "trust_b", "trust_d"]] = 5
    rows, found, tests = reasons(frame)
    assert found == {"separated"}
    assert tests["between_groups"] == "separated"
    assert rows[NUMBERS].isna().all(axis=None)


def test_nobody_at_all_gives_rows_without_numbers():
    frame = answers()
    frame[list(ITEMS.index)] = -2
    rows, found, tests = reasons(frame)
    assert found == {"n_lt_min"}
    assert len(rows) == 3 + 4 + 8
    assert set(tests) == {"n_lt_min"}


def test_different_scales_allow_positive_answers_only_and_two_categories_no_check():
    frame = answers()
    mixed = ITEMS.assign(scale=["x", "x", "x", "y"])
    tests = pattern(frame, mixed, GROUPS, teams=TEAMS).set_index("estimand")["reason"]
    assert tests["interaction"] == tests["proportional_odds"] == "not_comparable"
    assert tests["interaction_top2"] == ""
    short = frame.copy()
    short[list(ITEMS.index)] = short[list(ITEMS.index)].where(
        lambda x: x <= 0, 1 + (short[list(ITEMS.index)] > 3)
    )
    two = ITEMS.assign(k=2, top_from=2, low_to=1)
    tests = pattern(short, two, GROUPS, teams=TEAMS).set_index("estimand")
    assert tests.loc["proportional_odds", "reason"] == "one_level"
    assert tests.loc["interaction", "estimate"] == pytest.approx(tests.loc["interaction_top2", "estimate"])


def test_a_pattern_that_depends_on_who_answers_is_found():
    frame = answers(sizes=(150, 150, 150))
    turned = frame.copy()
    of = turned["group"].eq("b") & turned["trust_d"].gt(0)
    turned.loc[of, "trust_d"] = np.random.default_rng(1).choice([3, 4, 5], size=of.sum())
    p = [
        pattern(f, ITEMS, GROUPS, teams=TEAMS).set_index("estimand").loc["interaction", "p_value"]
        for f in (frame, turned)
    ]
    assert p[0] > 0.05 > p[1]
    rows = effects(turned, ITEMS, GROUPS, teams=TEAMS)
    found = rows[rows["estimand"].eq("residual") & rows["verdict"].eq("higher")]
    assert ("b", "d") in set(zip(found["group_a"], found["target"], strict=True))


def test_inputs_are_left_alone():
    frame, items = answers(), ITEMS.copy()
    before = frame.copy()
    effects(frame, items, GROUPS, teams=TEAMS)
    pattern(frame, items, GROUPS, teams=TEAMS)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(items, ITEMS)


def test_a_model_that_a_bound_went_into_is_kept_back_and_one_of_a_hidden_cell_hidden():
    """B80. Of the few counts that a bound allows, one alone gives the model."""
    rows = effects(answers(sizes=(20, 20, 20)), ITEMS, GROUPS, teams=TEAMS)
    cell = ("X1", "1", "a", "trust_b")
    shown = Mask(bounded=frozenset({cell})).protect(rows, Words.plain()).frame
    assert shown["n_a"].lt(50).any()
    assert shown["n_a"].ge(50).any()
    assert set(shown["reason"]) == {"near"}
    assert shown[[*NUMBERS, "p_value"]].isna().all(axis=None)
    assert set(shown["verdict"]) == {""}
    hidden = Mask(hidden=frozenset({cell})).protect(rows, Words.plain()).frame
    assert hidden["suppressed"].all()


def test_the_tests_are_shown_as_statistics_and_not_as_shares():
    shown = Mask().protect(pattern(answers(), ITEMS, GROUPS, teams=TEAMS), Words.plain()).frame
    assert not shown["estimate_text"].str.contains("%").any()
    assert set(shown["interval_text"]) == {"[z]"}


def test_a_survey_that_asked_for_no_ratings_has_no_row_that_could_be_read_as_too_few_answers():
    factors = ITEMS.assign(block="factor", team="")
    assert not len(pattern(answers(), factors, GROUPS, teams=TEAMS))
    assert not len(effects(answers(), factors, GROUPS, teams=TEAMS))
    assert len(pattern(answers(), ITEMS, GROUPS, teams=TEAMS))


def test_a_model_with_fewer_than_thirty_people_beyond_its_coefficients_is_not_given():
    """Two groups rate two teams: three coefficients."""
    given = {
        "area": "X1",
        "wave": "1",
        "group": ["a", "b"] * 20,
        "s": [1, 5, 4, 2, 5] * 8,
        "t": [4, 2, 1, 5] * 10,
    }
    items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "top_from": 4}, index=["s", "t"])
    groups = pd.DataFrame({"team": ""}, index=["a", "b"])
    for people, reason in ((32, "n_lt_min"), (34, "")):
        rows = effects(pd.DataFrame(given).head(people), items, groups)
        assert set(rows.loc[rows["estimand"].ne("residual"), "reason"]) == {reason}
        assert rows["estimate"].notna().any() == (reason == "")
