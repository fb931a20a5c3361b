"""Two surveys around an intervention."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.tracking.before_after import before_after

ITEMS = pd.DataFrame({"block": "trust", "team": ["t", "u"], "top_from": 2}, index=["q", "r"])
TIMES = {"1": 2019.0, "2": 2020.0, "3": 2021.0}


def cells(*rows):
    """Each row: area, wave, item, positive answers, answers."""
    frame = pd.DataFrame(rows, columns=["area", "wave", "item", 2, "n"]).assign(group="a")
    frame[1] = frame["n"] - frame[2]
    return frame.drop(columns="n")


def two(first, last, rest_first, rest_last, *, n=100, rest=900):
    own = [("X1", "1", "q", first, n), ("X1", "3", "q", last, n)]
    return cells(
        *own,
        ("national", "1", "q", first + rest_first, n + rest),
        ("national", "3", "q", last + rest_last, n + rest),
    )


def wilson(hits, n, z=1.959963984540054):
    centre, half = (2 * hits + z * z), z * np.sqrt(z * z + 4 * hits * (1 - hits / n))
    return (centre - half) / (2 * (n + z * z)), (centre + half) / (2 * (n + z * z))


def test_it_is_the_change_here_less_the_change_in_the_rest_with_newcombes_limits_combined():
    row = before_after(
        two(40, 65, 400, 430), ITEMS.loc[["q"]], area="X1", dates=["2020-05-01"], times=TIMES
    ).iloc[0]
    shares = {"here": (0.40, 0.65), "rest": (400 / 900, 430 / 900)}
    changes = {name: pair[1] - pair[0] for name, pair in shares.items()}
    assert row["estimate"] == pytest.approx(changes["here"] - changes["rest"], abs=1e-12)
    limits = {}
    for name, hits, n in (("here", (40, 65), 100), ("rest", (400, 430), 900)):
        (low_1, high_1), (low_2, high_2) = (wilson(one, n) for one in hits)
        first, last = shares[name]
        below = changes[name] - np.hypot(last - low_2, high_1 - first)
        limits[name] = below, changes[name] + np.hypot(high_2 - last, first - low_1)
    low = row["estimate"] - np.hypot(changes["here"] - limits["here"][0], limits["rest"][1] - changes["rest"])
    assert row["conf_low"] == pytest.approx(low, abs=1e-9)
    p = 2 * stats.norm.sf(row["estimate"] / ((row["estimate"] - low) / 1.959963984540054))
    assert row["p_value"] == pytest.approx(p, rel=1e-6)
    assert (row["verdict"], row["wave"], row["n_a"], row["n_b"]) == ("higher", "1/3", 100, 100)


def test_it_rests_on_the_cells_of_the_area_and_on_the_same_of_the_whole():
    row = before_after(
        two(40, 65, 400, 430), ITEMS.loc[["q"]], area="X1", dates=["2020-05-01"], times=TIMES
    ).iloc[0]
    assert {cell[0] for cell in row["rests_on"]} == {"X1", "national"}
    assert {cell[1] for cell in row["rests_on"]} == {"1", "3"}


@pytest.mark.parametrize(
    ("day", "wave"), [("2020-05-01", "1/3"), ("2019-05-01", ""), ("2021-02-01", ""), ("2018-01-01", "")]
)
def test_a_wave_must_lie_in_a_year_before_and_in_one_after(day, wave):
    rows = before_after(two(40, 65, 400, 430), ITEMS.loc[["q"]], area="X1", dates=[day], times=TIMES)
    assert rows["wave"].tolist() == [wave] if wave else rows.empty


def test_what_changed_everywhere_is_no_more_here():
    row = before_after(
        two(4000, 5000, 40000, 50000, n=10_000, rest=100_000),
        ITEMS.loc[["q"]], area="X1", dates=["2020-05-01"], times=TIMES,
    ).iloc[0]  # fmt: skip
    assert row["verdict"] == "equivalent"


def test_questions_are_adjusted_together_and_two_dates_of_a_year_make_one_comparison():
    both = pd.concat([two(40, 58, 400, 430), two(40, 58, 400, 430).assign(item="r")], ignore_index=True)
    how = {"area": "X1", "times": TIMES}
    rows = before_after(both, ITEMS, dates=["2020-05-01", "2020-09-01"], **how)
    alone = before_after(both, ITEMS.loc[["q"]], dates=["2020-05-01"], **how)
    assert len(rows) == 2
    assert rows["p_adjusted"].iloc[0] == pytest.approx(2 * alone["p_value"].iloc[0])


def test_a_survey_without_questions_or_an_area_without_answers_gives_nothing():
    counts = two(40, 65, 400, 430)
    assert before_after(counts, ITEMS.iloc[:0], area="X1", dates=["2020-05-01"], times=TIMES).empty
    assert before_after(counts, ITEMS, area="X1", dates=[], times=TIMES).empty
    none = counts.copy()
    none.loc[none["area"].eq("X1"), [1, 2]] = 0
    assert before_after(none, ITEMS.loc[["q"]], area="X1", dates=["2020-05-01"], times=TIMES).empty
