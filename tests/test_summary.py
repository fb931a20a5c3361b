"""What the page for leaders says of a local programme: what the programme's own pages say, and no more."""

import demo_rows
import pytest

from trustgap.report.disclosure import together
from trustgap.report.sentences import cases, diagnostic, summary, tracking
from trustgap.stats.case_reviews import reviews
from trustgap.stats.diagnostic import barriers
from trustgap.stats.tracking import decisions


def shown(area):
    """Give the rows that the pages of an area's files show."""
    study = demo_rows.study(area)
    return {
        "cases": study.protect_records(reviews.findings(study.cases, area=area)),
        "barriers": study.protect_figures(barriers.barriers(study.evidence)),
        "tried": study.protect_figures(decisions.decide(study.tracked)),
    }


@pytest.mark.parametrize("area", ["X001", "X007"])
def test_the_page_for_leaders_says_what_the_pages_of_the_programme_say_in_their_order(area):
    parts = shown(area)
    judged = parts["barriers"].where(estimand="kinds_speaking")
    tried = tracking.interventions(parts["tried"])
    said = summary.programme(together(*reversed(parts.values())))

    assert said == (cases.improvable(parts["cases"]), diagnostic.verdicts(judged), *tried)
    assert summary.programme(parts["barriers"]) == (diagnostic.verdicts(judged),)


def test_an_area_without_files_is_said_to_have_none():
    rows = demo_rows.shown("X001")["shares"]
    assert summary.programme(rows).startswith("No page of this area rests on")


def test_the_rows_behind_what_is_said_are_kept_for_the_table():
    parts = shown("X001")
    kept = summary.behind(together(*parts.values()))
    assert set(kept.frame["analysis"]) == {"cases", "barriers", "intervention"}
