"""Published statements of an area beside those of the whole, kept in the release."""

import re

import demo_rows
import pytest

from trustgap.report import claims
from trustgap.stats.counts import NATIONAL


def cells(table):
    rows = re.findall(r"<tr>(.*?)</tr>", table.html)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


@pytest.fixture(scope="module")
def both():
    study = demo_rows.study("X002")
    return claims.shown(study), claims.shown(study, rows=study.release.claimed)


def test_the_release_holds_what_the_whole_bears_out(both):
    again = claims.shown(demo_rows.study(NATIONAL)).frame

    _, whole = both
    assert whole.frame["area"].eq(NATIONAL).all()
    for column in ("item", "verdict", "estimate_text", "interval_text", "reason"):
        assert whole.frame[column].tolist() == again[column].tolist()


def test_every_statement_that_was_tested_stands_beside_that_of_the_whole(both):
    here, whole = both

    (table,) = claims.beside(here, whole, caption="Statements")
    head, *rows = cells(table)

    assert head == ["Statement", "Published", "England", "Here (95% interval)", "Verdict", "Why"]
    tested = here.without(reason=["not_asked", "no_file", "out_of_scope"]).frame
    assert [row[0].split(":")[0] for row in rows] == tested["item"].tolist()
    line = next(row for row in rows if row[0].startswith("C7:"))
    shown = here.where(item="C7").frame.iloc[0]
    england = whole.where(item="C7").frame.iloc[0]
    assert line[2].startswith(f"{england['estimate_text']} ({england['interval_text']})")
    assert line[3].startswith(f"{shown['estimate_text']} ({shown['interval_text']})")


def test_of_the_decided_ones_those_that_do_not_hold_come_first_and_no_more_than_wanted(both):
    (few,), (table,) = (claims.decided(*both, most=most, caption="Statements") for most in (6, 99))
    head, *rows = cells(table)

    assert "Why" not in head
    assert cells(few)[1:] == rows[:6]
    verdicts = [row[-1] for row in rows]
    assert verdicts == sorted(verdicts, key=("Does not hold", "Holds").index)
    assert set(verdicts) == {"Does not hold", "Holds"}


def test_without_any_statement_to_tell_there_is_no_table(both):
    here, whole = both
    open_ = here.where(verdict="cannot_say")

    assert claims.decided(open_, whole, most=5, caption="c") == []
    assert claims.beside(here.where(item="none"), whole, caption="c") == []
    with pytest.raises(TypeError, match="Shown"):
        claims.beside(here.frame, whole, caption="c")


def test_a_statement_that_the_whole_lacks_is_not_applicable_there(both):
    here, whole = both

    (table,) = claims.beside(here, whole.where(item="C8"), caption="c")

    columns = {row[0].split(":")[0]: row[2] for row in cells(table)[1:]}
    assert columns["C7"] == "[z]"
    assert columns["C8"].startswith("θ ")
