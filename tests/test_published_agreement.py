"""Published coefficients of agreement, through the functions that make the pages."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.case_reviews.agreement import agreement
from trustgap.stats.case_reviews.icc import icc


def long(wide, case):
    return wide.melt(case, var_name="rater", value_name="rating").rename(columns={case: "case"})


def values(ratings, **options):
    return agreement(ratings, **options).set_index("estimand")["estimate"]


def spread_out(counts):
    """Give each case's counts of categories to raters in any order: only the counts matter."""
    rows = [
        (case, rater, category)
        for case, row in enumerate(counts, start=1)
        for rater, category in enumerate(np.repeat(np.arange(1, len(row) + 1), row))
    ]
    return pd.DataFrame(rows, columns=["case", "rater", "rating"])


def test_fleiss_1971_six_psychiatrists_on_thirty_patients(shared):
    # Fleiss (1971), Psychological Bulletin 76: kappa .430; z 17.65 where there is no agreement (R's irr).
    wide = pd.read_csv(shared / "data" / "fleiss1971_diagnoses.csv")
    ratings = long(wide, "case").assign(rating=lambda rows: rows["rating"].str[0].astype(int))
    kappa = values(ratings, categories=5)["fleiss_kappa"]
    p = ratings["rating"].value_counts(normalize=True).to_numpy()
    n, m, q = 30, 6, p * (1 - p)
    # Fleiss, Nee and Landis (1979), equation 12.
    error = np.sqrt(2 * (q.sum() ** 2 - (q * (1 - 2 * p)).sum()) / (n * m * (m - 1))) / q.sum()
    assert kappa == pytest.approx(0.430, abs=5e-4)
    assert kappa / error == pytest.approx(17.65, abs=5e-3)


def test_the_same_patients_counted_by_category_give_the_same_coefficients(shared):
    counts = pd.read_csv(shared / "data" / "gwet_distrib6.csv").iloc[:, 1:].to_numpy(int)
    found = values(spread_out(counts), categories=5)
    assert counts.sum(axis=1).tolist() == [6] * len(counts)
    share = (counts * (counts - 1)).sum(axis=1) / 30
    p = counts.sum(axis=0) / counts.sum()
    by_hand = {
        "percent_agreement": share.mean(),
        "fleiss_kappa": (share.mean() - (p**2).sum()) / (1 - (p**2).sum()),
        "gwet_ac": (share.mean() - (p * (1 - p)).sum() / 4) / (1 - (p * (1 - p)).sum() / 4),
    }
    assert found[list(by_hand)].to_dict() == pytest.approx(by_hand, abs=1e-12)


def test_krippendorff_s_and_gwet_s_four_raters_with_missing_ratings(shared):
    ratings = long(pd.read_csv(shared / "data" / "gwet_raw4.csv"), "Units")
    published = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    found = {
        distance: values(ratings, categories=5, distance=distance)["krippendorff_alpha"]
        for distance in published
    }
    assert found == pytest.approx(published, abs=5e-4)
    assert values(ratings, categories=5)["gwet_ac"] == pytest.approx(0.77544, abs=5e-6)
    assert values(ratings, categories=5)["fleiss_kappa"] == pytest.approx(0.76117, abs=5e-6)


def test_two_raters_of_anxiety_have_the_published_weighted_kappa(shared):
    # R's irr::kappa2(anxiety[, 1:2], "squared") prints 0.297.
    ratings = long(pd.read_csv(shared / "data" / "irr_anxiety.csv")[["case", "rater1", "rater2"]], "case")
    found = values(ratings, categories=6, weights="quadratic")
    assert found["cohen_kappa"] == pytest.approx(0.297, abs=5e-4)


def test_two_diagnoses_of_223_people_agree_as_gwet_printed_them(shared):
    square = pd.read_csv(shared / "data" / "gwet_cont4x4.csv").iloc[:, 1:].to_numpy(int)
    first, second = np.nonzero(square)
    pairs = np.repeat(np.column_stack([first + 1, second + 1]), square[first, second], axis=0)
    wide = pd.DataFrame(pairs, columns=["a", "b"]).rename_axis("case").reset_index()
    found = values(long(wide, "case"), categories=4)
    seen = np.trace(square) / square.sum()
    rows, columns = square.sum(axis=1) / 223, square.sum(axis=0) / 223
    assert found["percent_agreement"] == pytest.approx(seen, abs=1e-12)
    chance = (rows * columns).sum()
    assert found["cohen_kappa"] == pytest.approx((seen - chance) / (1 - chance), abs=1e-12)
    assert found["cohen_kappa"] == pytest.approx(0.4315, abs=5e-5)


def test_shrout_and_fleiss_s_six_coefficients(shared):
    wide = pd.read_csv(shared / "data" / "shrout_fleiss_1979.csv")
    found = icc(long(wide, wide.columns[0]))["estimate"].tolist()
    assert found == pytest.approx([0.17, 0.29, 0.71, 0.44, 0.62, 0.91], abs=5e-3)
