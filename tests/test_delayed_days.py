"""Shares of delayed days: plain arithmetic on the published series, mirrored, at the edges, covered."""

import csv

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from trustgap.stats.delays import attribution, elsewhere, months, per_day, reasons, variation

SIDES = ("nhs", "social_care", "both")
OPEN = "2016-04-01"


def series(parts, *, start="2018-01", breakdown="responsible"):
    """Lay series of days out as the reader does."""
    length = len(next(iter(parts.values())))
    periods = list(pd.period_range(start, periods=length, freq="M").strftime("%Y-%m-01"))
    frames = [
        pd.DataFrame({"period": periods, "breakdown": breakdown, "category": name, "days": days})
        for name, days in parts.items()
    ]
    return pd.concat(frames, ignore_index=True).astype({"days": float})


def drawn(rng, length=24, *, level=(300, 150, 40), spread=0.15):
    return series(
        {
            side: np.round(mean * np.exp(spread * rng.standard_normal(length)))
            for side, mean in zip(SIDES, level, strict=True)
        }
    )


@pytest.fixture(scope="module")
def england(shared):
    """Read both published files with the standard library only: rows by area, month and column."""
    found = {}
    for name in ("responsible_org", "reason"):
        path = shared / "data" / f"england_dtoc_days_by_{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found.setdefault((row.pop("area"), row.pop("month")), {}).update(row)
    return found


def of(england, area, *, breakdown="responsible"):
    """Give one area's days as the reader does."""
    rows = []
    for (where, month), cells in england.items():
        for column, text in cells.items():
            side = column.startswith("days_")
            if where == area and text and column != "total" and side == (breakdown == "responsible"):
                rows.append((month, breakdown, column.removeprefix("days_"), float(text)))
    return pd.DataFrame(rows, columns=["period", "breakdown", "category", "days"])


@pytest.mark.parametrize("area", ["England", "Kent", "Rutland"])
def test_the_share_of_2016_17_is_that_of_plain_arithmetic(england, area):
    year = [f"2016-{month:02}-01" for month in range(4, 13)] + [
        f"2017-{month:02}-01" for month in range(1, 4)
    ]
    days = {side: sum(int(england[area, month][f"days_{side}"]) for month in year) for side in SIDES}
    rows = attribution.split(of(england, area))

    assert rows["n_a"].tolist() == [sum(days.values())] * 3
    care, nhs, both = (days[side] / sum(days.values()) for side in ("social_care", "nhs", "both"))
    assert rows["estimate"].tolist() == pytest.approx([care, nhs, nhs + both], abs=1e-12)
    if area == "England":
        # The statement holds where days attributed to both are counted as health's, and only then.
        assert days["social_care"] == 778860
        assert rows["verdict"].tolist() == ["holds", "cannot_say", "holds"]


def test_reasons_are_shares_of_all_days_of_four_years_and_a_late_one_has_no_place(england):
    rows = reasons.reasons(of(england, "England", breakdown="reason"))
    years = [month for area, month in england if area == "England" and month >= "2016-01-01"]
    total = sum(int(england["England", month]["total"]) for month in years)
    package = sum(int(england["England", month]["e_care_package"]) for month in years)

    shares = rows[rows["estimand"].eq("days_share")].set_index("item")
    assert len(years) == reasons.MONTHS
    assert shares.loc["e_care_package", "estimate"] == pytest.approx(package / total, abs=1e-12)
    assert shares.loc["o_other", "reason"] == "not_throughout"
    assert np.isnan(shares.loc["o_other", "estimate"])
    places = rows[rows["estimand"].eq("rank")].set_index("item")
    assert "o_other" not in places.index
    assert places.loc["e_care_package", ["conf_low", "conf_high"]].tolist() == [1, 1]


def test_the_variance_is_that_of_the_first_slow_waves():
    rng = np.random.default_rng(5)
    scores = rng.standard_normal((24, 2))
    scores -= scores.mean(axis=0)
    found, df = variation.covariance(scores)

    # One wave at a time, as the sum of its products with the series.
    wanted = np.zeros((2, 2))
    for wave in range(1, df + 1):
        load = sum(np.cos(np.pi * wave * (month + 0.5) / 24) * scores[month] for month in range(24))
        wanted += np.outer(load, load) * (2 / 24) / 24 / df
    assert df == 4
    assert found == pytest.approx(wanted, abs=1e-12)
    plain = np.mean([variation.covariance(rng.standard_normal((24, 1)))[0][0, 0] for _ in range(4000)])
    assert plain == pytest.approx(1 / 24, rel=0.05)
    with pytest.raises(ValueError, match="10 months or more, got 9"):
        variation.covariance(scores[:9])


