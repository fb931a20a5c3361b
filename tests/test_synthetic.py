"""The synthetic survey says what it should, and its truth is true."""

import ast
import inspect
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from trustgap.survey.synthetic import folder as synthetic
from trustgap.survey.synthetic import law as synthetic_law
from trustgap.survey.synthetic import model as synthetic_model
from trustgap.survey.synthetic import people as synthetic_people
from trustgap.survey.synthetic import truth as synthetic_truth

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
SETTINGS = ["questionnaire.yaml", "areas.csv", "model.yaml"]
RATINGS = {"1", "2", "3", "4", "5"}
# The assigned figures of the published 2019 study (brief.md, findings 4 and 5).
MEANS = {
    "F5_asc_hdt": ("asc", "rel_discharge", 3.4),
    "F5_asc_cn": ("asc", "rel_community", 3.1),
    "F5_asc_gp": ("asc", "rel_gp", 2.7),
    "F5_hosp_cn": ("hospital", "rel_community", 3.3),
    "F5_hosp_gp": ("hospital", "rel_gp", 2.8),
    "F5_hosp_asc": ("hospital", "rel_asc", 2.7),
}
KEY = "area wave analysis estimand item group_a group_b target".split()


@pytest.fixture(scope="module")
def asked():
    return yaml.safe_load((DEMO / "questionnaire.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world():
    return synthetic_model.build(DEMO)


@pytest.fixture(scope="module")
def answers():
    return synthetic.generate(DEMO)[0]


@pytest.fixture(scope="module")
def known():
    return synthetic.truth(DEMO)


@pytest.fixture(scope="module")
def local(world):
    return synthetic_truth.local(world)


@pytest.fixture(scope="module")
def scores(answers, world):
    """Give the scores as numbers, missing where there is none."""
    return pd.DataFrame(
        {item: pd.to_numeric(answers[item].where(answers[item].isin(RATINGS))) for item in world.items.index}
    )


@pytest.fixture
def settings(tmp_path):
    """Give a copy of the demo without its answers."""
    for name in SETTINGS:
        shutil.copy(DEMO / name, tmp_path / name)
    return tmp_path


def at(rows, **equals):
    """Pick the value of the one row that these columns name."""
    chosen = rows.loc[(rows[list(equals)] == pd.Series(equals)).all(axis=1), "value"]
    assert len(chosen) == 1, equals
    return chosen.iloc[0]


def counted(answers, index, columns):
    """Count respondents, with a zero where nobody answered."""
    return answers.pivot_table(index=index, columns=columns, aggfunc="size", observed=False, fill_value=0)


def share(known, group, item, estimand="top2_share"):
    return at(known, wave="2019", analysis="shares", estimand=estimand, group_a=group, item=item)


# --- the published figures ---------------------------------------------------------------------------


def test_expectations_meet_the_published_figures_exactly(known):
    assert share(known, "hospital", "trust_asc") == pytest.approx(0.56, abs=1e-9)
    assert share(known, "all", "trust_gp", "low_share") == pytest.approx(0.30, abs=1e-9)
    for group, item, mean in MEANS.values():
        assert share(known, group, item, "mean") == pytest.approx(mean, abs=1e-9)


def test_the_figures_written_here_are_the_published_ones(shared):
    published = pd.read_csv(shared / "published_findings.csv").set_index("finding")["value"]
    assert published["F4_hospital_trusts_asc"] == 56
    assert published["F4_gp_not_trusted"] == 30
    assert {name: value for name, (_, _, value) in MEANS.items()} == published[list(MEANS)].to_dict()


def test_answers_meet_the_published_figures_within_three_standard_errors(answers, scores):
    last = answers["wave"] == "2019"
    trusted = scores.loc[last & (answers["group"] == "hospital"), "trust_asc"].dropna() >= 4
    assert len(trusted) > 4000
    assert abs(trusted.mean() - 0.56) < 3 * np.sqrt(0.56 * 0.44 / len(trusted))
    distrusted = scores.loc[last, "trust_gp"].dropna() <= 2
    assert abs(distrusted.mean() - 0.30) < 3 * np.sqrt(0.3 * 0.7 / len(distrusted))
    for group, item, mean in MEANS.values():
        given = scores.loc[last & (answers["group"] == group), item].dropna()
        assert abs(given.mean() - mean) < 3 * given.std() / np.sqrt(len(given))


def test_what_was_found_in_words_about_trust_and_relationships_is_true(known, world):
    trust = [item for item in world.items.index if item.startswith("trust_")]
    of_hospital = {
        item: share(known, "hospital", item) for item in ["trust_asc", "trust_gp", "trust_community"]
    }
    assert min(of_hospital, key=of_hospital.get) == "trust_asc"
    over_all = {item: share(known, "all", item) for item in trust}
    assert min(over_all, key=over_all.get) == "trust_discharge"
    assert share(known, "asc", "trust_hospital") > 0.7
    assert share(known, "asc", "trust_community") > share(known, "hospital", "trust_community") + 0.05
    means = known.query("wave == '2019' and analysis == 'shares' and estimand == 'mean' and group_a != 'all'")
    means = means.set_index(["group_a", "item"])["value"]
    assert means.idxmax() == ("asc", "rel_discharge")
    assert set(means.nsmallest(2).index) == {("asc", "rel_gp"), ("hospital", "rel_asc")}


@pytest.mark.parametrize(
    ("decision", "top"),
    [
        ("admission", {"ed_pressure", "risk_patient", "alternatives", "risk_professional"}),
        ("pathway", {"free_beds", "short_wait", "pathway_capacity", "available_today"}),
        ("delay", {"capacity_views"}),
    ],
)
def test_named_factors_are_on_top_of_their_decision(known, decision, top):
    rank = known.query(
        "wave == '2019' and analysis == 'ranking' and target == @decision and group_a == 'all'"
    )
    assert set(rank.nsmallest(len(top), "value")["item"]) == top


def test_what_was_found_in_words_about_factors_is_true(known):
    first = known.query("wave == '2019' and analysis == 'ranking' and value == 1").set_index(
        ["group_a", "target"]
    )
    assert first["item"]["hospital", "admission"] == "risk_patient"
    assert first["item"]["asc", "admission"] == "alternatives"
    assert first["item"]["all", "admission"] == first["item"]["all", ""] == "ed_pressure"
    contrast = known.query("analysis == 'class_contrast' and item == 'behaviour v process'")
    assert (contrast["value"] > 0.1).all()
    assert (
        share(known, "asc", "transport_medication") > share(known, "hospital", "transport_medication") + 0.05
    )


def test_trust_rises_nowhere_and_falls_in_three_pairs(known):
    change = known.query("analysis == 'change' and estimand == 'share_difference' and group_a != 'all'")
    change = change[change["item"].str.startswith("trust_")].set_index(["group_a", "item"])
    falls = {("hospital", "trust_asc"), ("asc", "trust_gp"), ("community", "trust_hospital")}
    assert set(change.index[change["value"] < -0.05]) == falls
    assert change["value"].max() < 0.01
    assert set(change.index[~change["is_null"]]) == falls


# --- the law ------------------------------------------------------------------------------------------


def test_probabilities_are_exact_and_add_up():
    law = synthetic_model.probabilities(np.array([0.5, np.inf]), np.array([[-1.0, 0.5], [-1.0, 0.5]]))
    # Tables of the normal distribution: Phi(-1.5) = 0.0668072013.
    assert law[0] == pytest.approx([0.0668072013, 0.5 - 0.0668072013, 0.5], abs=1e-10)
    assert law[1].tolist() == [0, 0, 1]


def test_theta_is_that_of_all_pairs_counted():
    x, y = np.array([3, 0, 2, 5]), np.array([1, 4, 4, 1])
    first, second = np.repeat(np.arange(4), x), np.repeat(np.arange(4), y)
    counted = np.mean([(a > b) + (a == b) / 2 for a in first for b in second])
    assert synthetic_law.theta(x / 10, y / 10) == pytest.approx(counted, abs=1e-12)
    assert synthetic_law.theta(y / 10, x / 10) == pytest.approx(1 - counted, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "item_a", "b", "item_b", "analysis", "item"),
    [
        ("asc", "trust_hospital", "hospital", "trust_asc", "reciprocity", "trust"),
        ("asc", "rel_gp", "gp", "rel_asc", "reciprocity", "relationship"),
        ("asc", "trust_community", "hospital", "trust_community", "same_team", "trust_community"),
        ("asc", "late_referral", "hospital", "late_referral", "group_gap", "late_referral"),
    ],
)
def test_true_thetas_are_those_of_a_large_simulation(
    world, known, answers, scores, a, item_a, b, item_b, analysis, item
):
    """Draw a million answers a side from normal variables, in areas drawn as the actual respondents."""
    random, size = np.random.default_rng(11), 1_000_000
    law = []
    for group, rated in ((a, item_a), (b, item_b)):
        people = (answers["wave"] == "2019") & (answers["group"] == group) & scores[rated].notna()
        area = random.choice(answers.loc[people, "area"].cat.codes.to_numpy(), size)
        j = world.items.index.get_loc(rated)
        mean = world.mean[area, world.waves.index("2019"), world.groups.index(group), j]
        score = 1 + np.searchsorted(world.cuts[j], mean + random.standard_normal(size))
        law.append(np.bincount(score, minlength=6)[1:] / size)
    above = sum(law[0][k] * law[1][:k].sum() for k in range(5))
    theta = above + (law[0] * law[1]).sum() / 2
    place = {
        "wave": "2019",
        "analysis": analysis,
        "estimand": "theta",
        "item": item,
        "group_a": a,
        "group_b": b,
    }
    # The standard error of theta is at most sqrt(1/(12 n) * 2) = .0004.
    assert at(known, **place) == pytest.approx(theta, abs=0.0017)


def test_shares_of_an_area_are_those_of_many_surveys(world, local):
    """Draw the answers of one area again and again, with the generator itself."""
    one = world.areas.index("X001")
    people = (world.respondents["area"] == one).to_numpy()
    own = synthetic_model.World(
        **{**vars(world), "respondents": world.respondents[people], "kind": world.kind[people]}
    )
    place = ((own.respondents["wave"] == 4) & (own.respondents["group"] == 0)).to_numpy()
    drawn = np.concatenate([synthetic._scores(own, seed)[place] for seed in range(400)])
    for item in ["trust_hospital", "ed_pressure", "home_care_capacity"]:
        truth = at(
            local,
            area="X001",
            wave="2019",
            analysis="shares",
            estimand="top2_share",
            group_a="asc",
            item=item,
        )
        simulated = (drawn[:, world.items.index.get_loc(item)] >= 4).mean()
        assert simulated == pytest.approx(truth, abs=4 * 0.5 / np.sqrt(len(drawn)))


def test_answers_of_one_respondent_hang_together(scores, answers):
    people = answers["group"] == "asc"
    factors = scores.loc[people, "ed_pressure":"weekend_gap"].corr().to_numpy()
    inside = factors[np.triu_indices_from(factors, 1)]
    assert 0.3 < inside.mean() < 0.4
    assert scores.loc[people, ["trust_hospital", "trust_gp"]].corr().iloc[0, 1] == pytest.approx(
        0.36, abs=0.04
    )
    assert abs(scores.loc[people, ["trust_gp", "short_wait"]].corr().iloc[0, 1]) < 0.02
    same, other = (
        scores.loc[people, ["trust_gp", item]].corr().iloc[0, 1] for item in ["rel_gp", "rel_hospital"]
    )
    assert same > other + 0.08


# --- true nulls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", [("asc", "community"), ("hospital", "gp")])
def test_two_pairs_trust_each_other_equally_in_every_area(local, known, pair):
    law = "analysis == 'reciprocity' and item == 'trust' and group_a == @pair[0] and group_b == @pair[1]"
    rows = local.query(law)
    assert rows["area"].nunique() >= 150
    assert rows["is_null"].all()
    assert rows.query("estimand == 'theta'")["value"].to_numpy() == pytest.approx(0.5, abs=1e-12)
    assert rows.query("estimand == 'share_difference'")["value"].to_numpy() == pytest.approx(0, abs=1e-12)
    assert known.query(law)["is_null"].tolist() == [True] * 10


def test_every_null_of_an_area_is_exact_and_every_national_null_is_near(local, known):
    centre = local["estimand"].map({"theta": 0.5, "share_difference": 0.0})
    exact = local["is_null"] & (local["analysis"] != "against_rest")
    within_groups = exact & ~((local["analysis"] == "change") & (local["group_a"] == "all"))
    assert (local["value"] - centre)[within_groups].abs().max() < 1e-12
    rows = known[known["is_null"] & known["estimand"].isin(["theta", "share_difference"])]
    centre = rows["estimand"].map({"theta": 0.5, "share_difference": 0.0})
    assert set(rows["analysis"]) == {"reciprocity", "group_gap", "change"}
    assert (rows["value"] - centre).abs().max() < 0.005


def test_what_is_no_null_is_not_nothing(known):
    rows = known[~known["is_null"] & (known["estimand"] == "theta")]
    assert ((rows["value"] - 0.5).abs() > 1e-6).all()


def test_items_without_spread_have_one_law_in_all_areas(world, local):
    flat = world.spread.index[world.spread == 0]
    assert len(flat) >= 10
    shares = local.query("analysis == 'shares' and estimand == 'top2_share' and group_a != 'all'")
    width = shares.groupby(["item", "group_a", "wave"])["value"].agg(np.ptp)
    assert width[width.index.get_level_values("item").isin(flat)].max() == 0
    assert width[~width.index.get_level_values("item").isin(flat)].min() > 0.1
    rest = local.query("analysis == 'against_rest'")
    assert rest.loc[rest["is_null"], "item"].isin(flat).all()
    assert rest.loc[rest["is_null"], "value"].abs().max() < 1e-12


def test_spread_between_areas_is_the_one_stated(world):
    for item, sd in [("trust_asc", 0.3), ("trust_hospital", 0.15), ("ed_pressure", 0.3), ("rel_gp", 0.0)]:
        mean = world.mean[:, 4, 3, world.items.index.get_loc(item)]
        # Five standard errors of a standard deviation from 150 draws.
        assert mean[np.isfinite(mean)].std() == pytest.approx(sd, abs=max(5 * sd / np.sqrt(300), 1e-12))


# --- the truth table ------------------------------------------------------------------------------------


def test_truth_has_one_row_per_place_and_the_vocabulary(known, local):
    for rows in (known, local):
        assert list(rows.columns) == [*KEY, "value", "is_null"]
        assert not rows.duplicated(KEY).any()
        assert not rows.isna().any(axis=None)
    assert set(known["area"]) == {"national"}
    assert set(local["area"]) == {f"X{number:03d}" for number in range(1, 154)}


def test_true_ranks_are_those_of_the_true_shares(known):
    shares = known.query("analysis == 'shares' and estimand == 'top2_share' and group_a != 'all'")
    for analysis, block, ascending in [("ranking", "trust_|rel_", False), ("least", "trust_", True)]:
        chosen = shares["item"].str.match(block) != (analysis == "ranking")
        own = shares[chosen].assign(value=lambda rows: rows["value"].round(12))
        rank = own.groupby(["wave", "group_a"])["value"].rank(method="min", ascending=ascending)
        stated = known.query("analysis == @analysis and target == '' and group_a != 'all'")
        both = own.assign(rank=rank).merge(stated, on=["wave", "group_a", "item"])
        assert len(both) == len(own) == len(stated)
        assert (both["rank"] == both["value_y"]).all()


def test_true_differences_are_those_of_the_true_shares(known, local, answers, scores):
    shares = known.query("analysis == 'shares' and estimand == 'top2_share'").set_index(
        ["wave", "group_a", "item"]
    )
    shares = shares["value"]
    for row in known.query(
        "analysis == 'change' and estimand == 'share_difference' and group_a != 'all'"
    ).itertuples():
        first, last = row.wave.split("/")
        moved = shares[last, row.group_a, row.item] - shares[first, row.group_a, row.item]
        assert row.value == pytest.approx(moved, abs=1e-12)
    # Area against the rest, from the area's shares and the bases of the answers themselves.
    base = scores["trust_asc"].notna()[(answers["wave"] == "2018") & (answers["group"] == "gp")]
    base = base.groupby(answers["area"].astype(str)).sum()
    own = local.query("analysis == 'shares' and item == 'trust_asc' and wave == '2018' and group_a == 'gp'")
    own = own.query("estimand == 'top2_share'").set_index("area")["value"]
    base = base[own.index]
    rest = (base @ own - base * own) / (base.sum() - base)
    stated = local.query(
        "analysis == 'against_rest' and item == 'trust_asc' and wave == '2018' and group_a == 'gp'"
    )
    assert stated.set_index("area")["value"].to_numpy() == pytest.approx((own - rest).to_numpy(), abs=1e-12)


def test_theta_of_a_change_is_above_a_half_where_the_share_rises(known):
    change = known.query("analysis == 'change' and group_a != 'all' and not is_null")
    change = change.pivot_table(index=["item", "group_a"], columns="estimand", values="value")
    assert {("ed_pressure", "gp"), ("trust_asc", "hospital")} < set(change.index)
    assert ((change["theta"] - 0.5) * change["share_difference"] > 0).all()
    assert change.loc[("trust_asc", "hospital"), "theta"] < 0.45


def test_change_at_a_fixed_mix_is_the_mix_times_the_changes(known, answers, scores):
    answered = scores["trust_gp"].notna()
    mix = answers.loc[answered, "group"].astype(str).value_counts(normalize=True)
    change = known.query("analysis == 'change' and estimand == 'share_difference' and item == 'trust_gp'")
    change = change.set_index("group_a")["value"]
    assert change["all"] == pytest.approx((mix * change[mix.index]).sum(), abs=1e-12)


def test_a_factor_whose_wording_changed_is_compared_over_its_own_waves(known, asked):
    assert asked["comparability"][0]["item"] == "equipment_wait"
    change = known.query("analysis == 'change' and item == 'equipment_wait'")
    assert set(change["wave"]) == {"2017/2019"}
    assert change["is_null"].all()
    shares = known.query("analysis == 'shares' and item == 'equipment_wait' and group_a == 'asc'")
    shares = shares.set_index("wave")["value"]
    assert shares["2016"] > shares["2017"] + 0.1, "over the break the series would show a fall that is none"


def test_truth_takes_nothing_from_the_statistics_it_judges():
    for module in (synthetic, synthetic_law, synthetic_model, synthetic_people, synthetic_truth):
        tree = ast.walk(ast.parse(inspect.getsource(module)))
        names = [node.module or "" for node in tree if isinstance(node, ast.ImportFrom)]
        assert not [
            name
            for name in names
            if name.startswith("trustgap.") and "synthetic" not in name and name != "trustgap.survey"
        ]


# --- areas, respondents and what is left blank ------------------------------------------------------------


def test_areas_have_unique_names_and_plain_codes():
    areas = pd.read_csv(DEMO / "areas.csv")
    assert areas["code"].tolist() == [f"X{number:03d}" for number in range(1, 154)]
    assert areas["name"].str.casefold().is_unique
    assert areas["region"].nunique() == 9
    assert (areas.filter(like="staff_") > 0).all(axis=None)


def test_areas_bear_no_name_of_a_real_council(shared):
    real = set(
        pd.read_csv(shared / "data" / "england_dtoc_days_by_responsible_org.csv")["area"].str.casefold()
    )
    assert len(real) > 140
    assert not real & set(pd.read_csv(DEMO / "areas.csv")["name"].str.casefold())


def test_areas_have_ordinary_sizes_but_for_the_hard_ones(answers):
    size = counted(answers, "area", "wave")
    ordinary = size.drop(index=["X002", "X003", "X006"])
    assert ordinary.min(axis=None) >= 40
    assert ordinary.max(axis=None) <= 250
    assert size.loc["X001"].between(100, 150).all()
    assert 85_000 < len(answers) < 105_000


def test_hard_areas_are_as_described(answers, scores):
    def area(code):
        return answers[answers["area"] == code]

    groups = counted(answers, "area", "group")
    assert (area("X002")["wave"].value_counts() == 400).all()
    assert (area("X003")["wave"].value_counts() == 6).all()
    assert groups.index[groups["gp"] == 0].tolist() == ["X003", "X004"]
    assert (groups.drop(index=["X003", "X004"]) > 0).all(axis=None)
    trust = scores.loc[answers["area"] == "X005", "trust_asc":"trust_discharge"]
    assert (trust.isna() | (trust == 5)).all(axis=None)
    assert trust.notna().sum().min() > 100
    assert scores.loc[answers["area"] == "X005", "ed_pressure"].nunique() == 5
    waves = answers.groupby(["area", "wave"], observed=False).size()
    assert waves.index[waves == 0].tolist() == [("X006", "2017")]
    answered = scores.groupby(answers["area"], observed=True).count()
    assert answered.loc["X007", "transport_medication"] == 0
    assert (answered.drop(index=["X003", "X007"]) > 0).all(axis=None)
    assert (answered.drop(columns="transport_medication").loc["X007"] > 0).all()


def test_the_staff_mix_is_uneven_and_drifts_in_some_areas(answers):
    count = counted(answers, ["area", "wave"], "group")
    mix = (count["hospital"] / count.sum(axis=1).where(lambda total: total >= 40)).reset_index(name="share")
    mix = mix.pivot_table(index="area", columns="wave", values="share", observed=False)
    assert mix["2019"].std() > 0.05
    moved = (mix["2019"] - mix["2015"]).abs()
    assert 8 < (moved > 0.2).sum() < 60
    assert moved.median() < 0.1


def test_nobody_rates_a_team_of_their_own(answers, asked):
    for team in asked["teams"]:
        own = answers["group"].isin(team["members"])
        for item in (f"trust_{team['id']}", f"rel_{team['id']}"):
            assert (answers.loc[own, item] == "6").all()
            assert not (answers.loc[~own, item] == "6").any()


def test_unanswered_items_are_as_common_as_in_real_surveys(answers, world):
    ordinary = answers[answers["area"] != "X007"]
    blank = ordinary[world.items.index].isna().mean()
    rated = ordinary[ordinary["group"] == "asc"]
    assert rated["trust_hospital"].isna().mean() == pytest.approx(0.03, abs=0.005)
    assert blank["weekend_gap"] == pytest.approx(0.08, abs=0.005)
    assert blank.iloc[-10:].mean() > blank["ed_pressure":"assess_first"].mean() + 0.01
    unsure = (rated[[item for item in rated if item.startswith("trust_")]] == "7").mean()
    assert unsure.idxmax() == "trust_gp"
    assert unsure["trust_gp"] == pytest.approx(0.11, abs=0.01)
    assert (rated["rel_gp"] == "8").mean() == pytest.approx(0.03, abs=0.005)
    assert (rated["rel_gp"] == "9").mean() == pytest.approx(0.005, abs=0.002)


def test_every_code_is_in_the_questionnaire(answers, asked):
    mapped = [asked["columns"][name] for name in ("respondent", "wave", "area", "group", "role")]
    assert list(answers.columns) == [*mapped, *(item["id"] for item in asked["items"])]
    assert answers["respondent"].is_unique
    for axis in ("wave", "group", "role"):
        assert set(answers[axis]) <= {row["id"] for row in asked[f"{axis}s"]}
    for item in asked["items"]:
        scale = asked["scales"][item["scale"]]
        codes = {row["code"] for row in scale["categories"] + scale["missing"]}
        assert set(answers[item["id"]].dropna()) <= codes
        assert {row["code"] for row in scale["categories"]} <= set(answers[item["id"]])


def test_the_questionnaire_asks_what_the_study_asked(asked):
    items = pd.DataFrame(asked["items"])
    assert asked["synthetic"] is True
    assert items["block"].value_counts().to_dict() == {"factor": 28, "trust": 5, "relationship": 5}
    factors = items[items["block"] == "factor"]
    assert set(factors["decision"]) == set(asked["decisions"])
    assert set(factors["class"]) == set(asked["classes"])
    assert items["label"].str.len().max() <= 60
    assert (
        items["source"].str.match(r"2019 study \(finding \d\), our wording$|drafted for this project$").all()
    )


# --- files --------------------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes(settings, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    for name in SETTINGS:
        shutil.copy(settings / name, other / name)
    assert synthetic.ensure(settings).read_bytes() == synthetic.ensure(other).read_bytes()
    synthetic.truth(settings)
    assert {path.name for path in settings.iterdir()} == {
        *SETTINGS,
        "responses.parquet",
        "synthetic_truth.csv",
    }


def test_answers_that_are_there_are_left_alone(settings):
    (settings / "responses.parquet").write_bytes(b"mine")
    assert synthetic.ensure(settings).read_bytes() == b"mine"


def test_the_file_beside_the_questionnaire_holds_the_answers_made_here(answers, tmp_path):
    stored = pd.read_parquet(synthetic.ensure(DEMO)).astype(object)
    made = answers.astype(object)
    assert stored.where(stored.notna(), None).equals(made.where(made.notna(), None))
    assert (DEMO / "responses.parquet").stat().st_size < 2_000_000


def test_the_truth_beside_the_questionnaire_is_the_one_worked_out_here(world, known):
    pd.testing.assert_frame_equal(
        known.astype(object),
        synthetic_truth.national(world).astype(object),
        check_exact=False,
        rtol=0,
        atol=1e-12,
    )


def test_another_seed_gives_other_answers_with_the_same_figures():
    answers, known = synthetic.generate(DEMO, seed=1)
    assert len(answers) != len(pd.read_parquet(synthetic.ensure(DEMO), columns=["wave"]))
    assert share(known, "hospital", "trust_asc") == pytest.approx(0.56, abs=1e-9)


def test_a_figure_out_of_reach_is_named(settings):
    model = yaml.safe_load((settings / "model.yaml").read_text(encoding="utf-8"))
    model["published"][2]["value"] = 5.5
    (settings / "model.yaml").write_text(yaml.safe_dump(model), encoding="utf-8")
    with pytest.raises(ValueError, match=r"F5_asc_hdt: no shift of rel_discharge gives mean 5\.5"):
        synthetic_model.build(settings)
