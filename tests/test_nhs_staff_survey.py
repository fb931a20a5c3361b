"""Published shares of real organisations: what is read, and one gap found again from the raw file.

The second way uses none of the library: csv, numpy and scipy, with the formulas written out here.
"""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.survey.folder import load
from trustgap.survey.questionnaire import read

HOME = Path(__file__).resolve().parents[1] / "data" / "nhs_staff_survey"
FILE = "nhs_staff_survey_org_2021_2024.csv"
TRUST, TINY, CLOSED = "R0A", "NXP", "00N"
Z = stats.norm.ppf(0.975)


def lines(path: Path) -> list[dict[str, str]]:
    """Read a CSV with the standard library only."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def wilson(x: float, n: float, z: float = Z) -> np.ndarray:
    """Solve |p - x/n| = z sqrt(p(1-p)/n) for p, as a quadratic."""
    return np.sort(np.roots([n + z**2, -(2 * x + z**2), x**2 / n]).real)


def newcombe(a: tuple[int, int], b: tuple[int, int], z: float = Z) -> np.ndarray:
    """Give difference and limits of two independent shares, each as positive answers and base."""
    p, q = a[0] / a[1], b[0] / b[1]
    (low, high), (low_b, high_b) = wilson(*a, z), wilson(*b, z)
    return np.array([p - q, p - q - np.hypot(p - low, high_b - q), p - q + np.hypot(high - p, q - low_b)])


def tables(raw: list[dict[str, str]], code: str, item: dict[str, str]) -> tuple[tuple, tuple]:
    """Count positive answers and base of an organisation and of all others, in 2024."""
    both = {True: [0, 0], False: [0, 0]}
    for row in raw:
        if row["year"] == "2024":
            base = int(row[item["base"]])
            own = both[row["ods_code"] == code]
            own[0] += round(float(row[item["rate"]]) / 100 * base)
            own[1] += base
    return tuple(both[True]), tuple(both[False])


@pytest.fixture(scope="module")
def raw(shared):
    return lines(shared / "data" / FILE)


@pytest.fixture(scope="module")
def made(shared, tmp_path_factory):
    """Run three organisations: a large trust, a tiny company, and one that was closed before 2024."""
    to = tmp_path_factory.mktemp("staff")
    codes = ",".join([TRUST, TINY, CLOSED])
    outcome = run(
        Asked(HOME, answers=shared / "data", areas=codes, notebooks="06,21,22", outputs=to), workers=2
    )
    return outcome, to / "nhs_staff_survey"


def test_every_organisation_of_the_file_is_listed_and_every_share_read(shared, raw):
    survey = load(HOME, answers=shared / "data")

    own = survey.areas["in_answers"].where(survey.areas["in_answers"].ne(""), survey.areas.index)
    assert sorted(own) == sorted({row["ods_code"] for row in raw})
    assert len(survey.areas) == 325
    assert (survey.rows_read, survey.rows_kept) == (len(raw), len(raw)) == (1075, 1075)
    assert len(survey.shares) == 1075 * len(survey.questionnaire.items)
    waves = survey.shares.drop_duplicates(["area", "wave"])["wave"]
    assert Counter(waves) == Counter(row["year"] for row in raw)
    assert survey.ledger["cells"].sum() == len(survey.shares)


def test_counts_times_hundred_over_base_are_the_published_rates_to_half_a_person(shared, raw):
    survey = load(HOME, answers=shared / "data").shares.set_index(["area", "wave", "item"])
    columns = read(HOME / "questionnaire.yaml").columns["items"]

    row = next(row for row in raw if (row["ods_code"], row["year"]) == (TRUST, "2024"))
    for item, spec in columns.items():
        no, yes = survey.loc[(TRUST, "2024", item), [1, 2]]
        assert no + yes == int(row[spec["base"]])
        assert yes == pytest.approx(float(row[spec["rate"]]) / 100 * (no + yes), abs=0.5)


def test_no_share_is_kept_beside_the_questionnaire():
    assert sorted(path.name for path in HOME.iterdir()) == ["areas.csv", "questionnaire.yaml"]


@pytest.mark.slow
def test_the_gaps_of_a_trust_are_found_again(raw, made):
    outcome, home = made
    assert outcome.failures == []
    asked = read(HOME / "questionnaire.yaml")
    published = [
        row
        for row in lines(home / TRUST / "tables" / "06_local_gap.csv")
        if (row["analysis"], row["group_a"]) == ("against_rest", "all")
    ]
    assert [row["item"] for row in published]
    assert {row["item"] for row in published} == set(asked.items.index)

    for row in published:
        own, rest = tables(raw, TRUST, asked.columns["items"][row["item"]])
        again = newcombe(own, rest)
        shown = [float(row[name]) for name in ("estimate", "conf_low", "conf_high")]
        assert shown == pytest.approx(again, abs=0.0050001)
        assert (float(row["n_a"]), float(row["n_b"])) == (own[1], rest[1])
        # The pooled z test of two shares.
        pooled = (own[0] + rest[0]) / (own[1] + rest[1])
        z = again[0] / np.sqrt(pooled * (1 - pooled) * (1 / own[1] + 1 / rest[1]))
        assert float(row["p_value"]) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=0.06, abs=0.0011)


@pytest.mark.slow
@pytest.mark.parametrize("code", [TRUST, TINY])
def test_the_questions_that_could_come_first_are_found_again(raw, made, code):
    _, home = made
    items = read(HOME / "questionnaire.yaml").columns["items"]
    z = stats.norm.ppf(1 - 0.05 / len(items) / 2)
    limits = {item: newcombe(*tables(raw, code, spec), z)[1:] for item, spec in items.items()}
    highest, lowest = (max(low for low, _ in limits.values()), min(high for _, high in limits.values()))
    again = {
        "top_above": {item for item, (_, high) in limits.items() if high >= highest},
        "top_below": {item for item, (low, _) in limits.items() if low <= lowest},
    }

    rows = lines(home / code / "tables" / "06_local_gap.csv")
    for way, expected in again.items():
        flags = {row["item"]: float(row["estimate"]) for row in rows if row["estimand"] == way}
        assert set(flags) == set(items)
        assert {item for item, flag in flags.items() if flag} == expected


@pytest.mark.slow
def test_pages_of_organisations_are_made_and_the_index_says_why_others_are_not(made):
    outcome, home = made
    pages = {
        code: sorted(path.stem for path in (home / code).glob("*.html")) for code in (TRUST, TINY, CLOSED)
    }

    assert "06_local_gap" in pages[TRUST]
    assert "06_local_gap" in pages[TINY]
    assert pages[CLOSED] == ["00_summary"]
    assert outcome.silent == 1
    assert (home / "national" / "21_areas_compared.html").is_file()
    page = (home / TRUST / "06_local_gap.html").read_text(encoding="utf-8")
    assert "Published shares, counts worked out from them." in page
    assert "intervals leave out what weighting costs" in page
    index = (home / "index.html").read_text(encoding="utf-8")
    assert "Kind of organisation" in index
    assert "Ambulance trusts" in index
