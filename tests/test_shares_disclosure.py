"""Surveys of published shares: nothing that the publisher held back, and no more people than are known."""

import pandas as pd
import pytest
import sample_shares as small

from trustgap.report import measuring
from trustgap.report.sentences import who
from trustgap.report.study import open_area
from trustgap.stats.shares import proportions, responses
from trustgap.survey import folder


@pytest.fixture
def survey(tmp_path):
    return small.folder(tmp_path / "survey")


def shares(study, **equals):
    counted = study.cells(**equals)
    rows = proportions.shares(counted, study.items)
    return study.protect(rows[rows["estimand"].eq("top2_share")]).frame


def test_what_the_publisher_left_blank_is_hidden_like_a_group_of_nobody(survey):
    """B41."""
    release = measuring.measure(folder.load(survey))
    blank = {("X2", "2", group, "tired") for group in ("staff", "all")}
    assert blank <= release.mask.hidden
    rows = shares(open_area(str(survey), area="X2"), wave="2").set_index("item")
    assert rows.loc["tired", ["estimate_text", "n_text"]].tolist() == ["[c]", "[c]"]
    assert rows.loc["heard", "n_text"] == "200"


def test_no_page_depends_on_more_than_the_published_cells(tmp_path):
    """B42."""
    # The whole is the sum of what was published, never of what the publisher left out.
    counts = measuring.measure(folder.load(small.folder(tmp_path / "one"))).counts
    whole = counts[counts["area"].eq("national") & counts["item"].eq("tired") & counts["wave"].eq("2")]
    assert set(whole[1] + whole[2]) == {60}
    few = small.SHARES.replace("T2,2,200,50.2,,", "T2,2,200,50.2,8,3")
    hidden = measuring.measure(folder.load(small.folder(tmp_path / "two", shares=few))).mask.hidden
    assert ("X2", "2", "all", "tired") in hidden


def test_bases_say_how_many_answered_at_least(survey):
    study = open_area(str(survey), area="X1")
    people = study.protect(responses.who_answered(study.people, staff={"all": 90.0}, least=study.least))
    assert set(people.frame["estimand"]) == {"respondents"}
    assert set(people.where(suppressed=False).frame["method"]) == {responses.LEAST}
    assert who.answered(people.where(wave="2")) == "At least 60 staff answered in Second."
    own = pd.DataFrame({"area": "X1", "wave": "2", "group": ["all"], "n": [60]})
    plain = study.protect(responses.who_answered(own))
    assert who.answered(plain) == "60 staff answered in Second."
