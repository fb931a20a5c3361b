"""The same people in several waves: against R, estimating equations and truth by simulation."""

import golden
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linked_people import survey
from scipy import special, stats

from trustgap.stats.change.changes import change
from trustgap.stats.change.linearity import linearity
from trustgap.stats.change.linked import CLUSTERS, PAIR, between, collapsed, over_waves, pairs
from trustgap.stats.change.logit_lines import line, spread
from trustgap.stats.change.slopes import BINOMIAL, WAVES, trend
from trustgap.stats.counts import tally
from trustgap.stats.cube import cube

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"], "block": ["trust"], "k": [2]}, index=["q"])
NUMBERS = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value", "mde80"]


def frame(people, item="q", area="X1"):
    """Build answers from {respondent: {wave: (group, score)}}."""
    rows = [
        {"respondent": who, "area": area, "wave": wave, "group": group, item: score}
        for who, waves in people.items()
        for wave, (group, score) in waves.items()
    ]
    return pd.DataFrame(rows)


def drawn(seed=1, n=120, waves="1234", groups="ab", top=2):
    """Draw a survey in which some people skip waves, some change group and some say nothing."""
    rng = np.random.default_rng(seed)
    people = {}
    for who in range(n):
        person, group = rng.normal(), rng.choice(list(groups))
        for wave in waves:
            if rng.random() < 0.6:
                where = group if rng.random() < 0.9 else rng.choice(list(groups))
                behind = person + rng.normal() + 0.15 * int(wave) + 0.4 * (where == groups[0])
                score = int(np.clip(np.floor(behind) + top, 1, top + 1)) if top > 2 else 1 + (behind > 0.3)
                people.setdefault(f"r{who}", {})[wave] = (where, score if rng.random() < 0.95 else -2)
    return frame(people)


def one(rows, **equals):
    for column, value in equals.items():
        rows = rows[rows[column].eq(value)]
    assert len(rows) == 1
    return rows.iloc[0]


def gss(shared, **select):
    data = golden.rows(
        shared,
        {
            "file": "gss_confidence_panel_2006_2014.csv",
            "reverse": {"conmedic": 4},
            "complete": "conmedic",
            **select,
        },
    )
    return data.rename(columns={"pid": "respondent", "conmedic": "q"}).assign(area="X1")


MEDICINE = ITEMS.assign(top_from=3, k=3)


def test_pairs_are_counted_once_and_only_valid_answers_count():
    data = frame(
        {
            "r": {"1": ("a", 2), "2": ("a", 1), "3": ("b", 2)},
            "s": {"1": ("a", 2), "2": ("a", 1)},
            "t": {"1": ("a", 2), "2": ("a", -2)},
            "u": {"2": ("a", 2)},
        }
    )
    found = pairs(data.sample(frac=1, random_state=3), ITEMS)

    assert list(found.columns) == [*PAIR, "n"]
    kinds = {tuple(row[2:8]): row[8] for row in found.itertuples(index=False)}
    assert kinds == {
        ("1", "a", 2, "2", "a", 1): 2,
        ("1", "a", 2, "3", "b", 2): 1,
        ("2", "a", 1, "3", "b", 2): 1,
    }
    moved = data.assign(area=np.where(data["wave"].eq("1"), "X1", "X2"))
    assert pairs(moved, ITEMS)["n"].sum() == 1
    assert pairs(data.drop_duplicates("respondent"), ITEMS).empty
    with pytest.raises(KeyError, match="z"):
        pairs(data, pd.DataFrame(index=["z"]))


def test_two_waves_are_laid_out_whichever_of_them_comes_first():
    data = drawn(top=3)
    counts = tally(data, MEDICINE.assign(k=4))
    grid = cube(counts, MEDICINE)
    links = pairs(data, MEDICINE)
    swapped = links.rename(
        columns={f"{name}_{a}": f"{name}_{b}" for name in ("wave", "group", "score") for a, b in ("ab", "ba")}
    )
    now, then = np.array([[2]]), np.array([[0]])

    joint = between(links, grid, now, then)
    np.testing.assert_array_equal(joint, between(swapped, grid, now, then))
    both = data[data["wave"].eq("3")].merge(data[data["wave"].eq("1")], on="respondent")
    for (g, group), (h, other) in ((x, y) for x in enumerate("ab") for y in enumerate("ab")):
        here = both[both["group_x"].eq(group) & both["group_y"].eq(other)]
        for k in range(4):
            for m in range(4):
                expected = (here["q_x"].eq(k + 1) & here["q_y"].eq(m + 1)).sum()
                assert joint[0, 0, g, h, k, m] == expected
    two = collapsed(joint, [3])
    assert two[0, 0, 0, 0, 1, 0] == joint[0, 0, 0, 0, 2:, :2].sum()
    assert over_waves(links, grid, [3])[0, 0, 0, 2, 1, 1, 0, 0] == two[0, 0, 0, 1, 1, 0]


