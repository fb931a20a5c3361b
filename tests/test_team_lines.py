"""What pages show of teams tells of no few people: every table that fits them is tried."""

from functools import cache
from itertools import product

import case_files as files
import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure.team_lines import team_lines
from trustgap.stats.case_reviews import gaps, suitability
from trustgap.stats.case_reviews.consistency import differences
from trustgap.stats.case_reviews.crossover import contrast
from trustgap.stats.case_reviews.suitability import decisions
from trustgap.stats.results import judge

BOUNDS = {"under": lambda x, n: (x < 0.1 * n) | (x <= 1), "over": lambda x, n: (x > 0.9 * n) | (x >= n - 1)}
SWAPPED = ("team_difference", "population_difference", "team_by_population")


def pages(judgements):
    """Give all rows of an area's pages that are made of teams' decisions."""
    rows = [suitability.suitable(judgements, area="X1"), gaps.gap_change(judgements, area="X1")]
    rows = pd.concat([part for part in rows if len(part)], ignore_index=True)
    return files.shown(rows, judgements).frame


def inside(parts, *, population=None, period=None):
    """Say which parts (population, period) a number is about; without both all but those after."""
    now = np.array([time != "after" for _, time in parts])
    if period is not None:
        return np.array([time == period for _, time in parts])
    return now if population is None else now & np.array([people == population for people, _ in parts])


def alone(frame, team, parts, size):
    """List the tables of one team that fit its own shares."""
    tables = np.array(list(product(*(range(n + 1) for n in size))))
    for row in frame[frame["estimand"].eq("suitable_share") & frame["group_a"].eq(team)].itertuples():
        mask = inside(parts, population=row.group_b or None)
        n, x = size[mask].sum(), tables[:, mask].sum(axis=1)
        if row.reason in BOUNDS:
            tables = tables[BOUNDS[row.reason](x, n)]
        elif not row.suppressed:
            tables = tables[np.abs(x / n - row.estimate) < 0.00501]
    return tables


def told(rows):
    """Give what rows say, sizes as they are rounded."""
    return tuple(
        None
        if row.suppressed
        else (row.verdict, row.reason == "near", None if row.reason == "near" else row.estimate)
        for row in rows.itertuples()
    )


@cache
def said(item, x, n):
    """Work the contrasts of two teams out anew."""
    x, n = np.array(x, float), np.array(n, float)
    if item == "case_reablement":
        rows = differences(pd.DataFrame({"x": x[:, 0], "n": n[:, 0]}, index=["A", "B"]))
    elif item == "case_gap":
        rows = gaps.narrowed(x, n, ["A", "B"])
    else:
        rows = judge(pd.DataFrame([contrast(x, n, name) for name in SWAPPED]), null=0, margin=0.1)
    return tuple(zip(rows["verdict"], rows["estimate"].round(2), strict=True)), rows.get(
        "group_a", pd.Series()
    ).tolist()


def fits(shown, found):
    """Say whether contrasts worked out from a table are what the page says."""
    for row, (verdict, size) in zip(shown.itertuples(), found[0], strict=True):
        if not row.suppressed and (
            verdict != row.verdict or (row.reason != "near" and abs(size - row.estimate) > 1e-9)
        ):
            return False
    order = shown.loc[~shown["suppressed"], "group_a"].tolist()
    return not order or shown["item"].iloc[0] == "case_swapped" or order[0] == found[1][0]


def together(frame, teams):
    """Keep the tables of two teams that fit what is said of both, too."""
    pairs = [teams[name]["tables"] for name in "AB"]
    for item in ("case_gap", "case_reablement", "case_swapped"):
        shown = frame[frame["item"].eq(item) & frame["estimand"].ne("suitable_share")]
        if shown.empty or shown["suppressed"].all():
            continue
        if item == "case_gap":
            masks = [
                [inside(teams[name]["parts"], period=time) for time in ("before", "after")] for name in "AB"
            ]
        elif item == "case_reablement":
            masks = [[inside(teams[name]["parts"])] for name in "AB"]
        else:
            masks = [[inside(teams[name]["parts"], population=one) for one in "pq"] for name in "AB"]
        sums = [
            np.stack([tables[:, mask].sum(axis=1) for mask in mine], axis=1)
            for tables, mine in zip(pairs, masks, strict=True)
        ]
        n = tuple(
            tuple(int(teams[name]["size"][mask].sum()) for mask in mine)
            for name, mine in zip("AB", masks, strict=True)
        )
        first, second = (sorted(set(map(tuple, one.tolist()))) for one in sums)
        if len(first) * len(second) > 1500:
            continue
        good = {(a, b) for a in first for b in second if fits(shown, said(item, (a, b), n))}
        for at in (0, 1):
            kept = {pair[at] for pair in good}
            pairs[at] = pairs[at][[tuple(row) in kept for row in sums[at].tolist()]]
    return dict(zip("AB", pairs, strict=True))


