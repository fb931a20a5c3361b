"""The chart that fits a metric, and its rows."""

import csv
from itertools import pairwise
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from tracked_series import begun, metric, months, noise

from trustgap.stats.tracking.charts import chart, chart_rows, frozen, points

STEADY = [20.0, 22, 19, 21, 20, 23, 18, 20, 21, 19, 22, 20, 21]


def attendances(shared, trust):
    with (shared / "data" / "nhs_england_ae_attendances.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["org_code"] == trust and row["type"] == "1"]
    rows.sort(key=lambda row: row["period"])
    counts = [(int(row["breaches"]), int(row["attendances"])) for row in rows]
    return [row["period"] for row in rows], counts


@pytest.mark.parametrize("trust", ["RQM", "RJZ", "RGT"])
def test_the_chart_of_a_real_trust_is_the_one_worked_out_by_hand(shared, trust):
    periods, counts = attendances(shared, trust)
    # The first 20 months set the limits of all.
    whole = sum(hits for hits, _ in counts[:20]) / sum(base for _, base in counts[:20])
    error = [sqrt(whole * (1 - whole) / base) for _, base in counts]
    z = [(hits / base - whole) / one for (hits, base), one in zip(counts, error, strict=True)]
    sigma = sum(abs(b - a) for a, b in pairwise(z[:20])) / 19 / 1.128
    low = [max(whole - 3 * one * max(sigma, 1), 0) for one in error]
    high = [whole + 3 * one * max(sigma, 1) for one in error]
    made = chart(metric(hits=[h for h, _ in counts], base=[b for _, b in counts], period=periods))
    assert made["chart"].unique().tolist() == ["p_prime" if sigma > 1 else "p"]
    assert made["centre"].iloc[0] == pytest.approx(whole, abs=1e-12)
    assert made["low"].tolist() == pytest.approx(low, abs=1e-12)
    assert made["high"].tolist() == pytest.approx(high, abs=1e-12)
    value = [hits / base for hits, base in counts]
    sides = [1 if one > whole else -1 for one in value]
    runs = {
        place
        for end in range(6, len(sides))
        if len(set(sides[end - 6 : end + 1])) == 1
        for place in range(end - 6, end + 1)
    }
    assert set(np.flatnonzero(made["shift"])) == runs
    beyond = [n for n, one in enumerate(value) if one < low[n] or one > high[n]]
    assert np.flatnonzero(made["outside"]).tolist() == beyond


def test_figures_before_the_intervention_alone_set_the_limits():
    values = [*STEADY, *(value - 9 for value in STEADY)]
    made = chart(begun(values, 13))
    ranges = np.abs(np.diff(STEADY))
    assert made["centre"].iloc[0] == pytest.approx(np.mean(STEADY))
    assert made["low"].iloc[-1] == pytest.approx(np.mean(STEADY) - 2.66 * ranges.mean())
    assert made["special"].iloc[13:].eq("improvement").all()
    assert made["special"].iloc[:13].eq("").all()


@pytest.mark.parametrize(("before", "kept"), [(7, None), (8, 8), (13, 13)])
def test_too_few_figures_before_an_intervention_freeze_nothing(before, kept):
    assert frozen(begun(noise(1, 24), before)) == kept


@pytest.mark.parametrize(("count", "kept"), [(20, None), (21, 20), (40, 20)])
def test_where_nothing_was_tried_the_first_twenty_figures_set_the_limits(count, kept):
    rows = metric(noise(1, count))
    assert frozen(rows) == kept
    assert chart(rows)["centre"].iloc[0] == pytest.approx(noise(1, count)[:20].mean())


@pytest.mark.parametrize(("count", "reason"), [(11, "trial"), (12, ""), (13, "")])
def test_limits_from_fewer_than_twelve_figures_are_on_trial(count, reason):
    rows = chart_rows(metric(STEADY[:count]))
    limits = rows[rows["estimand"].eq("metric_value_low")]
    assert limits["reason"].tolist() == [reason]
    assert limits["estimate"].notna().all()


def test_an_absent_month_stays_a_gap_and_has_no_row():
    rows = metric(STEADY).drop(index=4)
    assert points(rows)["value"].isna().tolist() == [place == 4 for place in range(13)]
    assert months(5)[-1] not in chart_rows(rows)["wave"].tolist()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (metric([3.0] * 14), "unchanging"),
        (metric([3.0]), "few_figures"),
        (metric(hits=[0] * 14, base=[200] * 14), "unchanging"),
        (metric(STEADY[:4], period=["2016-01-01", "2017-01-01", "2018-01-01", "2019-01-01"]), "yearly"),
    ],
)
def test_where_there_are_no_limits_a_row_says_why(rows, reason):
    found = chart_rows(rows)
    ends = found[found["estimand"].str.endswith(("_low", "_high"))]
    assert set(ends["reason"]) == {reason}
    assert ends["estimate"].isna().all()
    assert found["verdict"].eq("").all()


def test_outcomes_come_before_process_and_balancing_measures():
    kinds = ["balancing", "process", "outcome"]
    rows = [metric(STEADY, name=kind, kind=kind) for kind in kinds]
    found = chart_rows(pd.concat(rows))
    assert list(dict.fromkeys(found["item"])) == kinds[::-1]


def test_a_share_carries_its_base_and_its_limits_month_by_month():
    base = [200 + 10 * place for place in range(13)]
    found = chart_rows(metric(hits=[20 + place % 3 for place in range(13)], base=base))
    shares = found[found["estimand"].eq("metric_share")]
    assert shares["n_a"].tolist() == base
    assert shares["method"].str.startswith("p").all()
    assert found["estimand"].value_counts()["metric_share_high"] == 13


def test_a_month_without_anybody_has_no_share():
    found = chart_rows(metric(hits=[0, *[5] * 12], base=[0, *[50] * 12]))
    assert len(found[found["estimand"].eq("metric_share")]) == 12


def test_a_period_that_comes_twice_is_refused():
    rows = metric(STEADY)
    with pytest.raises(ValueError, match="period twice"):
        points(rows.assign(period=rows["period"].replace(months(2)[1], months(1)[0])))


def test_nothing_sent_makes_no_rows():
    assert chart_rows(metric(STEADY).iloc[:0]).empty
