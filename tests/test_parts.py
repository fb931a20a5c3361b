"""Answers read part by part: however a file is parted, what is read and what is said of it are the same."""

from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.stats import counts
from trustgap.stats.ranking import priorities
from trustgap.stats.shares import responses
from trustgap.stats.weighting import weighing
from trustgap.survey import questionnaire, tables
from trustgap.survey.answers import canonical
from trustgap.survey.areas import head_counts, read_areas
from trustgap.survey.checks import SurveyError
from trustgap.survey.tables import read_parts, read_table

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
ASKED = questionnaire.read(DEMO / "questionnaire.yaml")
AREAS, _ = read_areas(DEMO / "areas.csv")
ROWS = 600


def rows(places=None):
    """Give rows of the demo as text, of all areas and waves unless places are named."""
    whole = pq.read_table(DEMO / "responses.parquet").replace_schema_metadata(None)
    places = np.linspace(0, len(whole) - 1, ROWS).astype(int) if places is None else places
    return whole.take(pa.array(places)).to_pandas().astype("str").astype(object)


def saved(frame, path):
    """Write a table as its name says; Parquet in groups that fit no part."""
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, row_group_size=170)
    return path


def mapped(parts, file="answers"):
    return canonical(parts, questionnaire=ASKED, areas=AREAS, file=file)


def said(parts):
    """Give what is said of answers that must not pass."""
    answers, ledger, problems = mapped(parts)
    assert problems
    assert len(answers) == len(ledger) == 0
    return [problem.message() for problem in problems]


def parted(path, size=47):
    parts = list(read_parts(path, rows=size))
    assert len(parts) > 10
    return parts


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_the_parts_of_a_file_make_the_whole(name, tmp_path):
    frame = rows()
    frame.loc[[0, 7, 550], "area"] = None
    frame.loc[[3, 599], "respondent"] = None
    frame.loc[200:210, ASKED.items.index] = None
    path = saved(frame, tmp_path / name)

    (whole, ledger, _), (again, account, problems) = mapped([read_table(path)]), mapped(parted(path))

    assert problems == []
    assert dict(account[["reason", "rows"]].to_numpy()) | {"rated their own team": 0} == {
        "no area": 3, "no item answered": 11, "no respondent id": 2,
        **dict(ledger[ledger["reason"].str.contains("own team")][["reason", "rows"]].to_numpy()),
    } | {"rated their own team": 0}  # fmt: skip
    pd.testing.assert_frame_equal(account, ledger)
    pd.testing.assert_frame_equal(again, whole)
    assert len(again) == ROWS - 14


