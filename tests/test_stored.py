"""Tables of many areas are read back as they were shown, and only the analyses wanted."""

import pandas as pd
import pytest

from trustgap.report.disclosure import Mask, read_all, read_back, together
from trustgap.report.wording import Words
from trustgap.stats import results

WORDS = Words(survey="demo", areas={"X1": "Ashby", "X2": "Birch"}, items={"q": "Bed, pressure"})


def table(to, area, **columns):
    """Write the table of an area: an ordinary row, a hidden one, one without limits."""
    rows = pd.DataFrame(
        {"area": area, "wave": "1", "analysis": ["shares", "shares", "ranking"], "item": "q",
         "method": 'a "b"',
         "estimand": ["top2_share", "top2_share", "rank"], "n_a": [40, 5, 20], "estimate": [0.256, 0.5, 3],
         "conf_low": [0.1, 0.2, None], "p_value": [0.00123, None, None], "verdict": ["higher", "lower", ""],
         "material": [True, False, False]} | columns,
    )  # fmt: skip
    shown = Mask().protect(rows.assign(rests_on=[()] * len(rows)), WORDS)
    path = to / f"{area}.csv"
    shown.table.to_csv(path, index=False, lineterminator="\n")
    return path


def test_rows_come_back_as_one_file_alone_gives_them(tmp_path):
    paths = [table(tmp_path, area) for area in ("X2", "X1")]
    whole = together(*(read_back(path, WORDS) for path in paths))
    found = read_all(paths, WORDS, analyses=["shares", "ranking"])

    pd.testing.assert_frame_equal(found.frame, whole.frame)
    assert found.frame["area_label"].tolist() == ["Birch"] * 3 + ["Ashby"] * 3
    assert found.frame["suppressed"].tolist() == [False, True, False] * 2


def test_only_the_analyses_wanted_are_read(tmp_path):
    found = read_all([table(tmp_path, "X1")], WORDS, analyses=["ranking"])

    assert found.frame["analysis"].tolist() == ["ranking"]


def test_rows_that_two_tables_share_come_once(tmp_path):
    path = table(tmp_path, "X1")

    assert len(read_all([path, path], WORDS, analyses=["shares", "ranking"])) == 3


@pytest.mark.parametrize("empty", [False, True])
def test_without_rows_there_are_all_columns(empty, tmp_path):
    path = tmp_path / "X1.csv"
    pd.DataFrame(columns=results.COLUMNS).to_csv(path, index=False)
    found = read_all([path] * empty, WORDS, analyses=["shares"])

    assert len(found) == found.hidden == 0
    assert list(found.table.columns) == results.COLUMNS
    assert len(found.where(verdict="higher").without(area="X1")) == 0
