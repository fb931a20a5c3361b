"""Agreement of several raters on the same cases."""

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from trustgap.stats.case_reviews.agreement import agreement, mapped
from trustgap.stats.case_reviews.linearised import linearised
from trustgap.stats.case_reviews.raters import DISTANCES, agreeing, chance, krippendorff, one_hot, similarity

TWO_BY_TWO = ["fleiss1971_rater1_vs_rater2", "sexualfun_ordinal", "gwet_4x4_diagnosis", "anxiety_weighted"]


def long(wide, case):
    return wide.melt(case, var_name="rater", value_name="rating").rename(columns={case: "case"})


def from_square(square):
    """Give one rating per row from a square table of two raters' ratings."""
    first, second = np.nonzero(square)
    pairs = np.repeat(np.stack([first, second], 1) + 1, np.asarray(square)[first, second], axis=0)
    return long(pd.DataFrame(pairs, columns=["a", "b"]).rename_axis("case").reset_index(), "case")


def from_pairs(*pairs):
    return from_square(pd.crosstab(*zip(*pairs, strict=True)).to_numpy())


def fleiss(shared):
    wide = pd.read_csv(shared / "data" / "fleiss1971_diagnoses.csv")
    return long(wide, "case").assign(rating=lambda rows: rows["rating"].str[0].astype(int))


def gwet(shared):
    return long(pd.read_csv(shared / "data" / "gwet_raw4.csv"), "Units")


def coefficient(table, credit, by):
    observed, expected = chance(table, credit, by=by, weights=np.ones(len(table)))
    return (observed - expected) / (1 - expected)


def alpha(table, distance):
    observed, expected = krippendorff(table, distance=distance, weights=np.ones(len(table)))
    return (observed - expected) / (1 - expected)


@pytest.mark.parametrize("name", TWO_BY_TWO)
def test_two_raters_match_r(shared, name):
    found = golden.case(shared, "11", name)
    q = len(found["table"])
    table = one_hot(from_square(np.array(found["table"], int)), categories=q)
    plain, squared = similarity(q, "unweighted"), similarity(q, "quadratic")
    assert agreeing(table, plain)[0].mean() == pytest.approx(found["agreement"], abs=1e-12)
    assert coefficient(table, plain, "gwet") == pytest.approx(found["gwet_ac1"], abs=1e-12)
    assert coefficient(table, squared, "gwet") == pytest.approx(found["ac2_quadratic"], abs=1e-12)
    # psych's weighted standard error is wrong; vcd's divides by n where cases are a simple sample of n.
    factor = np.sqrt((len(table) - 1) / len(table))
    kappas = {"unweighted": ("kappa", "ase"), "linear": ("linear", "linear_ase")}
    kappas["quadratic"] = ("quadratic", "quadratic_ase")
    for weights, (value, error) in kappas.items():
        kappa, se = linearised(table, similarity(q, weights), by="cohen")
        assert kappa == pytest.approx(found["vcd"][value], abs=1e-12)
        assert se * factor == pytest.approx(found["vcd"][error], abs=1e-12)


def test_six_psychiatrists_match_r_and_fleiss_1971(shared):
    found = golden.case(shared, "11", "fleiss1971")
    table, plain = one_hot(fleiss(shared), categories=5), np.eye(5)
    kappa, se = linearised(table, plain, by="fleiss")
    assert kappa == pytest.approx(0.430, abs=5e-4)
    assert (kappa, se) == pytest.approx((found["kappa"], found["se_subject_linearised"]), abs=1e-12)
    assert agreeing(table, plain)[0].mean() == pytest.approx(found["pairwise_agreement"], abs=1e-12)
    assert coefficient(table, plain, "gwet") == pytest.approx(found["gwet_ac1"], abs=1e-12)
    assert coefficient(table, plain, "cohen") == pytest.approx(found["conger"], abs=1e-12)
    assert alpha(table, "nominal") == pytest.approx(found["krippendorff_nominal"], abs=1e-12)


def test_missing_ratings_match_krippendorff_s_published_alphas(shared):
    found = golden.case(shared, "11", "gwet_raw4_missing")
    table = one_hot(gwet(shared), categories=5)
    values = {distance: float(alpha(table, distance)) for distance in DISTANCES}
    for distance in ("nominal", "ordinal", "interval"):
        assert values[distance] == pytest.approx(found[f"kripp_{distance}"], abs=1e-12)
    published = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    assert values == pytest.approx(published, abs=5e-4)