def test_what_is_counted_is_the_same_however_rows_are_parted(tmp_path, monkeypatch):
    path = saved(rows(), tmp_path / "a.parquet")
    (whole, *_), (again, *_) = mapped([read_table(path)]), mapped(parted(path))
    heads = head_counts(AREAS, ASKED.groups.index, "staff_")
    roles = head_counts(AREAS, ASKED.roles.index, "role_")

    def counted(answers):
        weighed = weighing.weigh(answers, headcounts=heads, margin=roles, merge=ASKED.merge)
        pairs = priorities.item_pairs(answers, ASKED.items, wave="2019")
        tallied, people = counts.tally(answers, ASKED.items), responses.respondents(answers)
        return [tallied, people, weighed, weighing.account(answers, weighed), pairs]

    expected = counted(whole)
    monkeypatch.setattr(priorities, "ROWS", 7)
    for one, other in zip(counted(again), expected, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_bad_answer_in_the_last_part_is_named_as_in_the_whole(tmp_path):
    frame = rows()
    frame.loc[ROWS - 1, "trust_asc"] = "my manager, Jo"
    frame.loc[ROWS - 1, "wave"] = "2031"
    path = saved(frame, tmp_path / "a.parquet")

    assert said(parted(path)) == said([read_table(path)])
    first, second = said(parted(path))
    assert "column 'wave'" in first
    assert "1 row holds an answer to the item trust_asc that is not on its scale: 1 value" in second
    assert "Jo" not in second


def test_rows_with_a_strange_value_are_added_up_over_parts(tmp_path):
    frame = rows()
    frame.loc[np.arange(0, ROWS, 40), "group"] = "porter"
    path = saved(frame, tmp_path / "a.csv")

    assert any("'porter' in 15 rows" in message for message in said(parted(path)))
    assert said(parted(path)) == said([read_table(path)])


def test_a_person_is_known_again_in_a_later_part(tmp_path):
    frame = rows()
    early, late = (frame.index[frame["wave"].eq(wave)] for wave in ("2015", "2019"))
    frame.loc[late[-1], "respondent"] = f" {frame.loc[early[0], 'respondent']}"
    answers, _, problems = mapped(parted(saved(frame, tmp_path / "a.parquet")))

    assert problems == []
    assert answers["respondent"].iloc[late[-1]] == answers["respondent"].iloc[early[0]] == "00001"
    assert answers["respondent"].nunique() == ROWS - 1

    frame.loc[late[-1], "wave"] = "2015"
    [message] = said(parted(saved(frame, tmp_path / "a.parquet")))
    assert "1 rows repeat a respondent within the same wave (by 1 respondent)" in message


def test_weights_strata_and_units_come_from_every_part(tmp_path):
    asked = questionnaire.build(
        ASKED.document
        | {"columns": {**ASKED.document["columns"], "weight": "w", "stratum": "s", "psu": {"constant": "u"}}}
    )
    frame = rows().assign(w="1.5", s=[f"s{place % 3}" for place in range(ROWS)])
    frame.loc[ROWS - 1, ["w", "s"]] = None
    path = saved(frame, tmp_path / "a.csv")
    both = [
        canonical(parts, questionnaire=asked, areas=AREAS) for parts in (parted(path), [read_table(path)])
    ]

    for one, other in zip(*both, strict=True):
        assert one == other if isinstance(one, list) else one.equals(other)
    answers = both[0][0]
    assert answers["stratum"].cat.categories.tolist() == ["", "1", "2", "3"]
    assert answers["psu"].eq("1").all()
    assert answers["weight"].isna().sum() == 1
    frame.loc[[5, ROWS - 2], "w"] = "0"
    _, _, [problem] = canonical(parted(saved(frame, path)), questionnaire=asked, areas=AREAS)
    assert "column 'w': the weight is not a number above 0 (2 times)" in problem.message()


def test_a_file_whose_end_is_broken_gives_nothing(tmp_path):
    path = saved(rows(), tmp_path / "a.csv")
    with path.open("a") as file:
        file.write("R1,2019,X001\n")
    with pytest.raises(SurveyError, match="rows have 3 cells where the header has 43"):
        mapped(read_parts(path, rows=83))

    frame = rows().drop(columns="trust_gp")
    path = saved(frame, tmp_path / "b.csv")
    with path.open("a") as file:
        file.write("R1,2019,X001\n")
    with pytest.raises(SurveyError, match="rows have 3 cells where the header has 42"):
        mapped(read_parts(path, rows=83))

    path = saved(rows(), tmp_path / "a.parquet")
    content = bytearray(path.read_bytes())
    place = pq.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    content[place : place + 40] = b"\xff" * 40
    path.write_bytes(content)
    with pytest.raises(SurveyError, match="this Parquet file is damaged"):
        mapped(read_parts(path, rows=83))


def test_a_file_is_read_no_further_than_asked(tmp_path):
    path = saved(rows(), tmp_path / "a.parquet")

    assert [len(part) for part in islice(read_parts(path, rows=83), 3)] == [83] * 3


@given(st.lists(st.text(max_size=4), max_size=20))
def test_text_is_trimmed_as_python_trims_it(texts):
    column = tables._text(pd.Series(texts, dtype="str", name="a"))

    assert [value if isinstance(value, str) else "" for value in column] == [text.strip() for text in texts]
    assert list(column.cat.categories) == list(dict.fromkeys(t.strip() for t in texts if t.strip()))
