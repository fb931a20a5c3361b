"""From a survey tool's file to the canonical frame: every row accounted for, every fault named."""

import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustgap.survey.answers import canonical, ignored, named_columns
from trustgap.survey.checks import CANONICAL, LEDGER, SurveyError
from trustgap.survey.questionnaire import build
from trustgap.survey.tables import read_table

AREAS = pd.DataFrame(
    {"name": ["Ashby", "Birch"], "region": ["North", "South"], "in_answers": ["Ashby Council", ""]},
    index=["X1", "X2"],
)

CATEGORIES = [
    {"code": "1", "label": "Disagree"},
    {"code": "2", "label": "Neither"},
    {"code": "3", "label": "Agree"},
]
MISSING = [{"code": "9", "label": "Don't know", "kind": "dont_know"}, {"code": "-", "kind": "no_contact"}]


def survey(**columns):
    """Give a questionnaire with a trust item about each of two teams and a factor."""
    item = {"scale": "agreement", "text": "Text"}
    return build(
        {
            "survey": "small",
            "title": "Small",
            "synthetic": True,
            "citation": "test",
            "sampling": {"design": "census"},
            "answers": "answers.csv",
            "waves": [{"id": "1", "label": "First", "time": 1}, {"id": "2", "label": "Second", "time": 2}],
            "groups": [{"id": "gp", "label": "GPs", "team": "gp"}, {"id": "ward", "label": "Ward staff"}],
            "teams": [{"id": "gp", "label": "GPs", "members": ["gp"]}, {"id": "out", "label": "Discharge"}],
            "roles": [{"id": "senior", "label": "Senior"}],
            "scales": {"agreement": {"categories": CATEGORIES, "positive": ["3"], "missing": MISSING}},
            "items": [
                {**item, "id": "trust_gp", "block": "trust", "team": "gp", "label": "GPs"},
                {**item, "id": "trust_out", "block": "trust", "team": "out", "label": "Discharge"},
                {**item, "id": "delay", "block": "factor", "label": "Delay"},
            ],
            "headline": "delay",
            "columns": {"respondent": "id", "wave": "wave", "area": "area", "group": "group", **columns},
        }
    )


def raw(**changes):
    """Give four sound rows as text, with some columns changed."""
    sound = {
        "id": ["a", "b", "c", "a"],
        "wave": ["1", "1", "1", "2"],
        "area": ["X1", "X2", "Ashby Council", "x1"],
        "group": ["gp", "Ward staff", "WARD", "GPs"],
        "trust_gp": ["", "1", "3", ""],
        "trust_out": ["2", "Agree", "9", "1.0"],
        "delay": ["3", "-", "", "don’t know"],
    }
    table = pd.DataFrame({**sound, **changes})
    return table.replace("", None).astype("category")


def mapped(table, questionnaire=None):
    """Bring a table to the canonical frame; it must be sound."""
    answers, ledger, problems = canonical([table], questionnaire=questionnaire or survey(), areas=AREAS)
    assert problems == []
    return answers, ledger


def said(table, questionnaire=None):
    """Give what is said of a table that must not pass, which then gives no row."""
    answers, ledger, problems = canonical(
        [table], questionnaire=questionnaire or survey(), areas=AREAS, file="a.csv"
    )
    assert problems
    assert len(answers) == len(ledger) == 0
    return "\n".join(problem.message() for problem in problems)


def test_codes_labels_and_spellings_become_scores():
    answers, _ = mapped(raw())

    assert answers.columns.tolist() == [*CANONICAL, "trust_gp", "trust_out", "delay"]
    assert answers["area"].tolist() == ["X1", "X2", "X1", "X1"]
    assert answers["region"].tolist() == ["North", "South", "North", "North"]
    assert answers["group"].tolist() == ["gp", "ward", "ward", "gp"]
    assert answers["trust_gp"].tolist() == [-1, 1, 3, -1]
    assert answers["trust_out"].tolist() == [2, 3, -2, 1]
    assert answers["delay"].tolist() == [3, -3, 0, -2]
    assert answers["delay"].dtype == np.int8
    assert answers["weight"].tolist() == [1.0] * 4
    assert answers["role"].tolist() == answers["stratum"].tolist() == [""] * 4


def test_a_person_has_one_number_over_waves_and_no_identifier_lives_on():
    people = mapped(raw())[0]["respondent"].tolist()

    assert people[0] == people[3]
    assert len(set(people)) == 3
    assert not set(people) & {"a", "b", "c"}


def test_the_input_is_left_untouched():
    table = raw()
    before = table.copy(deep=True)
    mapped(table)

    pd.testing.assert_frame_equal(table, before)


