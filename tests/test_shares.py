"""A file of shares with their bases: the counts behind it, and what is said of a faulty one."""

import pytest
import sample_shares as sample

from trustgap.survey.checks import SurveyError
from trustgap.survey.folder import describe, load


def counts(survey):
    """Give negative and positive answers by cell."""
    cells = survey.shares.set_index(["area", "wave", "group", "item"])
    return {
        name: tuple(row) for name, row in zip(cells.index, cells[[1, 2]].to_numpy().tolist(), strict=True)
    }


def said(tmp_path, **parts) -> str:
    """Give what is said of a folder that must not load."""
    with pytest.raises(SurveyError) as caught:
        load(sample.folder(tmp_path / "small", **parts))
    return str(caught.value)


def changed(old: str, new: str, text: str = sample.SHARES) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_rate_becomes_the_nearest_whole_count_and_a_count_stays(tmp_path):
    survey = load(sample.folder(tmp_path))

    assert counts(survey) == {
        ("X1", "1", "staff", "heard"): (15, 25),
        ("X1", "1", "staff", "tired"): (26, 12),
        ("X1", "2", "staff", "heard"): (36, 19),
        ("X1", "2", "staff", "tired"): (40, 20),
        ("X2", "2", "staff", "heard"): (100, 100),
    }
    assert survey.answers.empty
    assert survey.rows_kept == survey.rows_read == 3


def test_one_row_for_each_share_is_read_with_named_columns_and_without_a_word_on_them(tmp_path):
    named = sample.LONG.replace("area,wave,item,base,rate", "trust,year,question,n,percent")
    plain = load(sample.folder(tmp_path / "plain", questionnaire=sample.columns(), shares=sample.LONG))
    other = load(
        sample.folder(tmp_path / "other", questionnaire=sample.columns(sample.LONG_COLUMNS), shares=named)
    )

    assert counts(plain) == counts(other)
    assert counts(plain)["X1", "1", "staff", "tired"] == (26, 12)


def test_groups_come_from_their_column_where_there_are_several(tmp_path):
    two = sample.columns().replace("{id: staff,", "{id: ward, label: Ward}, {id: staff,")
    rows = "area,wave,item,base,rate,group\nX1,1,heard,40,50,ward\nX1,1,heard,20,25,Staff\n"
    survey = load(sample.folder(tmp_path, questionnaire=two, shares=rows))

    assert counts(survey) == {("X1", "1", "staff", "heard"): (15, 5), ("X1", "1", "ward", "heard"): (20, 20)}


def test_a_groups_rating_of_its_own_team_is_left_out(tmp_path):
    text = sample.QUESTIONNAIRE.replace("scales:", "teams: [{id: us, label: Us, members: [staff]}]\nscales:")
    text = text.replace(
        "statement, scale: agree, label: Being heard", "trust, team: us, scale: agree, label: Us"
    )
    survey = load(sample.folder(tmp_path, questionnaire=text))

    assert {item for *_, item in counts(survey)} == {"tired"}
    own = survey.ledger.set_index("reason").loc["rated their own team", ["action", "rows", "cells"]]
    assert own.tolist() == ["altered", 3, 3]
    # The one row that had nothing else is dropped.
    assert survey.rows_kept == 2


def test_every_row_is_accounted_for(tmp_path):
    rows = sample.SHARES + ",2,30,50,30,10\nT2,,30,50,30,10\nT2,1,,,,\nT1,2,,,,\n".replace("T1,2,,,,\n", "")
    survey = load(sample.folder(tmp_path, shares=rows))

    ledger = survey.ledger.set_index("reason")[["action", "rows", "cells"]].T.to_dict("list")
    assert ledger == {
        "no wave": ["dropped", 1, 0],
        "no area": ["dropped", 1, 0],
        "no share to use": ["dropped", 1, 0],
        "counts worked out from rates": ["noted", 3, 3],
    }
    assert (survey.rows_read, survey.rows_kept) == (6, 3)


def test_check_says_that_counts_are_worked_out_and_how_many_there_are(tmp_path):
    text = describe(load(sample.folder(tmp_path)))

    assert "3 rows of shares of staff, without answers of single staff, can be used" in text
    assert "First: 40 staff in 1 place\n" in text
    assert "Second: 260 staff in 2 places" in text
    assert "3 noted: counts worked out from rates, 3 shares (the base times the rate" in text
    assert "2 listed, 2 with answers" in text


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ("T1,1,40,62.5", "T1,1,40.5,62.5", "column 'n_heard', first in row 2", "no whole number from 0"),
        ("T1,1,40,62.5", "T1,1,-4,62.5", "column 'n_heard', first in row 2", "no whole number from 0"),
        ("T1,1,40,62.5", "T1,1,forty,62.5", "column 'n_heard', first in row 2", "no whole number from 0"),
        ("55,34.1", "55,133.3", "column 'heard', first in row 3", "the rate is no percentage"),
        ("55,34.1", "55,-1", "column 'heard', first in row 3", "the rate is no percentage"),
        ("55,34.1", "55,33%", "column 'heard', first in row 3", "the rate is no percentage"),
        ("60,20", "60,61", "column 'tired', first in row 3", "the count does not fit"),
        ("60,20", "60,20.5", "column 'tired', first in row 3", "the count does not fit"),
        ("55,34.1", "55,", "column 'heard', first in row 3", "a base stands without its share"),
        ("55,34.1", ",34.1", "column 'n_heard', first in row 3", "a share stands without its base"),
    ],
)
def test_a_number_that_cannot_be_is_named_with_its_place(tmp_path, old, new, place, found):
    message = said(tmp_path, shares=changed(old, new))

    assert message.startswith("1 problem found.")
    assert f"shares.csv, {place}: " in message
    assert found in message
    assert "Correct the cells" in message


