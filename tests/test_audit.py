"""The audit: what rounded numbers, indexes and pages tell, each against an independent computation."""

import re
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sample_release as sample
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from trustgap import cli
from trustgap.audit import attack, auditing, differences, digits, known, pages, published, scales
from trustgap.stats import results

PAGE = f"X001/{sample.PAGE}.html"


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.random_survey(tmp_path_factory.mktemp("audit") / "survey", seed=2)


@pytest.fixture(scope="module")
def made(survey, tmp_path_factory):
    return sample.publish(sample.measured(survey), tmp_path_factory.mktemp("made"))


@pytest.fixture
def outputs(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "demo"))


def rounded_row(k, n):
    low, high = proportion_confint(k, n, method="wilson")
    return round(k / n, 2), round(low, 2), round(high, 2)


@pytest.mark.parametrize("n", [11, 29, 64, 399, 830])
def test_a_share_and_its_interval_tell_the_counts_that_brute_force_leaves(n):
    """B08. Counts behind whole percentages are narrowed by the limits of the interval."""
    written = [rounded_row(k, n) for k in range(n + 1)]
    rows = pd.DataFrame(written, columns=["estimate", "conf_low", "conf_high"])
    rows = rows.assign(n_a=float(n), reason="", method="wilson")
    low, high = digits.counts_behind(rows, least=np.full(n + 1, 2))
    for k, row in enumerate(written):
        alike = [other for other, its in enumerate(written) if its == row]
        assert low[k] <= alike[0] <= k <= alike[-1] <= high[k]
        # Rounding to even and away from it leave a count more at an edge, and no other.
        assert high[k] - low[k] <= alike[-1] - alike[0] + 2
    assert (high - low).sum() < sum(
        np.ptp([o for o in range(n + 1) if written[o][0] == w[0]]) for w in written
    ) or n < 100


@given(k=st.integers(0, 49), n=st.integers(11, 49))
def test_a_bound_tells_what_the_rule_says(k, n):
    k = min(k, n)
    over, under = k / n > 0.9 or k >= n - 1, k / n < 0.1 or k <= 1
    if over or under:
        row = pd.DataFrame({"n_a": [float(n)], "estimate": [0.9], "reason": ["over" if over else "under"]})
        (low,), (high,) = digits.counts_behind(row, least=np.array([2]))
        every = [
            one for one in range(n + 1)
            if (one / n > 0.9 or one >= n - 1 if over else one / n < 0.1 or one <= 1)
        ]  # fmt: skip
        assert (low, high) == (every[0], every[-1])


def test_decimals_are_counted_as_they_are_written():
    assert digits.places(np.array([0.1, 0.29, 0.125, 2 / 3, np.nan])).tolist() == [1, 2, 3, 9, 0]


def test_differences_from_the_rest_give_the_shares_behind_them():
    """B07. A share that is shown nowhere follows from differences; brute force leaves the same counts."""
    sizes, truth = np.array([12, 15, 20]), np.array([5, 9, 4])

    def shown(counts):
        rest = (counts.sum() - counts) / (sizes.sum() - sizes)
        return tuple((counts / sizes - rest).round(2))

    told = shown(truth)
    every = np.array([one for one in product(*(range(n + 1) for n in sizes)) if shown(np.array(one)) == told])
    rows = results.complete(
        pd.DataFrame(
            {
                "area": ["X1", "X2", "X3"], "wave": "1", "item": "q", "group_a": "a", "group_b": "rest",
                "analysis": "against_rest", "estimand": "share_difference", "estimate": told,
                "n_a": sizes.astype(float), "n_b": (sizes.sum() - sizes).astype(float),
            }
        )
    )  # fmt: skip
    nothing = pd.DataFrame(columns=[*known.COUNT, "low", "high"])
    read = pd.DataFrame({"k": [2], "top_from": [2], "low_to": [1], "scored": [False]}, index=["q"])
    found = differences.positives(differences.against_rest(rows), nothing, read).set_index("area")
    for place, area in enumerate(["X1", "X2", "X3"]):
        assert found.loc[area, "low"] <= every[:, place].min()
        assert found.loc[area, "high"] >= every[:, place].max()
    one = nothing.astype(object)
    one.loc[0] = ["X1", "1", "a", "q", 2, 2, 5.0, 5.0]
    with_one = differences.positives(differences.against_rest(rows), one, read).set_index("area")
    assert with_one.loc[["X2", "X3"], "low"].tolist() == with_one.loc[["X2", "X3"], "high"].tolist() == [9, 4]