def test_a_rating_of_ones_own_team_is_set_aside_and_counted():
    answers, ledger = mapped(raw(trust_gp=["3", "1", "3", ""]))

    assert answers["trust_gp"].tolist() == [-1, 1, 3, -1]
    account = ledger.set_index("reason")
    assert account.loc["rated their own team", ["action", "rows", "cells"]].tolist() == ["altered", 1, 1]
    assert account.loc["left their own team blank", ["action", "rows", "cells"]].tolist() == ["altered", 1, 1]


def test_rows_without_wave_area_group_or_answer_are_dropped_each_for_one_reason():
    table = raw(
        wave=["", "1", "1", "2"],
        area=["", "", "X1", "X1"],
        group=["gp", "ward", "", "gp"],
        trust_gp=["1", "1", "1", "3"],
        trust_out=["1", "1", "1", ""],
        delay=["1", "1", "1", ""],
    )
    answers, ledger = mapped(table)

    # The last row answered only about its own team, which does not count.
    assert len(answers) == 0
    dropped = ledger[ledger["action"] == "dropped"].set_index("reason")["rows"].to_dict()
    assert dropped == {"no wave": 1, "no area": 1, "no staff group": 1, "no item answered": 1}


def test_a_row_of_dont_knows_is_an_answer():
    answers, _ = mapped(
        raw(trust_gp=["", "9", "", ""], trust_out=["1", "9", "1", "1"], delay=["1", "9", "1", "1"])
    )

    assert len(answers) == 4


cells = st.sampled_from(["", "1", "2", "3", "9", "-"])
rows = st.tuples(
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "X1", "X2"]),
    st.sampled_from(["", "gp", "ward"]),
    cells,
    cells,
)


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=30))
def test_reasons_and_rows_kept_add_up_to_rows_read(drawn):
    columns = ["wave", "area", "group", "trust_gp", "delay"]
    table = pd.DataFrame(drawn, columns=columns).assign(trust_out="", id=[str(n) for n in range(len(drawn))])
    answers, ledger = mapped(table.replace("", None).astype("category"))

    dropped = ledger.loc[ledger["action"] == "dropped", "rows"].sum()
    assert dropped + len(answers) == len(table)
    assert ledger.columns.tolist() == LEDGER
    assert set(ledger["action"]) <= {"dropped", "altered", "noted"}


def test_without_a_respondent_column_every_row_is_a_person():
    questionnaire = survey()
    questionnaire.columns.pop("respondent")
    answers, _ = mapped(raw(), questionnaire)

    assert answers["respondent"].nunique() == 4


def test_blank_identifiers_are_different_people_and_counted():
    answers, ledger = mapped(raw(id=["", "", "c", "d"]))

    assert answers["respondent"].nunique() == 4
    assert ledger.set_index("reason").loc["no respondent id", "rows"] == 2


def test_weights_roles_strata_and_units_are_read_and_a_blank_weight_is_noted():
    table = raw(
        w=["0.5", "", "2", "1e1"], r=["", "senior", "Senior", ""], s=["", "1", "2.0", ""], p=["7", "", "", ""]
    )
    questionnaire = survey(weight="w", role="r", stratum="s", psu="p")
    answers, ledger = mapped(table, questionnaire)

    assert answers["weight"].isna().tolist() == [False, True, False, False]
    assert answers["weight"].dropna().tolist() == [0.5, 2.0, 10.0]
    assert answers["role"].tolist() == ["", "senior", "senior", ""]
    assert answers["stratum"].tolist() == ["", "1", "2", ""]
    assert answers["psu"].tolist() == ["1", "", "", ""]
    assert ledger.set_index("reason").loc["no weight", ["action", "rows"]].tolist() == ["noted", 1]


def test_a_constant_stands_for_a_column():
    answers, _ = mapped(raw(id=list("abcd")).drop(columns="wave"), survey(wave={"constant": "Second"}))

    assert answers["wave"].tolist() == ["2"] * 4


def test_columns_without_a_use_are_named_and_go_no_further():
    table = raw(email=["a@b.c"] * 4, comment=["Jo was rude"] * 4)

    assert ignored(table, used=named_columns(survey())) == ("email", "comment")
    answers, _ = mapped(table)
    assert not {"email", "comment"} & set(answers.columns)
    assert not answers.astype(str).isin(["a@b.c", "Jo was rude"]).any(axis=None)


def test_an_absent_column_is_named_with_those_that_are_there():
    text = said(raw().drop(columns=["delay", "area"]))

    assert "column 'delay' of the item delay: the file has no such column" in text
    assert "column 'area' of the area" in text
    assert "the file has id, wave, group, trust_gp, trust_out" in text