def test_missing_ratings_match_gwet_s_published_coefficients(shared):
    # Gwet's four-rater data: AC1 .77544 (.14295), interval .46081 to 1; Fleiss .76117 (.15302).
    table, plain = one_hot(gwet(shared), categories=5), np.eye(5)
    ac1, error = linearised(table, plain, by="gwet")
    assert (ac1, error) == pytest.approx((0.77544, 0.14295), abs=5e-6)
    assert ac1 - stats.t.ppf(0.975, len(table) - 1) * error == pytest.approx(0.46081, abs=1e-5)
    assert linearised(table, plain, by="fleiss") == pytest.approx((0.76117, 0.15302), abs=5e-6)


@pytest.mark.parametrize("name", ["anxiety_3_raters_icc", "shrout_fleiss_1979"])
def test_scores_match_r_s_alpha(shared, name):
    entry = golden.entry(shared, "11", name)
    wide = pd.read_csv(shared / "data" / entry["select"]["file"])
    ratings = long(wide, wide.columns[0])
    table = one_hot(ratings, categories=int(ratings["rating"].max()))
    assert alpha(table, "interval") == pytest.approx(entry["result"]["kripp_interval"], abs=1e-12)
    assert alpha(table, "ordinal") == pytest.approx(entry["result"]["kripp_ordinal"], abs=1e-12)


def test_all_five_stand_in_the_rows_with_limits_around_them(shared):
    rows = agreement(gwet(shared), categories=5).set_index("estimand")
    assert rows["n_a"].unique().tolist() == [11]
    assert rows.loc["gwet_ac", "estimate"] == pytest.approx(0.77544, abs=5e-6)
    assert rows.loc["krippendorff_alpha", "estimate"] == pytest.approx(0.743, abs=5e-4)
    assert (rows["conf_low"] < rows["conf_low_90"]).all()
    assert (rows["conf_low_90"] < rows["estimate"]).all()
    assert (rows["estimate"] < rows["conf_high"]).all()
    assert (rows["conf_high"] <= 1).all()
    assert rows["reason"].eq("").all()
    assert rows["method"].str.contains("4 raters").all()


def test_weighted_rows_use_weighted_coefficients(shared):
    found = golden.case(shared, "11", "sexualfun_ordinal")
    ratings = from_square(np.array(found["table"], int))
    rows = agreement(ratings, categories=4, weights="quadratic").set_index("estimand")["estimate"]
    assert rows["cohen_kappa"] == pytest.approx(found["vcd"]["quadratic"], abs=1e-12)
    assert rows["gwet_ac"] == pytest.approx(found["ac2_quadratic"], abs=1e-12)
    table = one_hot(ratings, categories=4)
    assert rows["krippendorff_alpha"] == pytest.approx(float(alpha(table, "ordinal")), abs=1e-12)


def test_percent_agreement_of_two_raters_has_wilson_s_interval():
    row = agreement(from_pairs(*[(1, 1)] * 40, *[(2, 2)] * 41, *[(1, 2)] * 19), categories=2).iloc[0]
    # Wilson's limits of 81 in 100, from the closed form.
    z = stats.norm.ppf(0.975)
    centre, half = (81 + z**2 / 2) / (100 + z**2), z * np.sqrt(81 * 0.19 + z**2 / 4) / (100 + z**2)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((centre - half, centre + half), abs=1e-12)
    assert row["n_eff"] == pytest.approx(100, abs=1e-9)


def test_limits_are_mapped_through_chance_agreement():
    low, high = mapped(0.85, 0.6, 40)
    plain = mapped(0.85, 0.0, 40)
    assert (low, high) == pytest.approx([(limit - 0.6) / 0.4 for limit in plain], abs=1e-12)
    assert mapped(0.85, 0.6, 40, df=9)[0] < low


def test_cohen_s_kappa_leaves_out_cases_one_rater_missed(shared):
    square = np.array(golden.case(shared, "11", "gwet_4x4_diagnosis")["table"], int)
    ratings = from_square(square)
    alone = pd.DataFrame({"case": range(900, 930), "rater": "a", "rating": 1})
    row = agreement(pd.concat([ratings, alone]), categories=4).set_index("estimand").loc["cohen_kappa"]
    assert row["estimate"] == pytest.approx(cohens_kappa(square).kappa, abs=1e-12)
    assert row["n_a"] == 223