def test_where_everybody_answered_twice_the_change_is_newcombes_paired_interval_and_mcnemars_test(shared):
    stored = golden.case(shared, "04", "gss_conmedic_2006_to_2010")["mcnemar"]
    data = gss(shared, filter={"panel": 2006}).assign(group="all of them")
    data = data.assign(wave=data["wave"].map({1: "1", 2: "2", 3: "3"}))
    data = data[data["wave"].isin(["1", "3"])]
    data = data[data.groupby("respondent")["wave"].transform("size").eq(2)]
    assert len(data) == 2 * sum(stored["abcd"])

    rows = change(tally(data, MEDICINE), MEDICINE, links=pairs(data, MEDICINE))

    low, high = stored["newcombe"]["ci_method10"]  # of the earlier wave less the later
    for group in ("all of them", "all"):
        row = one(rows, estimand="share_difference", group_a=group)
        assert row["estimate"] == pytest.approx(-stored["newcombe"]["diff"], abs=1e-12)
        assert (row["conf_low"], row["conf_high"]) == pytest.approx((-high, -low), abs=1e-8)
        assert row["p_value"] == pytest.approx(stored["p"], abs=1e-8)
        assert row["method"].endswith(CLUSTERS)
        # b and c of n changed: as precise as two samples of this size with the pooled share.
        a, b, c, _ = stored["abcd"]
        p = (2 * a + b + c) / (2 * 832)
        assert row["n_eff"] == pytest.approx(2 * p * (1 - p) / ((b + c) / 832**2), rel=1e-10)


def test_slope_and_sandwich_are_those_of_estimating_equations_in_r(shared):
    stored = golden.case(shared, "08", "gss_panel2010_top_gee")["independence"]
    data = gss(shared, filter={"panel": 2010}).assign(group=lambda d: d["sex"].astype(str))
    data = data.assign(wave=data["wave"].astype(str))
    grid = cube(tally(data, MEDICINE), MEDICINE)
    x, n = (np.moveaxis(whole, 2, 3)[0, 0] for whole in (grid.x, grid.n))
    joint = over_waves(pairs(data, MEDICINE), grid, [3])[0, 0]
    t = np.arange(3.0)

    fit = line(t, x, n)

    assert fit["slope"] == pytest.approx(stored["coef"]["t"], abs=6e-6)
    at_zero = fit["intercept"] - fit["slope"] * t.mean()
    assert at_zero[0] == pytest.approx(stored["coef"]["(Intercept)"], abs=6e-6)
    assert np.diff(at_zero)[0] == pytest.approx(stored["coef"]["factor(sex)2"], abs=6e-6)
    pull = (t - t.mean() - (fit["cross"] / fit["within"])[:, None]) / fit["information"]
    middle = spread(pull[None], fit["fitted"], x, n, joint)
    assert np.sqrt(middle[0, 0]) == pytest.approx(stored["se_robust"]["t"], abs=1e-6)


def test_differences_of_waves_have_the_sandwich_errors_of_r(shared):
    stored = golden.case(shared, "08", "gss_5waves_trend")["gee_indep"]
    data = gss(shared).assign(group="g").assign(wave=lambda d: d["year"].astype(str))
    grid = cube(tally(data, MEDICINE), MEDICINE)
    x, n = (np.moveaxis(whole, 2, 3)[0, 0] for whole in (grid.x, grid.n))
    joint = over_waves(pairs(data, MEDICINE), grid, [3])[0, 0]
    share = x / n
    part = np.eye(5)[:, None, :] / (n * share * (1 - share))

    covariance = spread(part, share, x, n, joint)

    for place, year in enumerate(grid.waves[1:], start=1):
        logit = special.logit(share[0, place]) - special.logit(share[0, 0])
        assert logit == pytest.approx(stored["coef"][f"factor(year){year}"], abs=1e-6)
        error = covariance[0, 0] + covariance[place, place] - 2 * covariance[0, place]
        assert np.sqrt(error) == pytest.approx(stored["se"][f"factor(year){year}"], abs=1e-6)