def test_scales_are_read_as_the_questionnaire_has_them(made):
    read = scales.scales(published.read(made).rows).loc[sample.ITEMS]
    assert read["k"].tolist() == [5, 5, 5]
    assert read["top_from"].tolist() == [4, 4, 4]
    assert read["low_to"].tolist() == [2, 0, 0]
    assert read["scored"].all()


def test_the_index_alone_tells_bases_and_shares(made, tmp_path):
    """B09. Areas without pages stand on the index with a base and a share."""
    home = tmp_path / "demo"
    home.mkdir()
    shutil.copy(made / "items.csv", home)
    shutil.copytree(made / "X001", home / "X001")
    shutil.copy(made / "index.html", home)
    told = known.known(published.read(home)).facts
    whole = known.known(published.read(made)).facts
    here = told[told["area"].eq("X002") & told["item"].eq("trust_asc") & told["low_level"].eq(1)]
    there = whole[whole["area"].eq("X002") & whole["group"].eq("all") & whole["item"].eq("trust_asc")]
    assert (
        here["low"].tolist()
        == there.loc[there["low_level"].eq(1) & there["high_level"].eq(5), "low"].tolist()
    )


def test_a_colleague_attacks_with_every_base_and_finds_only_what_is_true(made, survey):
    """B10. Who knows who answered is told whether what is found is true; respondents are no secret then."""
    audit = auditing.audit(made, survey=survey)
    assert not (audit.cells["item"].eq(known.PEOPLE)).any()
    assert set(audit.cells["kind"]) >= {"primary", "secondary"}
    assert "false" not in set(audit.cells["true"])


def test_areas_that_nothing_names_are_not_taken_for_nobody(made, tmp_path):
    """B11. Without an index and with one area's tables, the whole is more than that area."""
    home = tmp_path / "demo"
    for name in ("X001", "national"):
        shutil.copytree(made / name, home / name)
    shutil.copy(made / "items.csv", home)
    (home / "national" / "tables" / "21_areas_compared.csv").unlink()
    told = known.known(published.read(home))
    assert known.ELSEWHERE in set(told.leaves["area"])
    assert "contradiction" not in set(attack.attack(told)["how"])


def change(home, old, new):
    path = home / PAGE
    html = path.read_text(encoding="utf-8")
    assert re.search(old, html)
    path.write_text(re.sub(old, new, html, count=old != POINT), encoding="utf-8")
    read = published.read(home)
    return set(pages.check_all(read)["rule"])


NOTHING, MARK = "a number that nothing explains", "a mark lies elsewhere than its rounded value"
SAYS, MORE = "a figure says a number that its table does not", "a figure holds more than its drawing"
OTHERS = "a number of another area that it does not give itself"
PEOPLE = "a number of people that no table gives"
POINT = r"(d='M)(\d+)(\.\d+)? ([\d.]+)(a5 5)"
INTO_SVG = r"(<svg [^>\"]*>|%3Csvg .*?%3E)"
EDITS = {
    "A18 a local percentage with a decimal": (r"</h1>", r"</h1><p>61.37% agree.</p>", NOTHING),
    "A18 in a cell of a table": (r'<td class="n">\d+%</td>', r'<td class="n">61.37%</td>', NOTHING),
    "A19 a share in the alt text": (r'alt="', r'alt="(61.37%) ', SAYS),
    "A19 a title in the drawing": (INTO_SVG, r"\1<title>7 people</title>", MORE),
    "A19 metadata in the drawing": (INTO_SVG, r"\1<metadata>n 7</metadata>", MORE),
    "A19 a point that was moved": (POINT, r"\g<1>\g<2>.77 \4\5", MARK),
    "A19 a count in the alt text": (r'alt="', r'alt="4,711 people. ', NOTHING),
    "A18 a small base in a sentence": (r"</h1>", r"</h1><p>Of 5 people most agree.</p>", PEOPLE),
    "A19 a base in a title": (r"</h1>", r'</h1><p title="n = 7">Few answered.</p>', PEOPLE),
    "B86 another area's share": (r"(Galdrenwick</th><td[^>]*>)\d+%", r"\g<1>7%", OTHERS),
    "A05 a hidden mark with a difference": (r">\[c\]<", r">[c] *<", "a hidden mark unlike the others"),
}


