"""A survey of four areas, two groups and two questions, small enough to change one respondent at a time."""

import numpy as np
import pandas as pd
import yaml

from trustgap.report import measuring
from trustgap.report.earlier import differences, entry
from trustgap.report.earlier.standing import Standing, published
from trustgap.stats.shares import proportions
from trustgap.survey import folder

KEY = b"k" * 32
SIZES = {"A1": (40, 30), "A2": (25, 35), "A3": (50, 20), "A4": (30, 30)}
AGREE = {
    "categories": [{"code": str(code), "label": f"Level {code}"} for code in range(1, 6)],
    "positive": ["4", "5"],
    "negative": ["1", "2"],
    "positive_phrase": "agree",
    "negative_phrase": "disagree",
}


def people(sizes=SIZES, *, waves=("1",), seed=1, items=("q1", "q2")):
    """Draw the rows of an answers file."""
    rng = np.random.default_rng(seed)
    rows = [
        {"id": f"{area}-{group}-{number}", "wave": wave, "area": area, "group": group}
        for wave in waves
        for area, both in sizes.items()
        for group, size in zip("gh", both, strict=True)
        for number in range(size)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(**{item: rng.integers(1, 6, len(rows)).astype(str) for item in items})


def late(rows, count, *, area="A1", group="g", seed=9):
    """Add respondents to a group of an area."""
    more = people({area: (count, 0) if group == "g" else (0, count)}, seed=seed)
    return pd.concat([rows, more.assign(id=[f"late-{n}" for n in range(count)])], ignore_index=True)


def load(home, rows, *, items=("q1", "q2"), ids=True, waves=("1",), survey="small"):
    """Write a survey folder and read it."""
    home.mkdir()
    fixed = {"wave": "wave", "area": "area", "group": "group"} | ({"respondent": "id"} if ids else {})
    document = {
        "survey": survey, "title": "Small", "synthetic": True, "citation": "none", "answers": "answers.csv",
        "sampling": {"design": "census"}, "headline": items[0],
        "waves": [{"id": wave, "label": wave, "time": int(wave)} for wave in waves],
        "groups": [{"id": group, "label": group} for group in "gh"],
        "scales": {"agree": AGREE},
        "items": [{"id": one, "block": "statement", "scale": "agree", "label": one, "text": f"{one}?"}
                  for one in items],
        "columns": fixed,
    }  # fmt: skip
    (home / "questionnaire.yaml").write_text(yaml.safe_dump(document))
    areas = pd.DataFrame({"code": sorted(rows["area"].unique())}).assign(region="North")
    areas.assign(name=areas["code"])[["code", "name", "region"]].to_csv(home / "areas.csv", index=False)
    rows.to_csv(home / "answers.csv", index=False)
    return folder.load(home)


class Release:
    """What a release of a survey holds: its cells and tables, every share that may be shown."""

    def __init__(self, survey, *, key=KEY):
        measured = measuring.measure(survey)
        self.standing = Standing.of(survey, key=key)
        rows = proportions.shares(measured.counts, measured.questionnaire.items)
        self.rows = measured.mask.protect(rows, measured.words).table.assign(notebook="01_shares")
        self.told = published(self.standing, measured.decided, self.rows)

    def without(self, **equals):
        """Leave out cells, as if they were hidden."""
        match = pd.Series(True, index=self.told.index)
        for column, value in equals.items():
            match &= self.told[column].eq(value)
        self.told = self.told[~match].reset_index(drop=True)
        return self

    def entry(self, name="small-1"):
        """Give what is on record of it, once written and read again."""
        kept = entry.of(self.standing, self.told, self.rows, release=name)
        return entry.read(entry.written(kept))

    def beside(self, earlier):
        """Hold it against an earlier one."""
        return differences.differences(earlier.entry(), self.standing, self.told, self.rows)


def cells(found):
    """Name cells as (area, group, item)."""
    return set(found[["area", "group", "item"]].itertuples(index=False, name=None))
