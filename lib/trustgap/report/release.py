"""A release: what was measured over all areas at once, and what of it may be shown.

An area's notebook reads its own part and the whole's.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from trustgap.report import batches, naming
from trustgap.report.disclosure import Mask
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.survey import folder, questionnaire
from trustgap.survey.questionnaire import Questionnaire

PARTS = ("answers", "counts", "people", "weighting", "compared", "expected", "decided")
"""The tables of which an area's notebooks read only some rows."""

TABLES = (*PARTS, "headline", "headline_decided", "claimed", "item_pairs")
"""All tables of a release; each has a column ``area``."""


@dataclass(frozen=True)
class Release:
    """Measurements and mask of a survey, or the part of them that some areas need.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    areas : DataFrame, indexed by code
        Name, region and head-counts.
    answers : DataFrame
        The canonical frame; ``weight`` is the weight for analysis.
    counts : DataFrame
        Cells, with the pooled group and the pooled area.
    people : DataFrame
        Respondents by area, wave and group, pooled ones included.
    weighting : DataFrame
        How the weights came about and what they cost, as `weighing.account` returns it.
    compared : DataFrame
        Every area against the rest in the latest wave, p-values adjusted over all areas and items.
    expected : DataFrame
        The range in which every area's shares would be expected, judged by all others, latest wave.
    headline : DataFrame
        The headline item's share in every area that has pages of its own, latest wave, all staff.
    headline_decided : DataFrame
        The rows of `decided` on these cells, of all areas.
    claimed : DataFrame
        What the whole bears out of the published statements, as `claims.evaluate` returns it.
    item_pairs : DataFrame
        Pairs of items over all areas in the latest wave, as `priorities.item_pairs` counts them.
    decided : DataFrame
        What is hidden and why, as `disclosure.primary` returns it.
    files : dict of str to DataFrame
        Cases, evidence, metrics and delays, as `survey.folder.FILES` reads them.
    facts : dict
        What the provenance of a page needs: digest of the input, rows read and kept.
    area : str
        Whose part of a release it is; `counts.NATIONAL` for all of it.
    """

    questionnaire: Questionnaire
    areas: pd.DataFrame
    answers: pd.DataFrame
    counts: pd.DataFrame
    people: pd.DataFrame
    weighting: pd.DataFrame
    compared: pd.DataFrame
    expected: pd.DataFrame
    headline: pd.DataFrame
    headline_decided: pd.DataFrame
    claimed: pd.DataFrame
    item_pairs: pd.DataFrame
    decided: pd.DataFrame
    files: dict[str, pd.DataFrame]
    facts: dict
    area: str

    @cached_property
    def latest(self) -> str:
        """The last wave that anybody answered; "" where nobody did."""
        return last_wave(self.questionnaire, self.people)

    @cached_property
    def mask(self) -> Mask:
        """What is hidden, ready to apply; a part knows nothing of other areas but their headline share."""
        if self.area == cells.NATIONAL:
            return Mask.of(self.decided)
        mask = Mask.of(pd.concat([self.decided, self.headline_decided], ignore_index=True))
        headline = (self.latest, cells.ALL, self.questionnaire.headline)
        return replace(mask, areas=frozenset([self.area, cells.NATIONAL]), everywhere=frozenset([headline]))

    @cached_property
    def words(self) -> Words:
        """Labels of everything the survey can name."""
        return naming.words(self.questionnaire, self.areas, self.files)


def last_wave(asked: Questionnaire, people: pd.DataFrame) -> str:
    """Find the last wave that anybody answered.

    Parameters
    ----------
    asked : Questionnaire
        Its waves, in time order.
    people : DataFrame
        ``wave`` and ``n``, respondents.

    Returns
    -------
    str
        "" where nobody answered.
    """
    answered = set(people.loc[people["n"].gt(0), "wave"])
    return next((wave for wave in reversed(asked.waves.index) if wave in answered), "")