def test_full_agreement_has_an_interval_that_is_not_a_point():
    rows = agreement(from_pairs(*[(1, 1)] * 20, *[(2, 2)] * 10), categories=2)
    assert rows["estimate"].tolist() == pytest.approx([1] * 5, abs=1e-12)
    assert rows["conf_high"].tolist() == pytest.approx([1] * 5, abs=1e-12)
    # Wilson's lower limit of 30 in 30.
    assert rows["conf_low"].iloc[0] == pytest.approx(30 / (30 + stats.norm.ppf(0.975) ** 2), abs=1e-12)
    assert (rows["conf_low"] < 0.9).all()


def test_one_category_used_leaves_gwet_and_a_reason_for_the_others():
    rows = agreement(from_pairs(*[(1, 1)] * 20), categories=2).set_index("estimand")
    used = rows.loc[["percent_agreement", "gwet_ac"]]
    assert used["reason"].eq("").all()
    assert used["estimate"].tolist() == [1, 1]
    others = rows.drop(used.index)
    assert others["reason"].eq("constant").all()
    assert others[["estimate", "conf_low"]].isna().all(axis=None)


def test_few_cases_have_an_estimate_without_limits_and_none_has_nothing():
    few = agreement(from_pairs(*[(1, 1)] * 5, *[(2, 2)] * 3, (1, 2)), categories=2)
    assert few["reason"].eq("n_lt_min").all()
    assert few["estimate"].notna().all()
    assert few["conf_low"].isna().all()
    alone = agreement(pd.DataFrame({"case": [1, 2], "rater": "a", "rating": [1, 2]}), categories=2)
    assert alone["reason"].eq("n_lt_min").all()
    assert alone["estimate"].isna().all()


def test_wrong_ratings_are_named():
    good = pd.DataFrame({"case": [1, 1], "rater": ["a", "b"], "rating": [1, 2]})
    with pytest.raises(ValueError, match="from 1 to 2, got 3"):
        agreement(good.assign(rating=[1, 3]), categories=2)
    with pytest.raises(ValueError, match=r"got 1\.5"):
        agreement(good.assign(rating=[1, 1.5]), categories=2)
    with pytest.raises(ValueError, match="twice"):
        agreement(good.assign(rater="a"), categories=2)
    with pytest.raises(ValueError, match="weights must be one of"):
        agreement(good, categories=2, weights="cubic")
    with pytest.raises(ValueError, match="distance must be one of"):
        agreement(good, categories=2, distance="far")


def test_order_and_names_do_not_matter_and_the_input_stays(shared):
    ratings = gwet(shared)
    before = ratings.copy()
    mixed = ratings.sample(frac=1, random_state=1).replace({"rater": {"Rater1": "z"}})
    one, other = (agreement(rows, categories=5)["estimate"] for rows in (ratings, mixed))
    assert one.tolist() == pytest.approx(other.tolist(), abs=1e-12)
    pd.testing.assert_frame_equal(ratings, before)


def judged(n, raters, prevalence, skill, random):
    """Draw ratings: right with some skill, else a guess by prevalence; cases in rows."""
    truth = random.choice(len(prevalence), n, p=prevalence)
    guess = random.choice(len(prevalence), (n, raters), p=prevalence)
    return np.where(random.random((n, raters)) < skill, truth[:, None], guess) + 1


@pytest.mark.parametrize("raters", [2, 4])
@pytest.mark.parametrize(
    ("prevalence", "skill"), [((0.5, 0.5), 0.8), ((0.85, 0.15), 0.8), ((0.5, 0.5), 0.95)]
)
def test_limits_cover_at_thirty_cases(raters, prevalence, skill):
    # Two raters agree if both know, or by chance; skill² + (1 − skill²) Σp² and Gwet's 2 p (1 − p).
    chances = sum(p**2 for p in prevalence)
    observed, gwets = skill**2 + (1 - skill**2) * chances, 2 * prevalence[0] * prevalence[1]
    truth = {
        "gwet_ac": (observed - gwets) / (1 - gwets),
        "fleiss_kappa": (observed - chances) / (1 - chances),
    }
    random, covered = np.random.default_rng(11), {name: 0 for name in truth}
    for _ in range(150):
        wide = pd.DataFrame(judged(30, raters, prevalence, skill, random)).rename_axis("case").reset_index()
        rows = agreement(long(wide, "case"), categories=2).set_index("estimand")
        for name, value in truth.items():
            covered[name] += rows.loc[name, "conf_low"] <= value <= rows.loc[name, "conf_high"]
    # 150 draws have a standard error of 1.8 points at 95%; bootstrap percentiles cover 70 to 90% here.
    assert min(covered.values()) >= 0.90 * 150