def test_the_trend_of_everybody_is_that_of_estimating_equations_even_if_people_change_group():
    data = drawn(seed=5, n=300)
    valid = data[data["q"].gt(0)]
    t = valid["wave"].astype(float).to_numpy() - 2.5
    dummies = np.stack([valid["group"].eq(g) for g in "ab"], axis=1).astype(float)
    fit = sm.GEE(
        valid["q"].eq(2).astype(float).to_numpy(),
        np.column_stack([dummies, t]),
        groups=pd.factorize(valid["respondent"])[0],
        family=sm.families.Binomial(),
    ).fit(ctol=1e-12)
    mix = np.array([data["group"].eq(g).mean() for g in "ab"])
    ends = [np.array([[1, 0, at], [0, 1, at]]) for at in (-1.5, 1.5)]
    p = [special.expit(end @ fit.params) for end in ends]
    gradient = sum(
        sign * ((mix * q * (1 - q))[:, None] * end).sum(axis=0)
        for sign, q, end in zip((-1, 1), p, ends, strict=True)
    )
    error = np.sqrt(gradient @ fit.cov_robust @ gradient)
    links = pairs(data, ITEMS)
    assert links["group_a"].ne(links["group_b"]).any()

    rows = trend(tally(data, ITEMS), ITEMS, {wave: float(wave) for wave in "1234"}, links=links)

    row = one(rows, group_a="all", method=BINOMIAL + CLUSTERS)
    # At least as many people as the largest wave has, less two groups and a slope.
    df = valid.groupby("wave").size().max() - 3
    assert row["estimate"] == pytest.approx(mix @ (p[1] - p[0]), abs=1e-8)
    assert row["conf_high"] - row["estimate"] == pytest.approx(stats.t.ppf(0.975, df) * error, abs=1e-8)
    alone = one(
        trend(tally(data, ITEMS), ITEMS, {wave: float(wave) for wave in "1234"}),
        group_a="all",
        method=BINOMIAL,
    )
    assert row["n_eff"] == pytest.approx(len(valid) * (alone["mde80"] / row["mde80"]) ** 2, rel=1e-10)


@pytest.mark.parametrize("seed", [5, 12, 13])
def test_the_line_through_the_waves_has_the_covariance_that_people_make(seed):
    data = drawn(seed=seed, n=300, groups="a")
    valid = data[data["q"].gt(0)]
    scored = valid.assign(x=valid["q"].eq(2).astype(float))
    wide = scored.pivot_table(index="respondent", columns="wave", values="x")
    x, n, t = wide.sum().to_numpy(), wide.notna().sum().to_numpy(), np.arange(4) - 1.5
    away = (wide - wide.mean()).fillna(0).to_numpy()
    products = away.T @ away
    size = np.sqrt(np.diag(products))
    tied = products / np.outer(size, size) * np.where(products > 0, np.maximum(1 - 0.5 / products, 0), 1)
    np.fill_diagonal(tied, 1)
    share = (x + 0.5) / (n + 1)
    error = 1 / np.sqrt(share * (1 - share) * (n + 1))
    model = sm.WLS(special.logit(share), sm.add_constant(t), weights=error**-2)
    hat = np.linalg.pinv(model.wexog) / error
    fit = model.fit()
    p = special.expit(model.exog[[0, -1]] @ fit.params)
    gradient = ((p * (1 - p))[:, None] * model.exog[[0, -1]])[::-1]
    gradient = gradient[0] - gradient[1]
    cov = hat @ (tied * np.outer(error, error)) @ hat.T
    sampled = np.sqrt(gradient @ cov @ gradient)
    seen = np.sqrt(gradient @ fit.cov_params() @ gradient)
    half = max(stats.norm.ppf(0.975) * sampled, stats.t.ppf(0.975, 2) * seen)
    p_value = max(2 * stats.norm.sf(abs(fit.params[1]) / np.sqrt(cov[1, 1])), fit.pvalues[1])

    times = {wave: float(wave) for wave in "1234"}
    rows = trend(tally(data, ITEMS), ITEMS, times, links=pairs(data, ITEMS))
    row = one(rows, group_a="a", method=WAVES + CLUSTERS)

    assert row["estimate"] == pytest.approx(p[1] - p[0], abs=1e-10)
    assert row["conf_high"] - row["estimate"] == pytest.approx(half, abs=1e-10)
    assert row["p_value"] == pytest.approx(p_value, rel=1e-8)


