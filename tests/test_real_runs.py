"""One finding of each real survey, as published by a run, found again from the raw file by other means.

Nothing of the library is used on the second way: the standard library reads the file, and the formulas are
written out here. Published numbers are rounded, so they are compared at the decimals that a page shows.
"""

import csv
from collections import Counter
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from trustgap.batch.run import run
from trustgap.record.asked import Asked

DATA = Path(__file__).resolve().parents[1] / "data"
Z = stats.norm.ppf(0.975)

pytestmark = pytest.mark.slow


def lines(path: Path) -> list[dict[str, str]]:
    """Read a CSV with the standard library only."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def published(path: Path, **equals: str) -> dict[str, str]:
    """Give the one row of a published table, however often a page showed it."""
    found = [row for row in lines(path) if all(row[column] == value for column, value in equals.items())]
    assert found, f"no row with {equals} in {path.name}"
    assert all(row == found[0] for row in found)
    return found[0]


def limits(row: dict[str, str]) -> list[float]:
    """Give estimate and 95% limits as numbers."""
    return [float(row[column]) for column in ("estimate", "conf_low", "conf_high")]


def wilson(x: float, n: float, z: float = Z) -> tuple[float, float]:
    """Solve |p - x/n| = z sqrt(p(1-p)/n) for p, as a quadratic."""
    return tuple(sorted(np.roots([n + z**2, -(2 * x + z**2), x**2 / n]).real))


def stratified_wilson(mix: list[float], x: list[float], n: list[float]) -> np.ndarray:
    """Mix the limits of all groups at the one z that gives the mixed share its error (Yan and Su 2010)."""
    error = [part * np.sqrt(a / b * (1 - a / b) / b) for part, a, b in zip(mix, x, n, strict=True)]
    z = Z * np.hypot(*error) / sum(error)
    return sum(part * np.array(wilson(a, b, z)) for part, a, b in zip(mix, x, n, strict=True))


def brunner_munzel(a: np.ndarray, b: np.ndarray) -> list[float]:
    """Compute P(a > b) + P(a = b) / 2 from all pairs, with the logit t interval of its placements."""
    above = np.sign(a[:, None] - b[None, :]) / 2 + 0.5
    theta = above.mean()
    parts = [above.mean(axis=1).var(ddof=1) / len(a), above.mean(axis=0).var(ddof=1) / len(b)]
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    half = stats.t.ppf(0.975, df) * np.sqrt(sum(parts)) / (theta * (1 - theta))
    middle = np.log(theta / (1 - theta))
    return [theta, *(1 / (1 + np.exp(-(middle + side * half))) for side in (-1, 1))]


def panel_trend(people: list[dict[str, str]], mix: dict[str, float]) -> list[float]:
    """Fit a logistic line to every answer, sum each person's scores, and carry the slope to the end points.

    Newton's method on answers, not on counts; the errors are a sandwich over people (Liang and Zeger 1986).
    """
    given = [row for row in people if row["confinan"]]
    design = np.array(
        [[row["sex"] == "1", row["sex"] == "2", int(row["year"]) - 2010] for row in given], float
    )
    hit = np.array([row["confinan"] == "1" for row in given], float)
    b = np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ b))
        bread = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
        b = b + bread @ (design.T @ (hit - p))
    own = dict.fromkeys((row["pid"] for row in given), 0.0)
    for row, part in zip(given, design * (hit - p)[:, None], strict=True):
        own[row["pid"]] = own[row["pid"]] + part
    sandwich = bread @ sum(np.outer(part, part) for part in own.values()) @ bread
    total, slope = 0.0, np.zeros(3)
    for sign, year in ((-1, -4), (1, 4)):
        for place, sex in enumerate("12"):
            end = np.array([place == 0, place == 1, year], float)
            share = 1 / (1 + np.exp(-end @ b))
            total += sign * mix[sex] * share
            slope += sign * mix[sex] * share * (1 - share) * end
    largest = max(sum(row["year"] == year for row in given) for year in {row["year"] for row in given})
    half = stats.t.ppf(0.975, largest - 3) * np.sqrt(slope @ sandwich @ slope)
    return [total, total - half, total + half]


def rank_sets(numbers: list[np.ndarray], *, seed: int, draws: int = 4000) -> list[tuple[int, int, int]]:
    """Find rank, first and last possible rank of every column; each array of respondents weighs the same.

    Every ordered pair is tested by its studentised difference against the largest of simulated ones, pairs
    rejected are dropped and the rest tested again (Mogstad, Romano, Shaikh and Wilhelm 2024).
    """
    mean = np.mean([part.mean(axis=0) for part in numbers], axis=0)
    spread = sum(np.cov(part.T) / len(part) for part in numbers) / len(numbers) ** 2
    noise = np.random.default_rng(seed).multivariate_normal(
        np.zeros(len(mean)), spread, size=draws, method="eigh"
    )
    over, under = (side.ravel() for side in np.indices(spread.shape))
    over, under = over[over != under], under[over != under]
    error = np.sqrt(spread[over, over] + spread[under, under] - 2 * spread[over, under])
    seen = (mean[over] - mean[under]) / error
    simulated = (noise[:, over] - noise[:, under]) / error
    open_ = np.ones(len(seen), dtype=bool)
    while True:
        beyond = open_ & (seen > np.quantile(simulated[:, open_].max(axis=1), 0.95))
        if not beyond.any():
            break
        open_ &= ~beyond
    clear = ~open_
    size = range(len(mean))
    return [
        (
            1 + int((mean > mean[item] + 1e-12).sum()),
            1 + int((clear & (under == item)).sum()),
            len(mean) - int((clear & (over == item)).sum()),
        )
        for item in size
    ]


def without_joiners(panel: Path, path: Path) -> Path:
    """Write a panel of which everybody of the last wave had answered on banks in 2010, in the same cell.

    As it is, a few people joined, moved, or are of another sex on file; beside 2010 the last wave is hidden.
    """
    people = [row for row in lines(panel) if row["year"] != "2012"]
    same = itemgetter("pid", "region", "sex")
    before = {same(row) for row in people if row["year"] == "2010" and row["confinan"]}
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, people[0])
        out.writeheader()
        out.writerows(row for row in people if row["year"] != "2014" or same(row) in before)
    return path


def test_a_wave_of_a_panel_that_a_few_people_joined_is_not_shown(shared, tmp_path):
    """A27, on a real panel: everybody of the last wave, but for a few, answered an earlier one too."""
    path = shared / "data" / "gss_confidence_panel_2006_2014.csv"
    answered = {
        year: {
            row["pid"] for row in lines(path) if row["year"] == year and row["sex"] == "1" and row["confinan"]
        }
        for year in ("2010", "2014")
    }
    assert 0 < len(answered["2014"] - answered["2010"]) < 11

    outcome = run(
        Asked(DATA / "gss_confidence", answers=path, areas="D5", notebooks="20", outputs=tmp_path), workers=1
    )

    assert outcome.failures == []
    table = tmp_path / "gss_confidence/national/tables/20_national_findings.csv"
    of_men = [row for row in lines(table) if row["item"] == "confinan" and row["group_a"] == "men"]
    last = [row for row in of_men if "2014" in row["wave"]]
    assert last
    assert {row["reason"] for row in last} == {"c"}
    assert {row["estimate"] for row in last} == {""}
    assert any(row["estimate"] for row in of_men)


def test_the_fall_of_confidence_in_banks_is_found_again(shared, tmp_path):
    path = without_joiners(shared / "data" / "gss_confidence_panel_2006_2014.csv", tmp_path / "panel.csv")
    outcome = run(
        Asked(DATA / "gss_confidence", answers=path, areas="D5", notebooks="04,20", outputs=tmp_path),
        workers=2,
    )
    assert outcome.failures == []
    assert (outcome.pages, outcome.silent) == (2, 0)
    places = {
        "national": (tmp_path / "gss_confidence/national/tables/20_national_findings.csv", 3),
        "D5": (tmp_path / "gss_confidence/D5/tables/04_five_years.csv", 2),
    }

    for area, (table, decimals) in places.items():
        people = [row for row in lines(path) if row["region"] and area in ("national", f"D{row['region']}")]
        answers = {
            (sex, year): np.array(
                [
                    4 - int(row["confinan"])
                    for row in people
                    if row["confinan"] and (row["sex"], row["year"]) == (sex, year)
                ]
            )
            for sex in "12"
            for year in ("2006", "2014")
        }
        n = {key: len(scores) for key, scores in answers.items()}
        hits = {key: (scores == 3).sum() for key, scores in answers.items()}
        share = {key: hits[key] / n[key] for key in n}
        reach = {key: np.abs(np.array(wilson(hits[key], n[key])) - share[key]) for key in n}
        # Nobody was interviewed in both waves, so the two samples are independent.
        both = [{row["pid"] for row in people if row["year"] == year} for year in ("2006", "2014")]
        assert not both[0] & both[1]

        for sex, group in (("1", "men"), ("2", "women")):
            then, now = (sex, "2006"), (sex, "2014")
            change = share[now] - share[then]
            low = change - np.hypot(reach[now][0], reach[then][1])  # Newcombe's method 10
            high = change + np.hypot(reach[now][1], reach[then][0])
            wanted = {"analysis": "change", "item": "confinan", "group_a": group, "wave": "2006/2014"}
            row = published(table, estimand="share_difference", **wanted)
            assert limits(row) == pytest.approx([change, low, high], abs=0.5000001 * 10**-decimals)
            assert (float(row["n_a"]), float(row["n_b"])) == (n[now], n[then])
            assert row["verdict"] == "lower"
            theta = published(table, estimand="theta", **wanted)
            again = brunner_munzel(answers[now], answers[then])
            assert limits(theta) == pytest.approx(again, abs=0.0050001)

        # Men and women together, at the mix of all who were interviewed in any wave.
        mix = {sex: sum(row["sex"] == sex for row in people) / len(people) for sex in "12"}
        total, far = {}, {}
        for year in ("2006", "2014"):
            sexes = zip(*((mix[sex], hits[sex, year], n[sex, year]) for sex in "12"), strict=True)
            total[year] = sum(mix[sex] * share[sex, year] for sex in "12")
            far[year] = np.abs(stratified_wilson(*sexes) - total[year])
        change = total["2014"] - total["2006"]
        low = change - np.hypot(far["2014"][0], far["2006"][1])
        high = change + np.hypot(far["2014"][1], far["2006"][0])
        row = published(table, analysis="change", estimand="share_difference", item="confinan", group_a="all")
        assert limits(row) == pytest.approx([change, low, high], abs=0.5000001 * 10**-decimals)

        # The trend has the same people in several waves, and more than half of all answers are theirs.
        rows_of = Counter(row["pid"] for row in people)
        assert sum(rows_of[row["pid"]] > 1 for row in people) > 0.5 * len(people)
        found = [
            row
            for row in lines(table)
            if row["estimand"] == "change_over_period"
            and (row["item"], row["group_a"]) == ("confinan", "all")
            and row["method"].startswith("binomial")
        ]
        assert all(row["method"].endswith("respondents as clusters") for row in found)
        assert len(found) == (area == "D5")
        for row in found:
            assert limits(row) == pytest.approx(panel_trend(people, mix), abs=0.5000001 * 10**-decimals)


def test_ranks_and_classes_of_teaching_are_found_again(shared, tmp_path):
    path = shared / "data" / "turkiye_student_evaluation.csv"
    outcome = run(
        Asked(DATA / "turkiye_teaching", answers=path, areas="C13", notebooks="05", outputs=tmp_path),
        workers=1,
    )
    assert outcome.failures == []
    assert (outcome.pages, outcome.silent) == (1, 0)
    table = tmp_path / "turkiye_teaching/C13/tables/05_factor_ranking.csv"
    forms = [row for row in lines(path) if row["class"] == "13"]
    levels = [("0",), ("1", "2"), ("3", "4")]
    items = [f"Q{number}" for number in range(1, 29)]
    positive = [
        np.array(
            [[float(int(row[item]) >= 4) for item in items] for row in forms if row["attendance"] in level]
        )
        for level in levels
    ]

    again = rank_sets(positive, seed=5)
    rows = [published(table, analysis="ranking", estimand="rank", item=item) for item in items]
    assert [limits(row)[0] for row in rows] == [rank for rank, _, _ in again]
    assert limits(rows[16]) == list(again[16]) == [1, 1, 6]
    # Both sides draw at random, so that a limit of a set may fall one pair of items to either side.
    apart = np.array([limits(row)[1:] for row in rows]) - np.array(again)[:, 1:]
    assert np.abs(apart).max() <= 1
    assert np.count_nonzero(apart) <= 8

    # Course minus instructor within each form, the three levels of attendance weighing the same.
    own = [part[:, :12].mean(axis=1) - part[:, 12:].mean(axis=1) for part in positive]
    mean = np.mean([part.mean() for part in own])
    variance = [part.var(ddof=1) / len(part) / 9 for part in own]
    row = published(table, analysis="class_contrast", item="course v instructor", group_a="all")
    half = stats.t.ppf(0.975, len(forms) - 1) * np.sqrt(sum(variance))
    assert limits(row) == pytest.approx([mean, mean - half, mean + half], abs=0.0050001)
    assert (row["verdict"], float(row["n_a"])) == ("lower", len(forms))


def test_the_support_of_managers_is_found_again(shared, tmp_path):
    path = shared / "data" / "apha_cpd_survey_2022.csv"
    outcome = run(Asked(DATA / "apha_analysts", answers=path, notebooks="02,20", outputs=tmp_path), workers=2)
    assert outcome.failures == []
    assert (outcome.pages, outcome.silent) == (2, 0)
    people = lines(path)
    table = tmp_path / "apha_analysts/A01/tables/02_survey_statistics.csv"
    kinds = {
        "trust": "Hospital/MH/ambulance trust",
        "csu": "CSU",
        "national_body": "National/other",
        "community": "Community/social/primary care",
    }

    for group, kind in kinds.items():
        said = [row["mgr_support"] for row in people if row["org"] == kind]
        row = published(
            table, analysis="shares", estimand="top2_share", item="mgr_support", group_a=group, area="A01"
        )
        again = [said.count("3") / len(said), *wilson(said.count("3"), len(said))]
        assert limits(row) == pytest.approx(again, abs=0.0050001)
        assert float(row["n_a"]) == len(said)
        assert row["low_base"] == str(len(said) < 30)

    said = [row["mgr_support"] for row in people]
    row = published(
        tmp_path / "apha_analysts/national/tables/20_national_findings.csv",
        analysis="shares",
        estimand="top2_share",
        item="mgr_support",
        group_a="all",
    )
    again = [said.count("3") / len(said), *wilson(said.count("3"), len(said))]
    assert limits(row) == pytest.approx(again, abs=0.00050001)
    for word in ("England", "hospital discharge", "local area"):
        assert word not in (tmp_path / "apha_analysts/A01/02_survey_statistics.html").read_text("utf-8")
