"""Measuring: count every cell, compare every area with the rest, decide what to hide.

Measuring needs every area (the whole is their sum, comparisons are adjusted over all of them) and so does
deciding what to hide. Both happen once.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from trustgap.report.claims import evaluation
from trustgap.report.disclosure import POLICY, Mask, decide, differences, opened
from trustgap.report.disclosure.beside import beside
from trustgap.report.material import Material
from trustgap.report.release import TABLES, Release, last_wave
from trustgap.report.themes.batteries import batteries
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.between_areas import areas as areas_
from trustgap.stats.between_areas import expected
from trustgap.stats.ranking import priorities
from trustgap.stats.shares import proportions, responses
from trustgap.stats.tracking import controls
from trustgap.stats.weighting import weighing
from trustgap.survey import folder
from trustgap.survey.areas import head_counts
from trustgap.survey.questionnaire import Questionnaire

EMPTY = {
    "counts": [*cells.CELL, *cells.MISSING],
    "people": ["area", "wave", "group", "n", "invited"],
    "weighting": ["area", "wave", "kind"],
    "compared": [*results.COLUMNS, "rests_on"],
    "expected": [*results.COLUMNS, "rests_on"],
    "headline": [*results.COLUMNS, "rests_on"],
    "headline_decided": [*cells.CELL, "kind"],
    "claimed": [*results.COLUMNS, "rests_on"],
    "item_pairs": ["area"],
    "decided": [*cells.CELL, "kind"],
}
"""Columns of the tables of a folder without any survey."""


def measure(survey: folder.Survey, *, already: pd.DataFrame | None = None) -> Release:
    """Count every cell, compare every area with the rest, and decide what to hide.

    Parameters
    ----------
    survey : Survey
        As `survey.folder.load` returns it.
    already : DataFrame, optional
        Cells that earlier releases showed, as `disclosure.decide` takes them.

    Returns
    -------
    Release
        Of all areas.
    """
    asked = survey.questionnaire
    tables = (
        _measured(survey, asked, already) if len(survey.answers) or len(survey.shares) else _nothing(survey)
    )
    brought, of_cases = beside(survey.files)
    tables["decided"] = pd.concat([tables["decided"], of_cases], ignore_index=True).astype("str")
    metrics = brought["metrics"]
    files = brought | {"metrics": pd.concat([metrics, controls.control_series(metrics)])}
    release = Release(
        questionnaire=asked,
        areas=survey.areas,
        **{name: _in_order(tables[name], survey.areas.index) for name in TABLES},
        files={name: _in_order(frame, survey.areas.index) for name, frame in files.items()},
        facts={
            "digest": survey.digest,
            "read": survey.rows_read,
            "kept": survey.rows_kept,
            "policy": POLICY,
        },
        area=cells.NATIONAL,
    )
    if release.counts.empty:
        return release
    claimed = evaluation.evaluate(Material(release, cells.NATIONAL))
    return replace(release, claimed=claimed.astype(dict.fromkeys(results.TEXT, "str")))


def _nothing(survey: folder.Survey) -> dict[str, pd.DataFrame]:
    """Give the tables of a folder without any survey."""
    empty = {name: pd.DataFrame(columns=columns, dtype=object) for name, columns in EMPTY.items()}
    return empty | {"answers": survey.answers}


def _measured(
    survey: folder.Survey, asked: Questionnaire, already: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    every = {
        "area": list(survey.areas.index),
        "wave": list(asked.waves.index),
        "group": list(asked.groups.index),
    }
    by_group = _by_group(survey, asked, every)
    local = pd.concat([by_group, cells.pool(by_group, over="group", label=cells.ALL)])
    counts = pd.concat([local, cells.pool(local, over="area", label=cells.NATIONAL)], ignore_index=True)
    every["area"], every["group"] = [*every["area"], cells.NATIONAL], [*every["group"], cells.ALL]
    people = cells.fill(_people(survey, by_group), **every)
    latest = last_wave(asked, people)
    now = counts[counts["wave"].eq(latest)]
    given = _of_respondents(survey, asked, latest)
    also = _nested(given["answers"], asked, latest) if given else None
    decided = decide(counts, asked.items, people, latest=latest, also=also, already=already)
    mask = Mask.of(decided)
    areas, groups = now["area"].ne(cells.NATIONAL), now["group"].ne(cells.ALL)
    return _nothing(survey) | {
        **given,
        "counts": counts,
        "people": people,
        "compared": areas_.against_rest(opened(now, mask)[areas & groups], asked.items, national=now),
        "expected": expected.expected(opened(now, mask, areas=True)[areas & groups], asked.items),
        "headline": _headline(opened(now, mask, bounds=True), asked, mask.silent),
        "headline_decided": decided[_of_headline(decided, asked) & decided["wave"].eq(latest)],
        "decided": decided,
    }


def _by_group(survey: folder.Survey, asked: Questionnaire, every: dict[str, list]) -> pd.DataFrame:
    """Give every cell by area, wave and group, counted from answers or as shares tell."""
    if len(survey.shares):
        return cells.fill(survey.shares, **every, item=list(asked.items.index))
    return cells.fill(cells.tally(survey.answers, asked.items), **every)


def _people(survey: folder.Survey, by_group: pd.DataFrame) -> pd.DataFrame:
    return responses.largest_bases(by_group) if len(survey.shares) else responses.respondents(survey.answers)


def _nested(answers: pd.DataFrame, asked: Questionnaire, latest: str) -> pd.DataFrame:
    """Decide which parts of respondents are too near to the whole to be shown beside it."""
    parts = {
        "batteries": [battery[:3] for battery in batteries(asked)],
        "roles": list(asked.roles.index),
    }
    return differences(answers, asked.items, waves=list(asked.waves.index), latest=latest, **parts)


def _of_respondents(survey: folder.Survey, asked: Questionnaire, latest: str) -> dict[str, pd.DataFrame]:
    """Give the tables that only single answers can fill."""
    if survey.answers.empty:
        return {}
    weighed = weighing.weigh(
        survey.answers,
        headcounts=head_counts(survey.areas, asked.groups.index, "staff_"),
        margin=head_counts(survey.areas, asked.roles.index, "role_"),
        merge=asked.merge,
        given="weight" in asked.columns,
    )
    return {
        "answers": survey.answers.assign(weight=weighed["weight"]),
        "weighting": weighing.account(survey.answers, weighed),
        "item_pairs": priorities.item_pairs(survey.answers, asked.items, wave=latest),
    }


def _in_order(frame: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """Bring rows into the order of the areas, the whole last, so that a stored release has the same."""
    place = pd.Index([*areas, cells.NATIONAL]).get_indexer(frame["area"].astype(str))
    return frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _headline(now: pd.DataFrame, asked: Questionnaire, silent: frozenset) -> pd.DataFrame:
    chosen = _of_headline(now, asked) & ~now["area"].isin(silent)
    rows = proportions.shares(now[chosen], asked.items.loc[[asked.headline]])
    return rows[rows["estimand"].eq("top2_share")].reset_index(drop=True)


def _of_headline(named: pd.DataFrame, asked: Questionnaire) -> pd.Series:
    return named["item"].eq(asked.headline) & named["group"].eq(cells.ALL)
