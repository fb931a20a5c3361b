"""What must follow when the answers are turned round, repeated, reordered or renamed: no number needed."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from degenerate import FACTORS, GROUPS, ITEMS, MAKERS, TEAMS, TIMES
from scipy import stats as distributions

from trustgap.stats import counts
from trustgap.stats.between_areas import areas, heterogeneity
from trustgap.stats.change import changes, slopes
from trustgap.stats.orders import ordinal
from trustgap.stats.ranking import priorities, rankings
from trustgap.stats.ranking.means import estimates
from trustgap.stats.ranking.ranks import holm_sets, rank_sets, top_sets
from trustgap.stats.results import complete
from trustgap.stats.shares import proportions, responses
from trustgap.stats.trust import dyads
from trustgap.stats.weighting import weighing, weighted, weights

MIRROR = {"higher": "lower", "lower": "higher"}
NUMBERS = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value", "p_adjusted"]
KEYS = ["area", "wave", "estimand", "item", "group_a", "group_b", "target", "method"]


@cache
def answers(n=60, seed=5):
    """Draw answers of three waves in five areas in which groups, waves, areas and items differ."""
    rng = np.random.default_rng(seed)
    grid = pd.MultiIndex.from_product([[f"A{i}" for i in range(5)], list("123"), list("ab"), range(n)])
    who = grid.to_frame(index=False, name=["area", "wave", "group", "person"]).drop(columns="person")
    lean = (
        who["group"].map({"a": 0.5, "b": -0.2}) + who["wave"].astype(int) * 0.3 + (who["area"] == "A0") * 0.5
    )
    latent = (
        lean.to_numpy()[:, None] + rng.normal(size=(len(who), 1)) + rng.normal(size=(len(who), len(ITEMS)))
    )
    latent += np.linspace(0, 1.5, len(ITEMS))
    scored = np.clip(np.digitize(latent, [-0.5, 0.4, 1.2, 2.2]) + 1, 1, 5)
    scored[rng.random(scored.shape) < 0.05] = -2
    people = who.assign(respondent=[f"r{i}" for i in range(len(who))], weight=1.0, stratum="", psu="")
    return pd.concat([people, pd.DataFrame(scored.astype("int8"), columns=ITEMS.index)], axis=1)


def cells(data=None):
    return counts.tally(answers() if data is None else data, ITEMS)


def now(data=None):
    tallied = cells(data)
    return tallied[tallied["wave"].eq("3")].reset_index(drop=True)


def side(group, data=None):
    tallied = now(data)
    return tallied[tallied["group"].eq(group)].reset_index(drop=True)


def turned(data):
    """Reverse every answer: 1 becomes 5."""
    scored = data[list(ITEMS.index)]
    return data.assign(**scored.where(scored < 1, 6 - scored))


REVERSED = ITEMS.assign(top_from=1 + 5 - ITEMS["low_to"], low_to=1 + 5 - ITEMS["top_from"])
"""After turning round, what was negative is positive: the top two become the bottom two."""


class TestSwappingTheGroups:
    def test_mirrors_theta_and_the_difference_of_shares_with_their_verdicts(self):
        options = {"analysis": "x", "permutations": 99}
        there = ordinal.compare(side("a"), side("b"), ITEMS, **options)
        back = ordinal.compare(side("b"), side("a"), ITEMS, **options)

        centre = there["estimand"].map({"theta": 1.0, "share_difference": 0.0})
        for one, other in (
            ("estimate", "estimate"),
            ("conf_low", "conf_high"),
            ("conf_low_90", "conf_high_90"),
        ):
            np.testing.assert_allclose(back[one], centre - there[other], atol=1e-12)
        np.testing.assert_allclose(back["p_value"], there["p_value"], atol=1e-12)
        assert back["verdict"].tolist() == there["verdict"].replace(MIRROR).tolist()
        assert {"higher", "inconclusive"} <= set(there["verdict"])

    def test_mirrors_the_comparison_of_two_groups_on_factors(self):
        there = dyads.group_gap(now(), FACTORS, "a", "b", permutations=99)
        back = dyads.group_gap(now(), FACTORS, "b", "a", permutations=99)

        centre = there["estimand"].map({"theta": 1.0, "share_difference": 0.0})
        np.testing.assert_allclose(back["estimate"], centre - there["estimate"], atol=1e-12)
        np.testing.assert_allclose(back["p_adjusted"], there["p_adjusted"], atol=1e-12)
        assert back["verdict"].tolist() == there["verdict"].replace(MIRROR).tolist()

    def test_mirrors_reciprocity(self):
        swapped = GROUPS.iloc[::-1]
        there = dyads.reciprocity(now(), ITEMS, GROUPS, teams=TEAMS, permutations=99)
        back = dyads.reciprocity(now(), ITEMS, swapped, teams=TEAMS, permutations=99)

        there, back = (rows[rows["estimand"].isin(["theta", "share_difference"])] for rows in (there, back))
        centre = there["estimand"].map({"theta": 1.0, "share_difference": 0.0}).to_numpy()
        assert set(there["group_a"]) == {"a"}
        assert set(back["group_a"]) == {"b"}
        np.testing.assert_allclose(back["estimate"], centre - there["estimate"].to_numpy(), atol=1e-12)


class TestTurningTheAnswersRound:
    def test_mirrors_theta(self):
        theta = ordinal.theta(*(side(group)[[1, 2, 3, 4, 5]].to_numpy() for group in "ab"))
        other = ordinal.theta(*(side(group)[[5, 4, 3, 2, 1]].to_numpy() for group in "ab"))

        np.testing.assert_allclose(other["estimate"], 1 - theta["estimate"], atol=1e-12)
        np.testing.assert_allclose(other["conf_low"], 1 - theta["conf_high"], atol=1e-12)
        np.testing.assert_allclose(other["p_value"], theta["p_value"], atol=1e-12)

    def test_makes_positive_shares_negative_ones(self):
        rows = proportions.distribution(now(), ITEMS).set_index(["estimand", "area", "group_a", "item"])
        back = proportions.distribution(now(turned(answers())), REVERSED)
        back = back.set_index(["estimand", "area", "group_a", "item"])

        for one, other in (("positive", "negative"), ("negative", "positive"), ("category_1", "category_5")):
            pd.testing.assert_frame_equal(
                back.loc[one][["estimate", "conf_low", "conf_high"]],
                rows.loc[other][["estimate", "conf_low", "conf_high"]],
                rtol=1e-12,
            )

    @pytest.mark.parametrize("name", ["change", "trend", "against_rest"])
    def test_mirrors_differences_of_the_whole_scale_in_two(self, name):
        # With two halves of the scale, negative is what is not positive.
        items, back = ITEMS.assign(top_from=4, low_to=3), ITEMS.assign(top_from=3, low_to=2)
        there, here = both(name, cells(), items), both(name, cells(turned(answers())), back)

        shares = there["estimand"].ne("theta").to_numpy()
        np.testing.assert_allclose(here["estimate"][shares], -there["estimate"][shares], atol=1e-9)
        np.testing.assert_allclose(here["conf_low"][shares], -there["conf_high"][shares], atol=1e-9)
        np.testing.assert_allclose(here["p_value"], there["p_value"], atol=1e-9)
        assert here["verdict"].tolist() == there["verdict"].replace(MIRROR).tolist()


def both(name, tallied, items):
    """Run one of the analyses of many areas on counts."""
    if name == "change":
        rows = changes.change(tallied, items, waves=list(TIMES))
    elif name == "trend":
        rows = slopes.trend(tallied, items, TIMES)
    else:
        rows = areas.against_rest(tallied[tallied["wave"].eq("3")], items)
    return complete(rows).sort_values(KEYS, kind="stable", ignore_index=True)


class TestRepeatingTheAnswers:
    @pytest.mark.parametrize("name", ["change", "trend", "against_rest"])
    @pytest.mark.parametrize("k", [4, 9])
    def test_keeps_the_estimate_and_narrows_its_interval_by_the_root(self, name, k):
        tallied = cells()
        whole = tallied.select_dtypes("number").columns
        more = pd.concat([tallied.drop(columns=whole), k * tallied[whole]], axis=1)
        one, many = both(name, tallied, ITEMS), both(name, more, ITEMS)

        # Least squares over waves has two kinds of error, of which only that of sampling shrinks.
        kept = ~one["method"].str.startswith("weighted least squares").to_numpy()
        np.testing.assert_allclose(many["estimate"][kept], one["estimate"][kept], atol=1e-9)
        width = [(rows["conf_high"] - rows["conf_low"])[kept] for rows in (one, many)]
        # Near 0% and 100%, and in small groups, Wilson's limits narrow a little faster.
        np.testing.assert_allclose(width[0] / width[1], np.sqrt(k), rtol=0.15)
        assert np.median(width[0] / width[1]) == pytest.approx(np.sqrt(k), rel=0.02)

    def test_does_so_for_shares_means_and_theta(self):
        for k in (4, 9):
            x, y = (side(group)[[1, 2, 3, 4, 5]].to_numpy() for group in "ab")
            one, many = ordinal.theta(x, y), ordinal.theta(k * x, k * y)
            np.testing.assert_allclose(many["estimate"], one["estimate"], atol=1e-12)
            ratio = (one["conf_high"] - one["conf_low"]) / (many["conf_high"] - many["conf_low"])
            np.testing.assert_allclose(ratio, np.sqrt(k), rtol=0.06)

    def test_does_so_for_the_covariance_of_ranked_items(self):
        scored = np.random.default_rng(1).integers(0, 2, (200, 5)).astype(float)
        mean, covariance = estimates(scored)
        again, narrow = estimates(np.tile(scored, (4, 1)))
        np.testing.assert_allclose(again, mean, atol=1e-12)
        np.testing.assert_allclose(covariance / narrow, 4 * 799 / 796, rtol=1e-9)


class TestReorderingAndRenaming:
    @pytest.mark.parametrize("maker", sorted(set(MAKERS) - {"plans.by_area"}))
    def test_the_order_of_the_people_is_irrelevant(self, maker):
        made = [complete(MAKERS[maker](prepared(order))) for order in (None, 1)]
        pd.testing.assert_frame_equal(*made)

    @pytest.mark.parametrize("name", ["change", "trend"])
    def test_one_area_alone_has_the_numbers_that_it_has_among_many(self, name):
        tallied = cells()
        among = both(name, tallied, ITEMS).query("area == 'A3'").reset_index(drop=True)
        alone = both(name, tallied[tallied["area"].eq("A3")], ITEMS)
        pd.testing.assert_frame_equal(alone[[*KEYS, *NUMBERS]], among[[*KEYS, *NUMBERS]], rtol=1e-12)

    def test_one_area_alone_differs_from_the_country_as_among_many(self):
        tallied = now()
        numbers = [*KEYS, *[name for name in NUMBERS if name != "p_adjusted"]]
        among = areas.against_rest(tallied, ITEMS).query("area == 'A3'").reset_index(drop=True)
        alone = areas.against_rest(tallied[tallied["area"].eq("A3")], ITEMS, national=tallied)
        pd.testing.assert_frame_equal(alone[numbers], among[numbers], rtol=1e-12)

    def test_other_names_of_areas_change_no_number(self):
        names = {f"A{i}": f"Z{9 - i}" for i in range(5)}
        renamed = now(answers().assign(area=answers()["area"].map(names)))
        one, other = areas.against_rest(now(), ITEMS), areas.against_rest(renamed, ITEMS)
        keys = ["area", "item", "group_a"]
        one = one.assign(area=one["area"].map(names)).sort_values(keys, ignore_index=True)
        other = other.sort_values(keys, ignore_index=True)
        pd.testing.assert_frame_equal(one[[*keys, *NUMBERS]], other[[*keys, *NUMBERS]], rtol=1e-12)

    def test_the_order_of_areas_is_irrelevant_to_their_spread_and_their_points(self):
        x, n = np.array([30, 50, 20, 70, 45]), np.array([100, 90, 60, 110, 80])
        order = np.array([3, 0, 4, 1, 2])
        one, other = (heterogeneity.random_effects(x[at], n[at]) for at in (np.arange(5), order))
        assert one == pytest.approx(other, rel=1e-9)
        np.testing.assert_allclose(
            heterogeneity.shrunken(x[order], n[order]), heterogeneity.shrunken(x, n)[order], rtol=1e-12
        )

    def test_another_order_of_the_items_gives_the_same_sets(self):
        items = FACTORS.iloc[[2, 0, 1]]
        place = {"area": "A1", "wave": "3", "seed": 1}
        for made in (rankings.ranking, priorities.priorities):
            one, other = made(answers(), FACTORS, **place), made(answers(), items, **place)
            keys = ["estimand", "item"]
            one, other = (rows.sort_values(keys, ignore_index=True) for rows in (one, other))
            pd.testing.assert_frame_equal(one, other)

    def test_ranks_do_not_depend_on_where_the_items_stand_nor_on_unit_and_origin(self):
        rng = np.random.default_rng(3)
        estimate, covariance = estimates(rng.normal(np.linspace(0, 0.6, 7), 1, (90, 7)))
        order = rng.permutation(7)
        for made in (rank_sets, top_sets):
            one = made(estimate, covariance, n=90, seed=2)
            moved = made(estimate[order], covariance[np.ix_(order, order)], n=90, seed=2)
            scaled = made(3 + 2 * estimate, 4 * covariance, n=90, seed=2)
            assert moved.to_numpy().tolist() == one.to_numpy()[order].tolist()
            assert scaled.to_numpy().tolist() == one.to_numpy().tolist()
        holm = holm_sets(estimate, covariance, n=90)
        turned_round = holm_sets(-estimate, covariance, n=90)
        assert turned_round["low"].tolist() == (8 - holm["high"]).tolist()


@cache
def prepared(order):
    """Give the answers as the table of functions takes them, the people shuffled."""
    data = answers()
    data = data if order is None else data.sample(frac=1, random_state=order).reset_index(drop=True)
    tallied = cells(data)
    return SimpleNamespace(
        answers=data,
        cells=tallied,
        now=tallied[tallied["wave"].eq("3")].reset_index(drop=True),
        people=responses.respondents(data),
        one=data[data["area"].eq("A0")],
    )


def weighed(c, *, drawn=False):
    """Give everybody a weight, all of them c times as large; perhaps name how they were drawn."""
    data = answers()
    rng = np.random.default_rng(8)
    data = data.assign(weight=c * rng.gamma(2.0, size=len(data)), role="")
    if not drawn:
        return data
    return data.assign(stratum=rng.choice(list("st"), len(data)), psu=rng.choice(list("uvwxyz"), len(data)))


class TestRescalingTheWeights:
    @pytest.mark.parametrize("c", [1e-3, 7.0, 1e6])
    @pytest.mark.parametrize("drawn", [False, True])
    def test_changes_no_weighted_share_mean_theta_or_rank(self, c, drawn):
        place = {"area": "A1", "wave": "3"}
        pairs = dyads.reciprocity(now(), ITEMS, GROUPS, teams=TEAMS, permutations=0).query("area == 'A1'")
        makers = {
            "shares": lambda data: weighted.shares(data, ITEMS, **place, groups=["a", "b"], by_group=True),
            "theta": lambda data: weighted.reweighted(pairs, data),
            "ranking": lambda data: rankings.ranking(data, FACTORS, **place, seed=1, weighted=True),
        }
        for name, made in makers.items():
            one, other = (complete(made(weighed(scale, drawn=drawn))) for scale in (1.0, c))
            assert one["conf_low"].notna().any(), name
            pd.testing.assert_frame_equal(one, other, rtol=1e-9, obj=name)
        assert set(weighted.shares(weighed(c), ITEMS, **place, groups=["a", "b"])["estimand"]) == {
            "weighted_share",
            "weighted_mean",
        }

    @pytest.mark.parametrize("c", [1e-3, 7.0, 1e6])
    def test_changes_nothing_that_is_said_of_the_weights(self, c):
        one, other = (weighed(scale) for scale in (1.0, c))
        assert weights.kish(one["weight"].to_numpy()) == pytest.approx(
            weights.kish(other["weight"].to_numpy())
        )
        accounts = [
            weighing.account(data, weighing.weigh(data, headcounts=None, given=True)) for data in (one, other)
        ]
        pd.testing.assert_frame_equal(*accounts, rtol=1e-9)
        assert accounts[0]["deff"].between(1.2, 2).all()


class TestAnotherScale:
    def test_a_monotone_recoding_leaves_theta(self):
        x, y = (side(group)[[1, 2, 3, 4, 5]].to_numpy() for group in "ab")
        spread = np.zeros((len(x), 9), int), np.zeros((len(y), 9), int)
        for wide, narrow in zip(spread, (x, y), strict=True):
            wide[:, [0, 1, 4, 6, 8]] = narrow
        one, other = ordinal.theta(x, y), ordinal.theta(*spread)
        pd.testing.assert_frame_equal(one, other, rtol=1e-12)

    def test_theta_is_the_chance_over_all_pairs(self):
        x, y = (side(group)[[1, 2, 3, 4, 5]].to_numpy()[0] for group in "ab")
        a, b = np.repeat(range(5), x), np.repeat(range(5), y)
        chance = (np.sign(a[:, None] - b) + 1).mean() / 2
        found = ordinal.theta(x, y)
        assert found["estimate"].item() == pytest.approx(chance, abs=1e-12)
        assert found["p_value"].item() == pytest.approx(distributions.brunnermunzel(a, b).pvalue, abs=1e-10)