def test_an_unknown_label_is_counted_and_its_scale_given():
    text = said(raw(delay=["Agree", "My manager Jo Bloggs", "5", ""]))

    assert "a.csv, column 'delay': 2 rows hold an answer to the item delay that is not on its scale" in text
    assert "2 values, not shown" in text
    assert "1 (Disagree), 2 (Neither), 3 (Agree), 9 (Don't know)" in text
    assert "Bloggs" not in text


def test_a_common_unknown_label_is_named():
    table = pd.concat([raw()] * 3, ignore_index=True).astype(str).replace("nan", "")
    table["id"] = [str(n) for n in range(12)]
    table["delay"] = ["Agrees"] * 11 + ["Jo Bloggs"]

    text = said(table.replace("", None).astype("category"))

    assert "'Agrees' in 11 rows; 1 further value, not shown" in text
    assert "Bloggs" not in text


@pytest.mark.parametrize(
    ("column", "what"),
    [("area", "an unknown area"), ("group", "an unknown group"), ("wave", "an unknown wave")],
)
def test_an_unknown_area_group_or_wave_is_an_error(column, what):
    text = said(raw(**{column: ["9", "Secretshire", "9", "9"]}))

    assert f"column '{column}': 4 rows hold {what}: 2 values, not shown" in text
    assert "Secretshire" not in text


def test_a_respondent_twice_in_a_wave_is_an_error_that_names_nobody():
    """A03."""
    text = said(raw(id=["nhs-4857", "nhs-4857", "nhs-4857", "d"]))

    assert "2 rows repeat a respondent within the same wave (by 1 respondent)" in text
    assert "4857" not in text


def test_the_same_respondent_in_rows_without_a_wave_is_no_repetition():
    answers, ledger = mapped(raw(id=["a", "a", "c", "d"], wave=["", "", "1", "1"]))

    assert len(answers) == 2
    assert ledger.set_index("reason").loc["no wave", "rows"] == 2


@pytest.mark.parametrize("weight", ["0", "-1", "inf", "nan", "heavy", "0,5"])
def test_a_weight_that_is_no_number_above_nought_is_an_error(weight):
    text = said(raw(w=[weight, "1", "1", "1"]), survey(weight="w"))

    assert "column 'w': the weight is not a number above 0 (1 time)" in text
    assert "heavy" not in text


def test_all_faults_of_a_file_are_reported_at_once():
    text = said(raw(delay=["7"] * 4, area=["?"] * 4, id=["a", "a", "b", "c"]))

    assert all(part in text for part in ("item delay", "unknown area", "repeat a respondent"))


def test_a_survey_the_size_of_england_is_mapped_within_two_seconds():
    rng = np.random.default_rng(1)
    n = 95_000
    questionnaire = survey()
    items = {f"q{k}": rng.choice(["Disagree", "Neither", "Agree", "Don't know", None], n) for k in range(38)}
    item = questionnaire.items.loc[["delay"]]
    many = pd.concat([item.rename(index={"delay": name}) for name in items]).rename_axis("item")
    questionnaire.columns["items"] = {name: name for name in items}
    bigger = type(questionnaire)(**{**vars(questionnaire), "items": many})
    table = pd.DataFrame(
        {
            "id": np.arange(n).astype(str),
            "wave": rng.choice(["1", "2"], n),
            "area": rng.choice(["X1", "X2"], n),
            "group": rng.choice(["gp", "ward"], n),
            **items,
        }
    ).astype("category")

    begun = time.process_time()
    answers, _ = mapped(table, bigger)

    assert time.process_time() - begun < 2
    assert len(answers) == n
    assert answers.shape[1] == 9 + 38


# --- the file itself -------------------------------------------------------------------------------

ROWS = [["area", "Q 1", "note"], ["X1", "5", "é, “x”"], ["X2", "", "a"]]


def refused(path: Path) -> str:
    """Give what is said of a file that must not be read."""
    with pytest.raises(SurveyError) as caught:
        read_table(path)
    return str(caught.value)


