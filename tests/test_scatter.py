"""What a funnel of areas is drawn from, what is said about it, and shares drawn towards the mean."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report import figures
from trustgap.report.disclosure import Mask
from trustgap.report.sentences import areas as say
from trustgap.report.themes import scatter
from trustgap.report.wording import Words
from trustgap.stats.between_areas.funnels import funnel, overdispersion
from trustgap.stats.between_areas.heterogeneity import drawn_in
from trustgap.stats.shares.intervals import wilson

SAID = {"headline": "Areas differ", "subtitle": "% of staff, 2019", "source": "Source: demo."}


def share_rows(x, n, whole=None):
    """Build the rows of the headline share: areas, then the whole."""
    x, n = np.array([*x, sum(x)], float), np.array([*n, sum(n)], float)
    low, high = wilson(x, n)
    areas = [*(f"A{i}" for i in range(len(x) - 1)), "national"]
    rows = pd.DataFrame({"area": areas, "wave": "1", "analysis": "shares", "estimand": "top2_share"})
    rows = rows.assign(item="q", group_a="all", target="", n_a=n, estimate=x / n)
    rows = rows.assign(conf_low=low, conf_high=high)
    return rows.assign(reason="", rests_on=[((area, "1", "all", "q"),) for area in areas])


def shown(x, n, mask=None):
    return (mask or Mask()).protect(share_rows(x, n), Words.plain())


ALIKE = ([50, 52, 48, 51, 49, 50], [100] * 6)
APART = ([20, 80, 30, 70, 50, 40], [100] * 6)


def test_the_points_are_the_areas_with_a_share_to_draw():
    found = scatter.points(shown([5, 40, 50], [9, 100, 100]))

    assert found.frame["area"].tolist() == ["A1", "A2"]
    x, n = scatter.hits(shown([5, 40, 50], [9, 100, 100]))
    assert (x.tolist(), n.tolist()) == ([40, 50], [100, 100])


@pytest.mark.parametrize(
    ("x", "n", "fits"),
    [
        (*ALIKE, True),
        ([50] * 5, [100] * 5, True),
        ([50] * 4, [100] * 4, False),
        ([50] * 4 + [3], [100] * 4 + [9], False),
        ([100] * 6, [100] * 6, False),
        ([0] * 6, [100] * 6, False),
    ],
)
def test_limits_need_five_areas_and_a_mean_that_is_not_extreme(x, n, fits):
    rows = shown(x, n)

    assert scatter.fits(rows) == fits
    phi, tau2 = overdispersion(*scatter.hits(rows))
    said = say.scatter(rows, phi=phi, tau2=tau2)
    assert (("too few" in said) or ("alike" in said)) == (not fits)
    assert "nan" not in said


def test_the_limits_are_drawn_from_half_the_smallest_base_to_a_little_over_the_largest():
    grid = scatter.grid(shown([50, 52, 48, 20, 150], [100, 100, 100, 40, 300]))

    assert (grid.min(), grid.max()) == (20, 315)
    assert (np.diff(grid) > 0).all()


def test_areas_that_scatter_by_chance_get_limits_of_chance_and_others_wider_ones():
    for x, n, wider in ((*ALIKE, False), (*APART, True)):
        rows = shown(x, n)
        phi, tau2 = overdispersion(*scatter.hits(rows))
        said = say.scatter(rows, phi=phi, tau2=tau2)
        assert (tau2 > 0) == wider
        assert ("also allow for ordinary differences" in said) == wider
        assert f"variance {phi:.1f} times" in said
    # 20, 80, 30 and 70 of 100 lie more than 3.09 standard errors of 5 points from 48.3%.
    assert said.endswith("With limits of chance alone, 4 areas would lie outside the outer ones.")


def test_the_headline_counts_the_areas_outside_the_limits_that_are_drawn():
    rows = shown(*APART)
    _, tau2 = overdispersion(*scatter.hits(rows))

    assert say.outside_headline(rows, tau2=0.0).startswith("4 of 6 areas")
    assert say.outside_headline(rows, tau2=tau2).startswith("None of 6 areas")


def test_a_funnel_says_that_its_limits_are_widened():
    rows = shown(*APART)
    limits = funnel(0.483, scatter.grid(rows), tau2=0.05)
    of = {"whole": rows.where(area="national"), "limits": limits, **SAID}

    wide = figures.funnel(rows.without(area="national"), widened=True, **of)
    plain = figures.funnel(rows.without(area="national"), **of)

    assert "allow for ordinary differences between areas" in wide.alt
    assert "ordinary" not in plain.alt


def test_points_drawn_in_have_no_interval_and_lie_between_the_share_and_the_mean():
    rows = drawn_in(share_rows(*APART).iloc[:6])

    share, mean = np.array(APART[0]) / 100, np.mean(APART[0]) / 100
    assert (np.abs(rows["estimate"] - mean) < np.abs(share - mean)).all()
    assert (np.sign(rows["estimate"] - mean) == np.sign(share - mean)).all()
    assert rows["conf_low"].isna().all()
    assert set(rows["reason"]) == {"point_only"}


def test_points_drawn_in_need_five_areas_with_answers():
    few = drawn_in(share_rows([20, 80, 30, 70], [100] * 4).iloc[:4])
    empty = share_rows(*APART).iloc[:6].assign(n_a=[0, *[100] * 5])
    empty.loc[0, "estimate"] = np.nan

    assert set(few["reason"]) == {"few_areas"}
    assert few["estimate"].isna().all()
    assert drawn_in(empty)["reason"].tolist() == ["n_lt_min", *["point_only"] * 5]
    assert drawn_in(empty)["estimate"].isna().tolist() == [True, *[False] * 5]


def test_a_share_that_is_bounded_is_not_given_away_by_its_point_drawn_in():
    x, n = [19, 60, 50, 40, 70, 55], [20, 100, 100, 100, 100, 100]
    decided = pd.DataFrame({"area": ["A0"], "wave": "1", "group": "all", "item": "q", "kind": "bounded"})
    mask = Mask.of(decided)

    points = mask.protect(drawn_in(share_rows(x, n).iloc[:6]), Words.plain()).frame

    assert points.loc[0, "estimate_text"] in (">90%", "[z]")
    assert not points.loc[0, "estimate"] < 0.9
    assert points.loc[1:, "estimate"].notna().all()


def test_the_strip_draws_the_points_beside_the_shares_and_lists_them():
    rows, closer = share_rows(*APART), drawn_in(share_rows(*APART).iloc[:6])
    both = [Mask().protect(frame, Words.plain()) for frame in (rows, closer)]
    areas, whole = both[0].without(area="national"), both[0].where(area="national")

    made = figures.strip(areas, whole=whole, drawn_in=both[1], **SAID)

    text = both[1].frame.set_index("area")["estimate_text"]
    assert f"Hollow marks, drawn towards the mean, range from {text['A0']} to {text['A1']}" in made.alt
    assert "Towards the mean" in made.table_html
    assert "Hollow" not in figures.strip(areas, whole=whole, **SAID).alt
