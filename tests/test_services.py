"""Figures of services: what tells of single people enters no chart, no average and no verdict."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import THRESHOLD, figures
from trustgap.report.disclosure.services import usable
from trustgap.report.wording import Words
from trustgap.stats.diagnostic import barriers, order, pieces
from trustgap.stats.tracking import charts, controls, decisions
from trustgap.survey import catalogue

MONTHS = [f"{year}-{month:02d}-01" for year in (2023, 2024) for month in range(1, 13)]


def metric(hits, people, *, public="", area="X1", value=None, began="2024-01-01"):
    """Give the monthly figures of one metric in one area."""
    n = len(people)
    return pd.DataFrame(
        {
            "metric": "seen",
            "label": "Seen",
            "kind": "outcome",
            "wanted": "up",
            "unit": "",
            "public": public,
            "area": area,
            "period": MONTHS[:n],
            "numerator": np.array(hits, float) if value is None else np.nan,
            "denominator": np.array(people, float),
            "value": np.nan if value is None else np.array(value, float),
            "intervention": "rounds" if began else "",
            "intervention_date": began,
        }
    )


def page(metrics):
    """Give all that a page says of metrics."""
    rows = [charts.chart_rows(metrics), decisions.decide(metrics)]
    return [figures(part, Words.plain()).frame.to_csv() for part in rows]


def test_a_month_of_few_people_changes_nothing_that_a_page_says():
    """B37."""
    draw = np.random.default_rng(1)
    people = draw.permutation(np.arange(60, 84))
    hits = draw.binomial(people, 0.5)
    few = metric(hits, people)
    few.loc[5, ["numerator", "denominator"]] = [0, 10]
    pages = []
    for x in range(11):
        few.loc[5, "numerator"] = x
        pages.append(page(usable(few)))
    assert all(one == pages[0] for one in pages)
    assert page(few) != page(few.assign(numerator=few["numerator"].where(few.index != 5, 0)))


@pytest.mark.parametrize(
    ("public", "people", "kept"),
    [
        ("yes", 10, True),
        ("no", 10, False),
        ("", 10, False),
        ("", 11, True),
        ("", 0, False),
        ("", np.nan, False),
    ],
)
def test_only_what_is_public_needs_no_eleven_people(public, people, kept):
    share = usable(metric([4, 20, 21], [people, 60, 50], public=public))
    assert share["numerator"].notna().tolist() == [kept, True, True]
    value = usable(metric(None, [people, 60, 50], value=[4.5, 5, 6], public=public))
    assert value["value"].notna().tolist() == [kept, True, True]


def test_figures_counted_up_from_a_beginning_do_not_tell_what_a_month_added():
    """B38."""
    added = np.array([20, 5, 4, 30, 0, 2, 40])
    people, hits = added.cumsum(), (added // 2).cumsum()
    shown = usable(metric(hits, people))["denominator"].to_numpy()
    assert shown[[1, 2, 5]].tolist() == pytest.approx([np.nan] * 3, nan_ok=True)
    steps = np.diff(shown[~np.isnan(shown)])
    assert ((steps == 0) | (steps >= THRESHOLD)).all()
    falling = usable(metric(hits[::-1], people[::-1]))
    assert falling["denominator"].notna().all()


def test_a_series_with_a_near_unanimous_month_of_few_people_goes_as_a_whole():
    """B39."""
    people = [60, 40, 62, 45, 70]
    assert usable(metric([30, 2, 30, 20, 30], people)).empty
    assert usable(metric([30, 38, 30, 20, 30], people)).empty
    assert len(usable(metric([30, 20, 0, 20, 30], people))) == 5
    assert len(usable(metric([30, 2, 30, 20, 30], people, public="yes"))) == 5


def test_nothing_left_makes_no_rows_and_other_areas_are_untouched():
    gone = metric([1, 2], [5, 6])
    assert len(charts.chart_rows(usable(gone))) == len(decisions.decide(usable(gone))) == 0
    both = pd.concat([gone, metric([20, 30], [60, 61], area="X2")], ignore_index=True)
    assert set(usable(both)["area"]) == {"X2"}
    assert both["numerator"].notna().all()


def test_comparison_areas_have_no_figure_that_their_own_pages_may_not_show():
    areas = [metric([20, 25, 30], [60, 50, 70], area=f"X{n}", began="") for n in range(6)]
    areas[0].loc[1, ["numerator", "denominator"]] = [1, 3]
    whole = controls.control_series(usable(pd.concat(areas, ignore_index=True)))
    # The area with a month of three people is none of those compared with.
    assert whole["areas"].tolist() == [5, 5, 5]
    assert whole["denominator"].tolist() == [300, 250, 350]


def evidence(*rows):
    columns = "area behaviour barrier kind level finding strength base item".split()
    return pd.DataFrame([("X1", "b", *row, "") for row in rows], columns=columns)


def said(found):
    """Give all that a page says of evidence, but for how pieces on few people are weighed."""
    judged, known = barriers.barriers(found), catalogue.interventions()
    rows = [judged, barriers.by_kind(found), barriers.by_kind(found, over="level"), pieces.pieces(found)]
    rows.append(order.states(known.addressed, judged, area="X1"))
    return [figures(part, Words.plain()).frame.to_csv() for part in rows]


@pytest.mark.parametrize("base", [1, 10, None])
@pytest.mark.parametrize("kind", pieces.OF_PEOPLE)
def test_what_few_people_said_changes_nothing_that_a_page_says(kind, base):
    """B40."""
    others = [
        ("beds_first", "flow_data", "", "supports", "moderate", None),
        ("beds_first", "interviews", "senior", "supports", "weak", 20),
        ("no_capacity", "survey", "front_line", "contradicts", "strong", 30),
    ]
    pages = {
        tuple(said(evidence(*others, (barrier, kind, "senior", finding, strength, base))))
        for barrier in ("beds_first",)
        for finding in pieces.SIGNS
        for strength in pieces.WEIGHTS
    }
    assert len(pages) == 1
    many = {
        tuple(said(evidence(*others, ("beds_first", kind, "senior", finding, "strong", 11))))
        for finding in pieces.SIGNS
    }
    assert len(many) == 3


def test_evidence_and_answers_have_one_threshold():
    assert pieces.FEWEST == THRESHOLD