def test_waves_that_may_not_be_compared_tie_nothing_together():
    data = drawn(seed=9)
    part = data[data["wave"].isin(["1", "2", "4"])]
    times, allowed = {wave: float(wave) for wave in "1234"}, {"q": ["1", "2", "4"]}

    for run in (trend, linearity):
        whole = run(tally(data, ITEMS), ITEMS, times, comparable=allowed, links=pairs(data, ITEMS))
        alone = run(tally(part, ITEMS), ITEMS, times, links=pairs(part, ITEMS))
        numbers = [name for name in (*NUMBERS, "n_a") if name in whole]
        whole, alone = (rows[rows["group_a"].ne("all")] for rows in (whole, alone))
        assert len(whole) == len(alone) > 0
        np.testing.assert_allclose(
            whole[numbers].to_numpy(float), alone[numbers].to_numpy(float), rtol=1e-7, atol=1e-9
        )


def test_theta_of_linked_people_has_the_variance_of_a_jackknife_over_people():
    data = drawn(seed=8, n=400, waves="12", groups="a", top=3)
    items = MEDICINE.assign(k=4)
    row = one(
        change(tally(data, items), items, links=pairs(data, items), permutations=0),
        estimand="theta",
        group_a="a",
    )
    sides = [data[data["wave"].eq(wave) & data["q"].gt(0)].set_index("respondent")["q"] for wave in "21"]

    def theta(now, then):
        return (np.sign(now.to_numpy()[:, None] - then.to_numpy()[None]) / 2 + 0.5).mean()

    people = sorted(set(sides[0].index) | set(sides[1].index))
    left = np.array([theta(*(side.drop(who, errors="ignore") for side in sides)) for who in people])
    jackknife = np.sqrt((len(people) - 1) / len(people) * ((left - left.mean()) ** 2).sum())
    logit = special.logit([row["conf_low"], row["conf_high"]])
    linked = len(set(sides[0].index) & set(sides[1].index))
    independent = stats.norm.ppf(0.975)
    error = np.diff(logit)[0] / 2 / independent * row["estimate"] * (1 - row["estimate"])
    assert linked > 100
    assert row["estimate"] == pytest.approx(theta(*sides), abs=1e-12)
    # t and not normal limits, and the eighth held back, make it a little wider than the jackknife.
    assert jackknife < error < 1.03 * jackknife