def recovered(judgements):
    """Attack the pages of an area; name the sets of people of whom more is known than may be."""
    frame, made = pages(judgements), decisions(judgements)
    teams = {}
    for name, own in made.groupby("team"):
        counted = own.groupby(["population", "period"])["decision"].agg(["size", "sum"])
        parts, size = list(counted.index), counted["size"].to_numpy()
        teams[name] = {"parts": parts, "size": size, "hits": counted["sum"].to_numpy(int)}
        teams[name]["tables"] = alone(frame, name, parts, size)
    left = (
        together(frame, teams) if len(teams) == 2 else {name: team["tables"] for name, team in teams.items()}
    )
    found = []
    for name, team in teams.items():
        assert (left[name] == team["hits"]).all(axis=1).any(), "the truth must fit what is shown"
        masks = {str(part): np.arange(len(team["size"])) == at for at, part in enumerate(team["parts"])}
        masks |= {f"all {one}": inside(team["parts"], population=one) for one in (None, "p", "q")}
        masks |= {f"in {one}": inside(team["parts"], period=one) for one in ("before", "after")}
        masks["nobody's"] = inside(team["parts"]) & ~masks["all p"] & ~masks["all q"]
        masks["not before"] = inside(team["parts"]) & ~masks["in before"]
        rows = frame[frame["estimand"].eq("suitable_share") & frame["reason"].isin(list(BOUNDS))]
        bounded = [
            inside(team["parts"], population=one or None)
            for one in rows.loc[rows["group_a"].eq(name), "group_b"]
        ]
        for label, mask in masks.items():
            # A bound says of every part of its people that no more than so many have it, and means to.
            told_of = label.startswith("all") or (
                label.startswith("in") and frame["item"].eq("case_gap").any()
            )
            if not told_of and any((mask <= whole).all() for whole in bounded):
                continue
            n, truth, x = team["size"][mask].sum(), team["hits"][mask].sum(), left[name][:, mask].sum(axis=1)
            if n == 0:
                continue
            if n < 11 and (np.ptp(x) < (2 if n >= 3 else 1)):
                found.append((name, label, n))
            for bound in BOUNDS.values():
                if (
                    11 <= n < 50
                    and bound(np.array(truth), n)
                    and set(np.arange(n + 1)[bound(np.arange(n + 1), n)]) - set(x)
                ):
                    found.append((name, label, n))
    return found


def drawn(seed):
    """Draw the decisions of two teams, often near none or all, on small parts."""
    draw = np.random.default_rng(seed)
    cells = []
    for team in "AB":
        share = draw.choice([0.03, 0.1, 0.5, 0.7, 0.97])
        for population, period in [("p", ""), ("q", ""), ("", "before"), ("", "after"), ("p", "before")]:
            if draw.random() < (0.15 if (population and period) else 0.75):
                n = int(draw.integers(4, 20))
                cells.append((team, population, period, int(draw.binomial(n, share)), n))
    return files.decided(cells or [("A", "", "", 5, 20)])


def test_what_an_area_shows_beside_a_change_does_not_tell_its_populations():
    """B31."""
    # As in area X002 of the demo: 5 of 56 in all, 3 of 28 before, so 2 of 28 in two populations.
    cells = [("A", "p", "", 9, 14), ("A", "q", "", 9, 14), ("B", "p", "", 1, 14), ("B", "q", "", 1, 14)]
    cells += [("A", "", "before", 22, 28), ("B", "", "before", 3, 28)]
    cells += [("A", "", "after", 15, 28), ("B", "", "after", 12, 28)]
    judgements = files.decided(cells)
    assert team_lines(decisions(judgements))["B", "case_gap:before"] == "bounded"
    assert recovered(judgements) == []
    frame = pages(judgements)
    assert frame.loc[frame["item"].eq("case_gap"), "estimate_text"].tolist() == ["[z]", "+11 points", "[z]"]


def test_a_verdict_that_would_leave_one_count_is_hidden():
    """B32."""
    hidden = 0
    for n in (11, 17, 29):
        for x in range(n // 2):
            judgements = files.decided([("A", "", "", x, n), ("B", "", "", 0, 13)])
            assert recovered(judgements) == []
            hidden += ("", "case_reablement") in team_lines(decisions(judgements))
    assert 0 < hidden < 20


@pytest.mark.parametrize("seed", range(12))
def test_no_count_of_few_people_can_be_worked_out(seed):
    assert recovered(drawn(seed)) == []


@pytest.mark.slow
def test_no_count_of_few_people_can_be_worked_out_of_two_hundred_files():
    assert {seed: found for seed in range(12, 212) if (found := recovered(drawn(seed)))} == {}