def test_limits_of_a_share_are_wilsons_at_the_number_that_the_slow_waves_leave():
    rng = np.random.default_rng(14)
    nhs, care = rng.integers(50, 400, 12), rng.integers(20, 300, 12)
    row = attribution.attributed(series({"nhs": nhs, "social_care": care})).iloc[1]

    p, days = care.sum() / (nhs.sum() + care.sum()), (nhs + care).mean()
    loads = [
        sum(
            np.cos(np.pi * wave * (month + 0.5) / 12) * (care[month] - p * (nhs + care)[month]) / days
            for month in range(12)
        )
        for wave in (1, 2, 3)
    ]
    variance = sum(load**2 for load in loads) * 2 / 12 / 12 / 3
    # Three degrees of freedom: 3.1824 is the quantile in the tables of Student's t.
    n, t = p * (1 - p) / variance, 3.182446
    middle, half = (
        (p + t**2 / 2 / n) / (1 + t**2 / n),
        t * np.sqrt(p * (1 - p) / n + t**2 / 4 / n**2) / (1 + t**2 / n),
    )
    assert row["estimate"] == pytest.approx(p, abs=1e-12)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_limits_of_a_share_cover_it_where_months_resemble_those_before():
    rng = np.random.default_rng(6)
    year = list(series({"nhs": [0] * 12})["period"])
    held, tries = 0, 400
    for _ in range(tries):
        noise = np.zeros(112)
        for month in range(1, 112):
            noise[month] = 0.5 * noise[month - 1] + rng.standard_normal()
        share = 0.35 + 0.02 * noise[-12:]
        total = rng.uniform(900, 1100, 12)
        days = pd.DataFrame({"social_care": share * total, "nhs": (1 - share) * total}, index=year)
        row = attribution.shares(days).iloc[0]
        held += row["conf_low"] <= 0.35 <= row["conf_high"]
    # 91% in the long run, as the docstring of `variation.covariance` says.
    assert 0.87 <= held / tries <= 0.96


def test_places_hold_together_where_all_reasons_are_alike():
    rng = np.random.default_rng(7)
    frame = series({f"r{number}": [0] * reasons.MONTHS for number in range(6)}, breakdown="reason")
    held, tries = 0, 80
    for _ in range(tries):
        noise = rng.standard_normal((60, 6))
        for month in range(1, 60):
            noise[month] = 0.4 * noise[month - 1] + 0.9 * noise[month]
        rows = reasons.reasons(frame.assign(days=100 + 15 * noise[-reasons.MONTHS :].T.ravel()))
        held += bool(rows.loc[rows["estimand"].eq("rank"), "conf_low"].eq(1).all())
    # 93% in the long run for ten reasons; the simulated quantile of `rank_sets` would give 70 to 79%.
    assert held / tries >= 0.86


def test_swapping_two_sides_swaps_their_results():
    delays = drawn(np.random.default_rng(8))
    turned = delays.assign(category=delays["category"].replace({"nhs": "social_care", "social_care": "nhs"}))
    first, second = (
        attribution.attributed(rows).set_index(["estimand", "wave", "item"]) for rows in (delays, turned)
    )
    for (estimand, wave, item), row in first.iterrows():
        other = {"nhs": "social_care", "social_care": "nhs"}.get(item, item)
        mirrored = second.loc[(estimand, wave, other)]
        assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
            mirrored[["estimate", "conf_low", "conf_high"]].tolist(), abs=1e-12
        )
        assert row["verdict"] == mirrored["verdict"]


def test_neither_the_order_of_rows_nor_the_unit_of_days_matters():
    delays = drawn(np.random.default_rng(9))
    columns = ["item", "estimate", "conf_low", "conf_high"]
    wanted = attribution.attributed(delays)[columns].sort_values("item", kind="stable", ignore_index=True)
    for other in (delays.sample(frac=1, random_state=1), delays.assign(days=delays["days"] * 10)):
        found = attribution.attributed(other)[columns].sort_values("item", kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"nhs": [0] * 12, "both": [0] * 12}, "no_days"),
        ({"nhs": [5, 7, 6] * 3, "both": [1, 2, 1] * 3}, "few_months"),
        ({"nhs": [30] * 12, "both": [10] * 12}, "same_months"),
        ({"nhs": [30, 20] * 6, "both": [0] * 12}, "same_months"),
    ],
)
def test_where_there_can_be_no_interval_the_reason_is_said(parts, reason):
    delays = series(parts)
    rows = attribution.attributed(delays)
    assert set(rows["reason"]) == {reason}
    assert rows[attribution.LIMITS].isna().all(axis=None)
    assert not rows["n_a"].eq(0).any()
    assert set(reasons.reasons(delays, breakdown="responsible")["reason"]) <= {reason, ""}
    rest = elsewhere.against_rest(delays, drawn(np.random.default_rng(1), len(parts["nhs"])))
    assert set(rest["reason"]) <= {reason, ""}


def test_nothing_at_all_gives_no_row_and_no_fault():
    nothing = pd.DataFrame(columns=["area", "period", "breakdown", "category", "days"])
    assert len(attribution.attributed(nothing)) == 0
    assert len(reasons.reasons(nothing)) == 0
    assert len(per_day.per_day(nothing)) == 0
    assert len(elsewhere.against_rest(nothing, nothing)) == 0
    assert len(months.monthly(nothing, breakdown="responsible")) == 0
    assert attribution.split(nothing)["verdict"].tolist() == ["cannot_say"] * 3