def test_people_bring_their_degrees_of_freedom_once():
    # Twelve who answer twice, as often positive as not, in the second wave independently of the first.
    data = frame({f"r{i}": {"1": ("a", 1 + i % 2), "2": ("a", 1 + i // 2 % 2)} for i in range(12)})
    row = one(change(tally(data, ITEMS), ITEMS, links=pairs(data, ITEMS)), estimand="theta", group_a="a")

    # θ is one half, its variance (1/4)² of the people of either wave; a paired t test of twelve has 11 df.
    half = stats.t.ppf(0.975, 11) * np.sqrt(2 / 16 / 11) / 0.25
    assert special.logit(row["conf_high"]) == pytest.approx(half, rel=1e-10)


def test_where_nobody_is_linked_not_one_number_changes():
    data = drawn(seed=2)
    single = data.drop_duplicates("respondent")
    apart = pd.concat([single, drawn(seed=4).assign(area="X2")], ignore_index=True)
    counts, times = tally(apart, ITEMS), {wave: float(wave) for wave in "1234"}
    links = pairs(apart, ITEMS)
    assert set(links["area"]) == {"X2"}

    for run in (
        lambda links: change(counts, ITEMS, links=links, permutations=0),
        lambda links: trend(counts, ITEMS, times, links=links),
        lambda links: linearity(counts, ITEMS, times, links=links),
    ):
        without, with_, none = run(None), run(links), run(links[:0])
        pd.testing.assert_frame_equal(without, none, check_exact=True)
        here, there = (rows[rows["area"].eq("X1")] for rows in (without, with_))
        pd.testing.assert_frame_equal(here, there, check_exact=True)
        assert with_.loc[with_["area"].eq("X2"), "method"].str.endswith(CLUSTERS).all()
        assert not without["method"].str.contains("clusters").any()


def test_people_who_never_change_their_mind_leave_an_interval_with_a_width():
    stay = {f"r{i}": {wave: ("a", 1 + i % 2) for wave in "123"} for i in range(40)}
    data = frame(stay)
    links, counts = pairs(data, ITEMS), tally(data, ITEMS)

    rows = change(counts, ITEMS, links=links)
    for row in rows.itertuples():
        assert row.conf_low < row.estimate < row.conf_high
        assert row.p_value == pytest.approx(1, abs=1e-12)
    # One half of the products, 10, is held back: r = 0.95; Wilson's limits lie equally far on either side.
    wilson = stats.norm.ppf(0.975) / (2 * np.sqrt(40 + stats.norm.ppf(0.975) ** 2))
    share = one(rows, estimand="share_difference", group_a="a")
    assert share["conf_high"] == pytest.approx(wilson * np.sqrt(2 * (1 - 0.95)), abs=1e-12)
    # What two independent samples could have seen is not what these people could have shown.
    assert np.isnan(share["mde80"])
    assert one(change(counts, ITEMS), estimand="share_difference", group_a="a")["mde80"] > 0.2

    lines = trend(counts, ITEMS, {"1": 1.0, "2": 2.0, "3": 3.0}, links=links)
    row = one(lines, group_a="a", method=BINOMIAL + CLUSTERS)
    # As wide as one person makes it who changed from the first wave to the last: (1/2) / (n / 4 · 2) · 1/2.
    error = 1 / (40 / 4 * 2) * 0.25 * 2
    assert row["conf_high"] == pytest.approx(stats.t.ppf(0.975, 38) * error, abs=1e-10)
    assert row["p_value"] == 1
    assert one(lines, group_a="a", method=WAVES + CLUSTERS)["conf_high"] > 0
    bend = linearity(counts, ITEMS, {"1": 1.0, "2": 2.0, "3": 3.0}, links=links)
    assert set(bend["reason"]) == {"constant"}


def test_one_person_who_changed_for_a_while_is_no_more_than_one_who_changed_for_good():
    stay = {f"r{i}": {wave: ("a", 1 + i % 2) for wave in "1234"} for i in range(40)}
    stay["r0"] = stay["r0"] | {"3": ("a", 2)}
    data = frame(stay)

    rows = trend(tally(data, ITEMS), ITEMS, {w: float(w) for w in "1234"}, links=pairs(data, ITEMS))

    # The score is 1/2; its error would be 1/2 as well, and is that of a change from first to last, 3/2.
    row = one(rows, group_a="a", method=BINOMIAL + CLUSTERS)
    assert row["p_value"] == pytest.approx(2 * stats.norm.sf(1 / 3), abs=1e-12)


def test_the_order_of_rows_and_the_names_of_people_are_irrelevant_and_the_input_is_untouched():
    data = drawn(seed=6)
    before = data.copy()
    renamed = data.assign(respondent="z" + data["respondent"]).sample(frac=1, random_state=1)
    there, here = (
        change(tally(one_, ITEMS), ITEMS, links=pairs(one_, ITEMS), permutations=0)
        for one_ in (data, renamed)
    )

    pd.testing.assert_frame_equal(there, here)
    pd.testing.assert_frame_equal(data, before)


def rates(rows, null):
    rows = rows[rows["conf_low"].notna()]
    inside = (rows["conf_low"] <= null) & (rows["conf_high"] >= null)
    return inside.mean(), (rows["p_value"] < 0.05).mean()


@pytest.mark.parametrize("many", [100, 20])
def test_with_half_the_people_linked_intervals_cover_as_they_say_where_independent_ones_cover_too_much(many):
    reps = 2000
    data = survey(
        np.random.default_rng(17),
        reps=reps,
        sizes={"a": [many, many], "b": [many // 2, many]},
        shares={"a": [0.5, 0.5], "b": [0.7, 0.7]},
    )
    counts, links = tally(data, ITEMS), pairs(data, ITEMS)
    band = 3 * np.sqrt(0.05 * 0.95 / reps)

    for estimand, null in (("share_difference", 0.0), ("theta", 0.5)):
        found = []
        for pieces in (links, None):
            rows = change(counts, ITEMS, links=pieces, permutations=0)
            found.append(rates(rows[rows["estimand"].eq(estimand) & rows["group_a"].eq("a")], null))
        (covered, rejected), (naive, shy) = found
        assert covered > 0.95 - band
        assert covered < 0.95 + (band if many == 100 else 0.03)
        assert 0.05 - 2 * band < rejected < 0.05 + band
        assert naive > covered
        assert shy < rejected


def test_with_half_the_people_linked_the_trend_keeps_its_level():
    reps = 1000
    data = survey(
        np.random.default_rng(23),
        reps=reps,
        sizes={"a": [30] * 5, "b": [20] * 5},
        shares={"a": [0.5] * 5, "b": [0.7] * 5},
    )
    counts, links, times = tally(data, ITEMS), pairs(data, ITEMS), {str(w): float(w) for w in range(1, 6)}
    rows = trend(counts, ITEMS, times, links=links)
    rows = rows[rows["group_a"].eq("all") & rows["method"].str.startswith(BINOMIAL)]
    naive = trend(counts, ITEMS, times)
    naive = naive[naive["group_a"].eq("all") & naive["method"].eq(BINOMIAL)]
    band = 3 * np.sqrt(0.05 * 0.95 / reps)

    covered, rejected = rates(rows, 0)
    assert covered == pytest.approx(0.95, abs=band)
    assert rejected == pytest.approx(0.05, abs=band)
    assert rates(naive, 0)[0] > covered
    bend = linearity(counts, ITEMS, times, links=links)
    bend = bend[bend["group_a"].eq("all") & bend["p_value"].notna()]
    assert (bend["p_value"] < 0.05).mean() == pytest.approx(0.05, abs=band)


def test_linked_people_see_changes_that_independent_samples_would_miss():
    data = survey(
        np.random.default_rng(29),
        reps=500,
        sizes={"a": [100, 100]},
        shares={"a": [0.5, 0.62]},
        rho=0.7,
        linked=1.0,
    )
    counts, links = tally(data, ITEMS), pairs(data, ITEMS)
    power = [
        (rows["p_value"] < 0.05).mean()
        for rows in (change(counts, ITEMS, links=one_, permutations=0) for one_ in (links, None))
    ]
    assert power[0] > power[1] + 0.15


def test_people_who_change_group_tie_the_whole_together_but_not_the_groups():
    waves = {f"r{i}": {"1": ("a", 1 + i % 2), "2": ("b", 1 + i % 2)} for i in range(40)}
    rest = {f"s{i}": {"1": ("b", 1 + i % 2)} for i in range(40)} | {
        f"t{i}": {"2": ("a", 1 + i % 2)} for i in range(40)
    }
    data = frame(waves | rest)
    counts = tally(data, ITEMS)
    linked, free = (change(counts, ITEMS, links=one_) for one_ in (pairs(data, ITEMS), None))

    for estimand in ("share_difference", "theta"):
        for group in "ab":
            pd.testing.assert_series_equal(
                one(linked, estimand=estimand, group_a=group)[NUMBERS],
                one(free, estimand=estimand, group_a=group)[NUMBERS],
                check_names=False,
            )
        whole, before = (one(rows, estimand=estimand, group_a="all") for rows in (linked, free))
        assert whole["method"].endswith(CLUSTERS)
        assert whole["conf_high"] - whole["conf_low"] < 0.9 * (before["conf_high"] - before["conf_low"])
    # 40 in each group and wave; of 80 in either wave 40 are in both: pq (1/80 + 1/80) less twice 40 pq / 80².
    for estimand in ("share_difference", "theta"):
        whole = one(linked, estimand=estimand, group_a="all")
        assert whole["n_eff"] == pytest.approx(80 * 0.025 / (0.025 - 2 * 40 / 80**2), rel=1e-10)