def test_faults_of_one_kind_and_column_are_counted_once(tmp_path):
    message = said(tmp_path, shares=changed("55,34.1", "55,x", changed("200,50.2", "200,x")))

    assert message.startswith("1 problem found.")
    assert "(2 times)" in message


def test_an_unknown_area_wave_or_item_is_refused(tmp_path):
    rows = "".join(f"X9,1,heard,{n},50\n" for n in range(20, 32))
    message = said(tmp_path, questionnaire=sample.columns(), shares=sample.LONG + rows)
    assert "12 rows hold an unknown area: 'X9' in 12 rows" in message

    message = said(tmp_path, shares=changed("T1,1", "T1,7"))
    assert "1 row holds an unknown wave" in message
    assert "Accepted: 1, 2" in message

    message = said(tmp_path, questionnaire=sample.columns(), shares=sample.LONG + "X1,2,hurt,20,5\n")
    assert "column 'item': 1 row names an item that is not defined: 1 value, not shown" in message
    assert "Accepted: heard, tired" in message


def test_a_share_that_is_given_twice_is_refused_in_both_layouts(tmp_path):
    message = said(tmp_path, shares=sample.SHARES + "T1,2,70,10,70,3\n")
    assert "shares.csv, rows: 2 shares are given again, first in row 5" in message

    message = said(tmp_path, questionnaire=sample.columns(), shares=sample.LONG + "X1,1,tired,9,0\n")
    assert "1 share is given again, first in row 5" in message


def test_shares_of_one_are_not_taken_for_percentages(tmp_path):
    message = said(
        tmp_path, shares="trust,year,n_heard,heard,n_tired,tired\nT1,1,40,0.625,38,12\nT1,2,55,0.333,,\n"
    )

    assert "no rate is above 0.625, as if they were shares of 1" in message
    assert "Multiply the rates by 100" in message


def test_a_column_that_is_missing_is_named_with_its_item(tmp_path):
    message = said(tmp_path, shares=sample.SHARES.replace("n_tired", "base_tired"))

    assert "column 'n_tired' (base of the item tired): the file has no such column" in message
    assert "base_tired" in message


def test_a_file_without_any_base_or_that_is_not_there_is_refused(tmp_path):
    message = said(tmp_path, shares="trust,year,n_heard,heard,n_tired,tired\nT1,1,0,,,\n")
    assert (
        "none of the 1 rows can be used. Accepted: rows with wave, area, group and answers or shares"
        in message
    )

    (tmp_path / "small" / "shares.csv").unlink()
    with pytest.raises(SurveyError, match=r"shares\.csv: the shares are not there"):
        load(tmp_path / "small")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "shares: shares.csv",
            "shares: shares.csv\nanswers: answers.csv",
            "names both `answers` and `shares`",
        ),
        ("shares: shares.csv", "", "lacks `answers`. Accepted: `answers`, or `shares`"),
        ("shares: shares.csv", "answers: answers.csv", "there is no file of shares"),
        ("  wave: year\n", "", "columns, wave: no column is named"),
        ("  area: trust\n", "", "columns, area: no column is named"),
        ("wave: year", "wave: year\n  weight: w", "columns, weight: shares have no such column"),
        ("wave: year", "wave: year\n  base: n", "names base without `item`"),
        (", tired: {base: n_tired, count: tired}", "", "no columns are named for tired"),
        ("count: tired", "base: heard", "the field 'base' is given twice"),
        (
            "{base: n_heard, rate: heard}",
            "heard",
            "columns, items (heard): base and share are not both named",
        ),
        ("{base: n_heard, rate: heard}", "{rate: heard}", "columns, items, heard"),
        ("heard: {base: n_heard", "hurt: {base: n_heard", "columns, items (hurt): this item is not defined"),
        ("rate: heard", "rate: year", "the column 'year' is used for two things"),
        ("items: {heard", "item: q\n  items: {heard", "the column `item` names the items already"),
    ],
)
def test_a_questionnaire_of_shares_that_makes_no_sense_is_refused(tmp_path, old, new, found):
    assert found in said(tmp_path, questionnaire=changed(old, new, sample.QUESTIONNAIRE))


def test_a_scale_of_many_answers_is_left_with_the_positive_ones_and_the_others(tmp_path):
    many = (
        "{code: 1, label: Agreed}, {code: 2, label: Strongly agreed}, {code: 3, label: Don't, aliases: [x]}"
    )
    text = changed("{code: 1, label: Agreed}", many, sample.QUESTIONNAIRE)
    text = text.replace("positive: [1]", "positive: [2, 3]\n    negative: [0]\n    numeric: true")
    survey = load(sample.folder(tmp_path, questionnaire=text))

    scale = survey.questionnaire.scales["agree"]
    assert scale.labels == ("Not so or Agreed", "Strongly agreed or Don't")
    assert scale.positive_phrase == "agree"
    assert survey.questionnaire.items.loc["heard", ["k", "top_from", "low_to", "numeric"]].tolist() == [
        2,
        2,
        0,
        False,
    ]
    assert counts(survey)["X1", "1", "staff", "heard"] == (15, 25)


def test_several_items_may_share_a_base(tmp_path):
    text = sample.QUESTIONNAIRE.replace("base: n_tired, count", "base: n_heard, count")
    survey = load(
        sample.folder(tmp_path, questionnaire=text, shares=sample.SHARES.replace("T2,2,200,50.2,,\n", ""))
    )

    assert counts(survey)["X1", "2", "staff", "tired"] == (35, 20)


def test_answers_without_columns_are_refused(tmp_path):
    text = sample.columns().replace("shares: shares.csv", "answers: shares.csv")

    assert "lacks `columns`" in said(tmp_path, questionnaire=text)
