"""Reviewed cases for tests: judgements as the reader of cases.csv hands them on."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from trustgap.report.brought import Brought
from trustgap.report.disclosure import Mask, records
from trustgap.report.disclosure.case_lines import decided as hidden
from trustgap.report.wording import Words

COLUMNS = (
    "case area decision_point team reviewer decision better_decision available cost cost_better outcome "
    "population period"
).split()
NUMBERS = ["available", "cost", "cost_better"]


def judged(rows, **same):
    """Build judgements from dicts; what neither they nor `same` name is blank."""
    frame = pd.DataFrame([same | row for row in rows])
    frame = frame.reindex(columns=COLUMNS)
    text = [column for column in COLUMNS if column not in NUMBERS]
    frame[text] = frame[text].astype(object).fillna("")
    return frame.astype(dict.fromkeys(NUMBERS, float))


def reviews(n, better, *, possible=None, point="admission", decision="admit", name="c", **same):
    """Give n cases of one kind, each judged once; the first `better` could have been better."""
    possible = better if possible is None else possible
    return judged(
        [
            {
                "case": f"{name}{i}",
                "better_decision": "other" if i < better else decision,
                "available": float(i < possible) if i < better else np.nan,
            }
            for i in range(n)
        ],
        **{"area": "X1", "decision_point": point, "decision": decision, "reviewer": "a"} | same,
    )


def shared(pairs, *, name="s", **same):
    """Give cases judged by two or more; of each the reviewers' judgements, True for improvable."""
    rows = [
        {"case": f"{name}{i}", "reviewer": reviewer, "better_decision": "home" if says else "admit"}
        for i, judgements in enumerate(pairs)
        for reviewer, says in zip("abc", judgements, strict=False)
    ]
    return judged(rows, **{"area": "X1", "decision_point": "admission", "decision": "admit"} | same)


def decided(cells, **same):
    """Give decisions about reablement: team, population, period, suitable, all."""
    rows = [
        {
            "case": f"{same.get('area', 'X1')}{team}{population}{period}{i}",
            "team": team,
            "population": population,
            "period": period,
            "decision": "suitable" if i < yes else "unsuitable",
        }
        for team, population, period, yes, n in cells
        for i in range(n)
    ]
    return judged(rows, **{"area": "X1", "decision_point": "reablement"} | same)


def shown(rows, judgements, words=None):
    """Protect results of judgements as a release of these judgements alone would."""
    return records(rows, words or Words.plain(), mask=Mask.of(hidden(judgements)))


def pooled(judgements):
    """Give every finding on the cases that pages on the whole pool, as a release of these alone would."""
    whole = Brought()
    whole.area = "national"
    whole.release = SimpleNamespace(files={"cases": judgements}, mask=Mask.of(hidden(judgements)))
    return whole.findings