@pytest.mark.parametrize(("old", "new", "rule"), EDITS.values(), ids=EDITS)
def test_a_page_that_says_more_than_its_tables_is_found(outputs, old, new, rule):
    """A18. A19. A05. Each edit of the page breaks the rule that is named for it."""
    assert rule in change(outputs, old, new)


def test_a_page_as_it_was_made_passes(made):
    assert pages.check_all(published.read(made)).empty


def test_exit_codes_tell_whether_to_publish(made, outputs, tmp_path, capsys):
    assert cli.main(["audit", str(made.parent)]) == 0
    (outputs / "X001" / "answers.parquet").write_bytes(b"")
    report = tmp_path / "audit.json"
    assert cli.main(["audit", str(outputs), "--report", str(report)]) == 3
    assert report.is_file()
    assert "NOT SAFE" in capsys.readouterr().out
    assert cli.main(["audit", str(tmp_path / "nothing")]) == 2


def test_files_that_have_no_place_are_found_wherever_they_lie(outputs, tmp_path):
    """B87. What a run keeps for itself is no excuse below, nor in a release; a link leads anywhere."""
    (outputs / "result.json").touch()
    (outputs / "run.json").touch()
    (outputs / "X002" / "run.json").touch()
    (outputs / "X002" / "result.json").touch()
    (outputs / "X001" / ".work").mkdir()
    (outputs / "X001" / ".work" / "answers.csv").touch()
    (outputs / "survey").symlink_to(tmp_path)
    stray = {"result.json", "X002/run.json", "X001/.work/answers.csv", "survey"}

    def strays():
        return {path.relative_to(outputs).as_posix() for path in published.read(outputs).strays}

    assert strays() == stray
    (outputs / "manifest.json").touch()
    assert strays() == stray | {"run.json", "X002/result.json"}


@pytest.mark.parametrize("left", ["", "item,label,text\n", None])
def test_without_the_list_of_questions_nothing_is_called_safe(left, outputs, capsys):
    """B88."""
    (outputs / "items.csv").unlink()
    if left is not None:
        (outputs / "items.csv").write_text(left)

    assert cli.main(["audit", str(outputs)]) == 2
    assert "does not list" in capsys.readouterr().err


def test_a_run_without_pages_of_the_whole_tells_the_whole_on_its_index(outputs):
    """B89."""
    shutil.rmtree(outputs / "national")
    read = published.read(outputs)
    whole = read.rows[read.rows["area"].eq("national") & read.rows["file"].eq("index.html")]

    assert whole["item"].tolist() == ["trust_asc"]
    assert whole[["estimate", "conf_low", "conf_high"]].notna().all(axis=None)
    assert pages.check_all(read).empty


def test_the_question_of_the_index_is_found_where_labels_begin_alike(outputs):
    for name, more in (("index.html", ""), ("items.csv", "other,Trust,Trust\n")):
        text = (outputs / name).read_text(encoding="utf-8")
        (outputs / name).write_text(text.replace("Trust in adult social care", "Trust by all") + more)

    rows = published.read(outputs).rows
    assert set(rows.loc[rows["file"].eq("index.html"), "item"]) == {"trust_asc"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_found_in_surveys_that_chance_made(seed, tmp_path):
    survey = sample.random_survey(tmp_path / "survey", seed=100 + seed, areas=12 + seed % 5)
    home = sample.publish(sample.measured(survey), tmp_path / "out")
    for audit in (auditing.audit(home), auditing.audit(home, survey=survey)):
        assert (audit.counts["exactly"], audit.passed) == (0, True), audit