def workbook(path: Path, change=None) -> Path:
    """Write the rows as a workbook, changed in some way."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    if change:
        change(book)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_of_any_usual_coding_and_separator_reads_alike(tmp_path, encoding, separator):
    lines = [separator.join(f'"{cell}"' for cell in row) for row in ROWS]
    (tmp_path / "a.csv").write_bytes("\r\n".join(lines).encode(encoding))

    table = read_table(tmp_path / "a.csv")

    assert table.columns.tolist() == ROWS[0]
    assert table.astype(object).where(table.notna(), "").to_numpy().tolist() == ROWS[1:]


def test_workbook_and_parquet_read_like_text(tmp_path):
    expected = [["X1", "5", "é, “x”"], ["X2", "", "a"]]
    numbers = pd.DataFrame({"area": ["X1", "X2"], "Q 1": [5.0, np.nan], "note": ["é, “x”", "a"]})
    numbers.to_parquet(tmp_path / "a.parquet")
    for path in (workbook(tmp_path / "a.xlsx"), tmp_path / "a.parquet"):
        table = read_table(path)
        assert table.astype(object).where(table.notna(), "").to_numpy().tolist() == expected


def test_a_line_break_within_quotation_marks_is_part_of_the_answer(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\n1,"two\nlines"\n')

    assert read_table(tmp_path / "a.csv")["b"].tolist() == ["two\nlines"]


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"a,b\n", "a header and no answers"),
        ("a.csv", b"a\n1\n", "fewer than two column names"),
        ("a.csv", b"a,b\n1,2\n1,SECRET,3\n", "rows have 3 cells where the header has 2 (1 time)"),
        ("a.csv", b"a,b\n1\n", "rows have 1 cells where the header has 2"),
        ("a.csv", b"a,a\n1,2\n", "column names come twice: those of the columns 1, 2"),
        ("a.csv", b"a,b;c\n1,2;SECRET\n", "split in two ways"),
        ("a.csv", b"a,b\n1,\x00SECRET\n", "not text in UTF-8"),
        ("a.csv", b"a,b\n1,\x81\n", "not text in UTF-8"),
        ("a.pkl", b"\x80\x04SECRET", "files of the kind '.pkl' are not read"),
        ("a.npy", b"\x93NUMPY", "files of the kind '.npy' are not read"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "files of the kind '.xls' are not read"),
        ("a.xlsm", b"PK", "files of the kind '.xlsm' are not read"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls workbook or one with a password"),
        ("a.xlsx", b"a,b\n1,SECRET\n", "not a whole .xlsx workbook"),
        ("a.parquet", b"a,b\n1,SECRET\n", "not a whole Parquet file"),
        ("a.parquet", b"PAR1SECRETPAR1", "this Parquet file is damaged"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(tmp_path, name, content, part):
    (tmp_path / name).write_bytes(content)
    text = refused(tmp_path / name)

    assert part in text
    assert name in text
    assert "SECRET" not in text


def test_an_absent_file_and_a_folder_are_refused(tmp_path):
    assert "not there" in refused(tmp_path / "a.csv")
    (tmp_path / "b.csv").mkdir()
    assert "no ordinary file" in refused(tmp_path / "b.csv")


def test_nested_parquet_is_refused(tmp_path):
    pd.DataFrame({"a": [[1, 2]], "b": ["SECRET"]}).to_parquet(tmp_path / "a.parquet")

    assert "hold lists or records: a" in refused(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda book: book.create_sheet("More"), "has 2 sheets: 'Sheet', 'More'"),
        (lambda book: book.active.append(["X1", "=1+1", ""]), "the sheet 'Sheet' holds a formula in B4"),
        (lambda book: setattr(book.active.row_dimensions[2], "hidden", True), "hidden rows or columns"),
        (lambda book: setattr(book.active.column_dimensions["B"], "hidden", True), "hidden rows or columns"),
        (lambda book: book.active.delete_rows(1, 9), "the sheet is empty"),
        (lambda book: book.active.insert_cols(1, 3000), "columns"),
    ],
)
def test_a_workbook_that_is_not_one_plain_sheet_is_refused(tmp_path, change, part):
    assert part in refused(workbook(tmp_path / "a.xlsx", change))


@pytest.mark.parametrize(
    ("entry", "content", "part"),
    [
        ("xl/vbaProject.bin", b"macro", "macros"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "links to other files"),
        ("xl/worksheets/sheet9.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "XML entities"),
        ("xl/media/bomb.xml", b"0" * 60_000_000, "MB when unpacked"),
    ],
)
def test_a_workbook_with_dangerous_parts_is_refused(tmp_path, entry, content, part):
    path = workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(entry, content)

    assert part in refused(path)


def test_a_damaged_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-100])

    assert "not a whole .xlsx workbook" in refused(path)


def test_trailing_empty_rows_of_a_workbook_are_no_answers(tmp_path):
    path = workbook(tmp_path / "a.xlsx", lambda book: book.active.cell(50, 1, ""))

    assert len(read_table(path)) == 2
