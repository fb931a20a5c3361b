"""How much is kept back is counted once, over all areas."""

from dataclasses import replace

import demo_rows
import pytest

from trustgap.report.sentences import checks
from trustgap.report.themes.kept_back import KINDS, kept_back
from trustgap.stats import counts as cells


@pytest.fixture(scope="module")
def study():
    return demo_rows.study(cells.NATIONAL)


def test_every_cell_with_an_answer_is_counted_once(study):
    rows = kept_back(study).frame
    counts = study.release.counts
    local = counts[counts["wave"].eq(study.latest) & counts["area"].ne(cells.NATIONAL)]
    asked = local[cells.valid(local) > 0]
    number = rows["cells_text"].str.replace(",", "").astype(int)

    assert list(rows["kind_text"]) == list(KINDS.values())
    assert number.sum() == len(asked)
    speaking = asked[~asked["area"].isin(study.mask.silent)]
    assert number.iloc[list(KINDS).index("hidden")] == (cells.valid(speaking) < 11).sum()
    assert number.iloc[list(KINDS).index("silent")] == len(asked) - len(speaking)


def test_the_sentence_tells_what_protection_costs(study):
    rows = kept_back(study)
    number = rows.frame.set_index("item")["cells_text"].str.replace(",", "").astype(int)
    cost = 100 * number["secondary"] / (number["hidden"] + number["silent"])

    said = checks.kept_back(rows)

    assert f"For every 100 of them, {cost:.0f} more" in said
    assert 30 < cost < 60


def test_of_few_areas_nothing_is_counted(study):
    few = [*study.release.areas.index[:4], cells.NATIONAL]
    counts = study.release.counts
    part = replace(study.release, counts=counts[counts["area"].isin(few)])
    rows = kept_back(replace(study, release=part))

    assert len(rows) == 0
    assert "too few areas" in checks.kept_back(rows)