def test_a_month_without_one_side_is_left_out_of_a_year():
    delays = drawn(np.random.default_rng(10), 12)
    gap = delays[~(delays["period"].eq("2018-05-01") & delays["category"].eq("both"))]
    whole = delays[~delays["period"].eq("2018-05-01")]
    columns = ["item", "estimate", "conf_low", "conf_high"]
    pd.testing.assert_frame_equal(
        attribution.attributed(gap)[columns], attribution.attributed(whole)[columns]
    )


@pytest.mark.parametrize(
    ("care", "wobble", "verdict"),
    [
        (0.36, 0.005, "holds"),
        (0.50, 0.005, "does_not_hold"),
        (0.39, 0.03, "cannot_say"),
        (0.36, 0.1, "cannot_say"),
    ],
)
def test_a_published_share_holds_within_its_margin_only(care, wobble, verdict):
    share = care + wobble * np.linspace(-1, 1, 12)
    delays = series({"social_care": 1000 * share, "nhs": 1000 * (1 - share)}, start=OPEN)
    row = attribution.published(delays, share=0.35).iloc[0]
    assert row["verdict"] == verdict
    mirrored = attribution.published(delays, share=0.65, parts=["nhs"]).iloc[0]
    assert mirrored["verdict"] == verdict
    assert mirrored["conf_low"] == pytest.approx(1 - row["conf_high"], abs=1e-12)


def test_an_area_like_the_rest_is_no_finding_and_one_apart_is():
    rng = np.random.default_rng(11)
    rest = drawn(rng, 12, level=(30000, 15000, 4000), spread=0.02)
    for shift, verdict in ((1.0, "equivalent"), (2.0, "higher")):
        care = rest["category"].eq("social_care")
        own = rest.assign(
            days=rest["days"] / 100 * np.where(care, shift, 1) * rng.uniform(0.98, 1.02, len(rest))
        )
        whole = rest.assign(days=rest["days"] + own["days"])
        rows = elsewhere.against_rest(own, whole).set_index("item")
        assert rows.loc["social_care", "verdict"] == verdict
        mine, theirs = (frame.groupby("category")["days"].sum() for frame in (own, rest))
        wanted = mine["social_care"] / mine.sum() - theirs["social_care"] / theirs.sum()
        assert rows.loc["social_care", "estimate"] == pytest.approx(wanted, abs=1e-12)


def test_an_area_that_is_the_whole_has_no_rest():
    delays = drawn(np.random.default_rng(12), 12)
    assert set(elsewhere.against_rest(delays, delays)["reason"]) == {"no_days"}


def test_over_all_areas_p_values_are_adjusted_together_and_areas_without_days_are_left_out():
    rng = np.random.default_rng(13)
    areas = [drawn(rng, 12, level=(300, care, 40)).assign(area=f"X{care}") for care in (60, 150, 160, 300)]
    areas.append(series({side: [0] * 12 for side in SIDES}).assign(area="X0"))
    local = pd.concat(areas, ignore_index=True)
    whole = local.groupby(["period", "breakdown", "category"], as_index=False, sort=False)["days"].sum()
    rows = elsewhere.everywhere(local, whole, part="social_care")
    compared = rows[rows["estimand"].eq("share_difference")]

    assert compared["area"].tolist() == ["X60", "X150", "X160", "X300"]
    wanted = multipletests(compared["p_value"], method="fdr_bh")[1]
    assert compared["p_adjusted"].to_numpy() == pytest.approx(wanted, abs=1e-12)
    assert compared["verdict"].tolist()[0] == "lower"
    assert compared["verdict"].tolist()[-1] == "higher"
    assert elsewhere.everywhere(local.head(0), whole, part="social_care").empty


def test_days_per_day_allow_for_the_length_of_months():
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31]
    rows = per_day.per_day(series({"nhs": [10 * n for n in days]}, start="2019-01"))
    values = rows[rows["estimand"].eq("metric_value")]
    assert values["estimate"].tolist() == [10] * 15
    assert set(rows[rows["estimand"].ne("metric_value")]["reason"]) == {"unchanging"}


def test_the_chart_calls_a_jump_unusual_and_a_gap_breaks_it():
    steady = [300, 280, 310, 300, 310, 290] * 4
    jump = series({"nhs": [*steady[:-2], 900, 300]})
    rows = per_day.per_day(jump)
    assert rows.loc[rows["verdict"].eq("high"), "wave"].tolist() == ["2019-11-01"]
    few = per_day.per_day(jump[jump["period"].isin(["2018-01-01", "2018-03-01"])])
    assert set(few.loc[few["estimand"].ne("metric_value"), "reason"]) == {"few_figures"}
    assert len(few[few["estimand"].eq("metric_value")]) == 2
