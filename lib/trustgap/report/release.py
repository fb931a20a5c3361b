"""A release: what was measured over all areas at once, and what of it may be shown.

Measuring needs every area (England is their sum, comparisons are adjusted over all of them) and so does
deciding what to hide. Both happen once; an area's notebook then reads its own part and the whole's.
"""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.report import batches
from trustgap.report.batteries import batteries
from trustgap.report.disclosure import POLICY, Mask, primary
from trustgap.report.wording import SIGNALS, Words
from trustgap.stats import counts as cells
from trustgap.stats.between_areas import areas as areas_
from trustgap.stats.ranking import priorities
from trustgap.stats.shares import proportions, responses
from trustgap.stats.weighting import weighing
from trustgap.survey import folder, questionnaire
from trustgap.survey.areas import head_counts, read_areas
from trustgap.survey.questionnaire import Questionnaire

PARTS = ("answers", "counts", "people", "weighting", "compared", "decided")
"""The tables of which an area's notebooks read only some rows."""

TABLES = (*PARTS, "headline", "item_pairs")
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
    headline : DataFrame
        The headline item's share in every area that has pages of its own, latest wave, all staff.
    item_pairs : DataFrame
        Pairs of items over all areas in the latest wave, as `priorities.item_pairs` counts them.
    decided : DataFrame
        What is hidden and why, as `disclosure.primary` returns it.
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
    headline: pd.DataFrame
    item_pairs: pd.DataFrame
    decided: pd.DataFrame
    facts: dict

    @property
    def latest(self) -> str:
        """The last wave that anybody answered."""
        return _last(self.questionnaire, self.people)

    @property
    def mask(self) -> Mask:
        """What is hidden, ready to apply."""
        return Mask.of(self.decided)

    @property
    def words(self) -> Words:
        """Labels of everything the survey can name."""
        asked = self.questionnaire
        return Words(
            survey=f"{asked.survey} (synthetic)" if asked.synthetic else asked.survey,
            whole=asked.names["whole"],
            respondents=asked.names["respondents"],
            areas=self.areas["name"].to_dict(),
            waves=asked.waves["label"].to_dict(),
            groups=asked.groups["label"].to_dict(),
            teams=asked.teams["label"].to_dict(),
            items=SIGNALS
            | asked.items["label"].to_dict()
            | _class_pairs(asked.classes)
            | {battery.name: battery.label for battery in batteries(asked)},
        )


def _class_pairs(classes: dict[str, str]) -> dict[str, str]:
    return {
        f"{a} v {b}": f"{one} against {other}" for a, one in classes.items() for b, other in classes.items()
    }


def measure(survey: folder.Survey) -> Release:
    """Count every cell, compare every area with the rest, and decide what to hide.

    Parameters
    ----------
    survey : Survey
        As `survey.folder.load` returns it.

    Returns
    -------
    Release
        Of all areas.
    """
    asked = survey.questionnaire
    every = {
        "area": list(survey.areas.index),
        "wave": list(asked.waves.index),
        "group": list(asked.groups.index),
    }
    by_group = cells.fill(cells.tally(survey.answers, asked.items), **every)
    local = pd.concat([by_group, cells.pool(by_group, over="group", label=cells.ALL)])
    counts = pd.concat([local, cells.pool(local, over="area", label=cells.NATIONAL)], ignore_index=True)
    every["area"], every["group"] = [*every["area"], cells.NATIONAL], [*every["group"], cells.ALL]
    people = cells.fill(responses.respondents(survey.answers), **every)
    latest = _last(asked, people)
    now = counts[counts["wave"].eq(latest)]
    decided = primary(counts, asked.items, people, latest=latest)
    weighed = weighing.weigh(
        survey.answers,
        headcounts=head_counts(survey.areas, asked.groups.index, "staff_"),
        margin=head_counts(survey.areas, asked.roles.index, "role_"),
        merge=asked.merge,
        given="weight" in asked.columns,
    )
    tables = {
        "answers": survey.answers.assign(weight=weighed["weight"]),
        "weighting": weighing.account(survey.answers, weighed),
        "counts": counts,
        "people": people,
        "compared": areas_.against_rest(by_group[by_group["wave"].eq(latest)], asked.items),
        "headline": _headline(now, asked, Mask.of(decided).silent),
        "item_pairs": priorities.item_pairs(survey.answers, asked.items, wave=latest),
        "decided": decided,
    }
    return Release(
        questionnaire=asked,
        areas=survey.areas,
        **{name: _in_order(frame, survey.areas.index) for name, frame in tables.items()},
        facts={
            "digest": survey.digest,
            "read": survey.rows_read,
            "kept": len(survey.answers),
            "policy": POLICY,
        },
    )


def _last(asked: Questionnaire, people: pd.DataFrame) -> str:
    answered = set(people.loc[people["n"].gt(0), "wave"])
    return next(wave for wave in reversed(asked.waves.index) if wave in answered)


def _in_order(frame: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """Bring rows into the order of the areas, the whole last, so that a stored release has the same."""
    place = pd.Index([*areas, cells.NATIONAL]).get_indexer(frame["area"].astype(str))
    return frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _headline(now: pd.DataFrame, asked: Questionnaire, silent: frozenset) -> pd.DataFrame:
    chosen = now["item"].eq(asked.headline) & now["group"].eq(cells.ALL) & ~now["area"].isin(silent)
    rows = proportions.shares(now[chosen], asked.items.loc[[asked.headline]])
    return rows[rows["estimand"].eq("top2_share")].reset_index(drop=True)


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
    kept = {
        name: getattr(release, name)[getattr(release, name)["area"].astype(str).isin(wanted)].reset_index(
            drop=True
        )
        for name in PARTS
    }
    return replace(release, **kept)


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
    for name in ("compared", "headline"):
        rests = [tuple(map(tuple, json.loads(row))) for row in frames[name]["rests_on"]]
        frames[name] = frames[name].assign(rests_on=rests)
    facts = json.loads((at / "facts.json").read_text(encoding="utf-8"))
    return Release(questionnaire=asked, areas=areas, facts=facts, **frames)
