"""A release: what was measured over all areas at once, and what of it may be shown.

An area's notebook reads its own part and the whole's.
"""

import json
import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from trustgap.report import batches
from trustgap.report.disclosure import Mask
from trustgap.report.themes.batteries import batteries
from trustgap.report.themes.hypotheses import hypotheses
from trustgap.report.vocabulary import EVIDENCE, LEVELS, SIGNALS
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.survey import catalogue, folder, questionnaire
from trustgap.survey.areas import read_areas
from trustgap.survey.programme import cases, delays
from trustgap.survey.questionnaire import Questionnaire

PARTS = ("answers", "counts", "people", "weighting", "compared", "expected", "decided")
"""The tables of which an area's notebooks read only some rows."""

TABLES = (*PARTS, "headline", "claimed", "item_pairs")
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
    claimed: pd.DataFrame
    item_pairs: pd.DataFrame
    decided: pd.DataFrame
    files: dict[str, pd.DataFrame]
    facts: dict

    @property
    def latest(self) -> str:
        """The last wave that anybody answered; "" where nobody did."""
        return last_wave(self.questionnaire, self.people)

    @cached_property
    def mask(self) -> Mask:
        """What is hidden, ready to apply."""
        return Mask.of(self.decided)

    @cached_property
    def words(self) -> Words:
        """Labels of everything the survey can name."""
        asked = self.questionnaire
        return Words(
            survey=f"{asked.survey} (synthetic)" if asked.synthetic else asked.survey,
            whole=asked.names["whole"],
            respondents=asked.names["respondents"],
            areas=self.areas["name"].to_dict(),
            waves=asked.waves["label"].to_dict(),
            groups=LEVELS | asked.roles["label"].to_dict() | asked.groups["label"].to_dict(),
            teams=hypotheses(self.files["evidence"]) | EVIDENCE | asked.teams["label"].to_dict(),
            items=SIGNALS
            | cases.LABELS
            | hypotheses(self.files["evidence"])
            | catalogue.claims()["label"].to_dict()
            | _metrics(self.files["metrics"])
            | delays.labels(asked)
            | asked.items["label"].to_dict()
            | _class_pairs(asked.classes)
            | {battery.name: battery.label for battery in batteries(asked)},
        )


def _metrics(metrics: pd.DataFrame) -> dict[str, str]:
    """Label the metrics that have a label."""
    labels = metrics.loc[metrics["label"].ne(""), ["metric", "label"]].drop_duplicates("metric")
    return dict(labels.itertuples(index=False, name=None))


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


def _class_pairs(classes: dict[str, str]) -> dict[str, str]:
    return {
        f"{a} v {b}": f"{one} against {other}" for a, one in classes.items() for b, other in classes.items()
    }


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
    return replace(release, **{name: own(getattr(release, name)) for name in PARTS}, files=files)


def _known(area: str, areas: pd.DataFrame) -> None:
    if area not in areas.index:
        few = ", ".join(areas.index[:5])
        raise ValueError(f"area {area!r} is not in areas.csv; it has {len(areas)} areas, such as {few}")


def write(release: Release, to: Path, *, survey: Path) -> None:
    """Store a release so that areas can be rendered from it in any order, by any process.

    Parameters
    ----------
    release : Release
        Of all areas.
    to : Path
        Folder to make; it holds answers and must never be published.
    survey : Path
        The survey folder, whose questionnaire and areas are copied.
    """
    to.mkdir(parents=True, exist_ok=True)
    for name in ("questionnaire.yaml", "areas.csv"):
        shutil.copyfile(survey / name, to / name)
    for name in TABLES:
        frame = getattr(release, name).rename(columns=str)
        if "rests_on" in frame:
            frame = frame.assign(rests_on=frame["rests_on"].map(json.dumps))
        batches.write(frame, to / f"{name}.arrow")
    for name, frame in release.files.items():
        batches.write(frame, to / f"file_{name}.arrow")
    (to / "facts.json").write_text(json.dumps(release.facts, indent=1), encoding="utf-8")


def read(at: Path, *, area: str) -> Release:
    """Read the part of a stored release that one area's notebooks need.

    Parameters
    ----------
    at : Path
        Folder that `write` made.
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
    asked = questionnaire.read(at / "questionnaire.yaml")
    areas, _ = read_areas(at / "areas.csv")
    wanted = None
    if area != cells.NATIONAL:
        _known(area, areas)
        wanted = [area, cells.NATIONAL]
    frames = {name: batches.read(at / f"{name}.arrow", wanted if name in PARTS else None) for name in TABLES}
    frames["counts"] = frames["counts"].rename(columns=lambda name: int(name) if name.isdigit() else name)
    for name in ("compared", "expected", "headline", "claimed"):
        rests = [tuple(map(tuple, json.loads(row))) for row in frames[name]["rests_on"]]
        frames[name] = frames[name].assign(rests_on=rests)
    files = {name: batches.read(at / f"file_{name}.arrow", wanted) for name in folder.FILES}
    facts = json.loads((at / "facts.json").read_text(encoding="utf-8"))
    return Release(questionnaire=asked, areas=areas, files=files, facts=facts, **frames)
