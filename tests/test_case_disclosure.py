"""What a page may show of people whose cases were read: bases, bounds, and what would give a bound away."""

import case_files as files
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask, records
from trustgap.report.wording import Words
from trustgap.stats.case_reviews import gaps, reviews, suitability


def found(judgements):
    return files.shown(reviews.findings(judgements, area="X1"), judgements).frame.set_index("estimand")


def teams(*cells):
    judgements = files.decided(cells)
    return files.shown(suitability.suitable(judgements, area="X1"), judgements).frame


def text(frame, estimand, **equals):
    part = frame[frame["estimand"].eq(estimand)]
    for column, value in equals.items():
        part = part[part[column].eq(value)]
    return part["estimate_text"].item()


@pytest.mark.parametrize(
    ("n", "better", "shown"),
    [
        (10, 5, "[c]"),
        (11, 5, "45%"),
        (30, 30, ">90%"),
        (30, 28, ">90%"),
        (30, 27, "90%"),
        (30, 0, "<10%"),
        (12, 1, "<10%"),
        (50, 50, "100%"),
    ],
)
def test_small_bases_are_hidden_and_near_unanimous_shares_of_few_are_bounds(n, better, shown):
    assert found(files.reviews(n, better)).loc["improvable", "estimate_text"] == shown


def test_the_base_of_the_improvable_does_not_give_away_how_many_they_are():
    rows = found(files.reviews(30, 29, possible=20))
    assert rows.loc["improvable", "estimate_text"] == ">90%"
    assert rows.loc["available", ["estimate_text", "n_text"]].tolist() == ["[c]", "[c]"]
    plain = found(files.reviews(30, 20, possible=15))
    assert plain.loc["available", ["estimate_text", "n_text"]].tolist() == ["75%", "20 [low]"]


def test_the_saving_of_a_few_people_is_not_shown():
    few = files.reviews(12, 3, cost=900.0)
    few.loc[few["better_decision"].eq("other"), "cost_better"] = [400.0, 500.0, 100.0]
    row = found(few).loc["saving_per_case"]
    assert (row["estimate_text"], row["reason"]) == ("[c]", "c")


def test_a_difference_between_teams_loses_its_size_where_one_share_is_a_bound():
    frame = teams(("A", "", "", 14, 20), ("B", "", "", 1, 20))
    assert text(frame, "suitable_share", group_a="B") == "<10%"
    assert text(frame, "suitable_share", group_a="A") == "70%"
    assert text(frame, "team_difference") == "[z]"
    row = frame[frame["estimand"].eq("team_difference")].iloc[0]
    assert row["verdict"] == "higher"
    assert row[["estimate", "conf_low", "conf_high", "p_value", "mde80"]].isna().all()


def test_nor_does_the_swapped_design_give_it_away():
    frame = teams(("A", "p", "", 12, 15), ("A", "q", "", 9, 15), ("B", "p", "", 1, 15), ("B", "q", "", 1, 15))
    assert text(frame, "team_difference", item="case_swapped") == "[z]"
    # Team A is shown on either population: their difference over both teams would tell one of team B.
    assert text(frame, "population_difference") == text(frame, "team_by_population") == "[z]"
    assert (
        frame.loc[frame["item"].eq("case_swapped"), ["estimate", "conf_low", "p_value"]].isna().all(axis=None)
    )


def test_nor_do_contrasts_give_away_a_population_of_a_team_that_is_no_bound_as_a_whole():
    cells = [("A", "p", "", 9, 14), ("A", "q", "", 9, 14), ("B", "p", "", 1, 14), ("B", "q", "", 1, 14)]
    frame = teams(*cells, ("A", "", "", 22, 28), ("B", "", "", 3, 28))
    assert text(frame, "suitable_share", group_a="B", group_b="") == "9%"
    assert text(frame, "suitable_share", group_a="B", group_b="p") == "[c]"
    assert frame.loc[frame["item"].eq("case_swapped"), "estimate_text"].tolist() == ["[z]"] * 3
    plain = teams(("A", "p", "", 9, 14), ("A", "q", "", 7, 14), ("B", "p", "", 6, 14), ("B", "q", "", 3, 14))
    assert "[z]" not in plain["estimate_text"].tolist()