def part(release: Release, area: str) -> Release:
    """Take what one area's notebooks read: its own rows and those of the whole.

    Parameters
    ----------
    release : Release
        Of all areas.
    area : str
        Code of an area, or `counts.NATIONAL` for everything.

    Returns
    -------
    Release
        The same tables, fewer rows.

    Raises
    ------
    ValueError
        If the area is not in the survey.
    """
    if area == cells.NATIONAL:
        return release
    _known(area, release.areas)
    wanted = [area, cells.NATIONAL]

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["area"].astype(str).isin(wanted)].reset_index(drop=True)

    files = {name: own(frame) for name, frame in release.files.items()}
    parts = {name: own(getattr(release, name)) for name in PARTS}
    return replace(release, **parts, files=files, area=area)


def _known(area: str, areas: pd.DataFrame) -> None:
    if area not in areas.index:
        few = ", ".join(areas.index[:5])
        raise ValueError(f"area {area!r} is not in areas.csv; it has {len(areas)} areas, such as {few}")


class Stored(Release):
    """A part of a stored release; each table is read when it is first looked at, and then kept."""

    def __getattr__(self, name: str) -> object:
        """Read a table that nobody has looked at yet."""
        readers = vars(self).get("readers", {})
        if name not in readers:
            raise AttributeError(name)
        vars(self)[name] = readers[name]()
        return vars(self)[name]

    @classmethod
    def of(cls, **readers: Callable) -> "Stored":
        """Give a release of which nothing has been read.

        Parameters
        ----------
        **readers : callable
            By field of `Release`: reads it.

        Returns
        -------
        Stored
            It reads what it is asked for.
        """
        stored = cls.__new__(cls)
        vars(stored)["readers"] = readers
        return stored


def write(release: Release, to: Path) -> None:
    """Store a release so that areas can be rendered from it in any order, by any process.

    Parameters
    ----------
    release : Release
        Of all areas.
    to : Path
        Folder to make; it holds answers and must never be published.
    """
    to.mkdir(parents=True, exist_ok=True)
    (to / "questionnaire.json").write_text(json.dumps(release.questionnaire.document), encoding="utf-8")
    batches.write(release.areas.reset_index(names="area"), to / "areas.arrow", apart=False)
    for name in TABLES:
        frame = getattr(release, name).rename(columns=str)
        if "rests_on" in frame:
            frame = frame.assign(rests_on=frame["rests_on"].map(json.dumps))
        batches.write(frame, to / f"{name}.arrow", apart=name in PARTS)
    for name, frame in release.files.items():
        batches.write(frame, to / f"file_{name}.arrow")
    (to / "facts.json").write_text(json.dumps(release.facts, indent=1), encoding="utf-8")


def read(at: Path, *, area: str) -> Release:
    """Read the part of a stored release that one area's notebooks need, each table when it is needed.

    Parameters
    ----------
    at : Path
        Folder that `write` made; it must stay as long as the release is used.
    area : str
        Code of an area, or `counts.NATIONAL` for everything.

    Returns
    -------
    Release
        As `part` would give it.

    Raises
    ------
    ValueError
        If the area is not in the survey.
    """
    areas, wanted = _areas(at), None
    if area != cells.NATIONAL:
        _known(area, areas)
        wanted = [area, cells.NATIONAL]
    tables = {name: partial(_table, at, name, wanted if name in PARTS else None) for name in TABLES}
    return Stored.of(
        questionnaire=lambda: questionnaire.build(json.loads((at / "questionnaire.json").read_text("utf-8"))),
        areas=lambda: areas,
        files=lambda: {name: batches.read(at / f"file_{name}.arrow", wanted) for name in folder.FILES},
        facts=lambda: json.loads((at / "facts.json").read_text("utf-8")),
        area=lambda: area,
        **tables,
    )


def _areas(at: Path) -> pd.DataFrame:
    """Read the list of areas."""
    return batches.read(at / "areas.arrow").set_index("area").rename_axis("code")


def _table(at: Path, name: str, wanted: list[str] | None) -> pd.DataFrame:
    """Read rows of one table, as they were before they were stored."""
    frame = batches.read(at / f"{name}.arrow", wanted)
    if name == "counts":
        frame = frame.rename(columns=lambda column: int(column) if column.isdigit() else column)
    if "rests_on" in frame:
        rests = [tuple(map(tuple, json.loads(row))) for row in frame["rests_on"]]
        frame = frame.assign(rests_on=rests)
    return frame
