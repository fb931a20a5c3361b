"""An independent program, tau-ARGUS, decides which cells are too small; all of them are hidden by us.

pytauargus is a free build of it with its own solvers (EUPL-1.2, for development only). It is given
answers, not counts: the tables that it judges are its own.
"""

import pandas as pd
import pytest
import sample_survey as sample
from pytauargus import protect

from trustgap.report import measuring
from trustgap.stats.counts import ALL, NATIONAL
from trustgap.survey import folder

UNSAFE, SAFE, SECONDARY, EMPTY = "U", "S", "M", "E"
TOTALS = {"area": {"Total": NATIONAL}, "group": {"Total": ALL}}


def judged(answers, item, folder):
    """Have the peer judge areas by groups for those who gave a valid answer; the threshold is 11 people."""
    valid = answers[answers[item].gt(0)]
    microdata = {name: valid[name].astype(str).tolist() for name in ("area", "group")}
    options = {"safety_rules": "FREQ(11,30)", "suppress": "OPT(1,1)", "workdir": str(folder)}
    table = protect(microdata | {"people": [1] * len(valid)}, ["area", "group"], "people", **options).tables[
        0
    ]
    cells = table.dataframe()[["area", "group", "freq", "status"]]
    # Its codes are as wide as the longest.
    return cells.assign(**{name: cells[name].str.strip().replace(codes) for name, codes in TOTALS.items()})


def held_against(survey, items, folder):
    """Give the peer's cells of each item beside what a release hides."""
    measured = measuring.measure(survey)
    decided = measured.decided[measured.decided["wave"].eq(measured.latest)]
    decided = decided[decided["kind"].isin(("hidden", "secondary"))]
    for item in items:
        cells = judged(survey.answers, item, folder / item)
        mine = decided[decided["item"].eq(item)].set_index(["area", "group"])["kind"]
        kind = mine[~mine.index.duplicated()].reindex(pd.MultiIndex.from_frame(cells[["area", "group"]]))
        yield item, cells.assign(kind=kind.to_numpy())


def disagreements(cells):
    """List where the peer and we do not agree on which cells are too small."""
    unsafe = cells["status"].eq(UNSAFE)
    ours = cells["kind"].eq("hidden")
    holds = {
        "there is something to agree about": unsafe.any(),
        "what the peer calls unsafe has one to ten people": cells.loc[unsafe, "freq"].between(1, 10).all(),
        "what it calls safe has not": not cells.loc[cells["status"].isin([SAFE, SECONDARY]), "freq"]
        .between(1, 10)
        .any(),
        "what it calls unsafe is hidden": ours[unsafe].all(),
        "what is empty is hidden": ours[cells["status"].eq(EMPTY)].all(),
        "nothing else is called too small": ours.equals(cells["status"].isin([UNSAFE, EMPTY])),
    }
    return [what for what, held in holds.items() if not held]


@pytest.fixture(autouse=True)
def its_own_folder(tmp_path, monkeypatch):
    """Keep the logs that the peer writes into the current folder out of the project."""
    monkeypatch.chdir(tmp_path)


def test_every_cell_that_the_peer_calls_unsafe_is_hidden(tmp_path):
    survey = folder.load(
        sample.folder(tmp_path / "survey", areas=[f"X00{n}" for n in range(1, 9)], waves=["2019"])
    )

    judged = dict(held_against(survey, list(survey.questionnaire.items.index[:3]), tmp_path))

    assert [found for cells in judged.values() if (found := disagreements(cells))] == []
    assert len(judged) == 3


@pytest.mark.slow
def test_every_cell_of_the_demo_that_the_peer_calls_unsafe_is_hidden(tmp_path):
    areas = pd.read_csv(sample.DEMO / "areas.csv", dtype=str)["code"].tolist()
    survey = folder.load(sample.folder(tmp_path / "survey", areas=areas, waves=["2019"]))
    judged = dict(held_against(survey, survey.questionnaire.items.index, tmp_path))

    assert len(judged) == len(survey.questionnaire.items)
    for cells in judged.values():
        assert disagreements(cells) == []