def test_the_gap_before_a_change_does_not_give_a_bound_away():
    cells = [("A", "", "before", 20, 28), ("B", "", "before", 1, 28)]
    cells += [("A", "", "after", 15, 28), ("B", "", "after", 11, 28)]
    judgements = files.decided(cells)
    frame = files.shown(gaps.gap_change(judgements, area="X1"), judgements).frame
    # What is known of the time after says nothing of the time before without the change.
    assert frame["estimate_text"].tolist() == ["[z]", "+14 points", "[z]"]
    assert frame["verdict"].tolist() == ["higher", "inconclusive", "lower"]
    open_ = files.decided([*cells[:1], ("B", "", "before", 4, 28), *cells[2:]])
    frame = files.shown(gaps.gap_change(open_, area="X1"), open_).frame
    assert frame["estimate_text"].tolist() == ["+57 points", "+14 points", "−43 points"]


def test_shares_by_population_are_hidden_together_where_one_would_be():
    frame = teams(("A", "p", "", 9, 15), ("A", "q", "", 12, 15), ("B", "p", "", 1, 15), ("B", "q", "", 5, 15))
    told = {
        (team, people): text(frame, "suitable_share", group_a=team, group_b=people)
        for team in "AB"
        for people in ("", "p", "q")
    }
    assert told == {
        ("A", ""): "70%",
        ("A", "p"): "60%",
        ("A", "q"): "80%",
        ("B", ""): "20%",
        ("B", "p"): "[c]",
        ("B", "q"): "[c]",
    }
    small = teams(("A", "p", "", 4, 10), ("A", "q", "", 12, 15), ("B", "p", "", 5, 15), ("B", "q", "", 5, 15))
    assert text(small, "suitable_share", group_a="A", group_b="q") == "[c]"
    assert text(small, "suitable_share", group_a="B", group_b="q") == "33%"


def test_large_groups_are_shown_as_they_are():
    frame = teams(("A", "", "", 40, 60), ("B", "", "", 2, 60))
    assert text(frame, "suitable_share", group_a="B") == "3%"
    assert text(frame, "team_difference") == "+63 points"


def test_reviewed_cases_do_not_pass_as_answers():
    rows = reviews.findings(files.reviews(30, 5), area="X1").assign(rests_on=[()] * 6)
    with pytest.raises(ValueError, match=r"study\.protect"):
        records(rows, Words.plain(), mask=Mask())


def test_what_is_shown_does_not_depend_on_the_order_of_rows():
    cells = [("A", "p", "", 9, 15), ("A", "q", "", 12, 15), ("B", "p", "", 1, 15), ("B", "q", "", 5, 15)]
    judgements = files.decided(cells)
    rows = suitability.suitable(judgements, area="X1")
    one = files.shown(rows, judgements).frame
    other = files.shown(rows.iloc[::-1], judgements.iloc[::-1]).frame.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, other)


def test_how_alike_the_cases_of_a_reviewer_are_is_never_told_of_an_area():
    """B83. With the whole and the sizes of panels it would leave few counts for each of them."""
    judgements = pd.concat(
        [
            files.reviews(9, better, name=name, reviewer=name)
            for name, better in (("a", 8), ("b", 2), ("c", 5))
        ]
    )
    raw = reviews.findings(judgements, area="X1").set_index("estimand").loc["improvable"]
    assert "design effect" in raw["method"]
    assert raw["n_eff"] < raw["n_a"]

    row = found(judgements).loc["improvable"]
    assert row["estimate_text"] == "56%"
    assert "design effect" not in row["method"]
    assert pd.isna(row["n_eff"])
