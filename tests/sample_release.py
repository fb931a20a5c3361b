"""Small releases made without notebooks: what these show of counts, written as they write it."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import yaml
from sample_survey import DEMO

from trustgap.batch import plan, site
from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.report.study import Study
from trustgap.stats import counts as cells
from trustgap.stats.missingness import missing
from trustgap.stats.shares import proportions, responses
from trustgap.survey import folder
from trustgap.survey.synthetic.folder import generate

ITEMS = ["trust_asc", "rel_gp", "ed_pressure"]
"""One question of each sort: with negative answers, numeric, and of frequency."""


def random_survey(to: Path, *, seed: int, areas: int = 12, items: list[str] = ITEMS) -> Path:
    """Write a survey folder that chance made: the first areas of the demo, some questions, the latest wave."""
    to.mkdir(parents=True)
    listed = pd.read_csv(DEMO / "areas.csv", dtype=str).head(areas)
    listed.to_csv(to / "areas.csv", index=False)
    for name in ("questionnaire.yaml", "model.yaml"):
        (to / name).write_bytes((DEMO / name).read_bytes())
    answers, _ = generate(to, seed=seed)
    (to / "model.yaml").unlink()
    asked = yaml.safe_load((to / "questionnaire.yaml").read_text(encoding="utf-8"))
    latest = asked["waves"][-1]["id"]
    dropped = [item["id"] for item in asked["items"] if item["id"] not in items]
    asked["items"] = [item for item in asked["items"] if item["id"] in items]
    asked.pop("comparability")
    (to / "questionnaire.yaml").write_text(yaml.safe_dump(asked, allow_unicode=True), encoding="utf-8")
    kept = answers[answers["wave"].eq(latest)].drop(columns=dropped)
    kept.astype(object).astype("str").to_parquet(to / "responses.parquet", index=False)
    return to


def publish(survey: Path, to: Path) -> Path:
    """Measure a survey and write its tables and its index; give the survey's folder of outputs."""
    release = measuring.measure(folder.load(survey))
    for area in [*release.areas.index.difference(release.mask.silent), cells.NATIONAL]:
        study = _study(release, area, to)
        _who(study)
        _answers(study)
        if area == cells.NATIONAL:
            study.protect(study.all_compared)
            study.protect(study.headline)
            study.save("21_areas_compared")
    home = to / release.questionnaire.survey
    site.write_tables(release, home)
    books = [book for book in plan.find_notebooks() if (home / "X001" / "tables" / f"{book.name}.csv").exists()]
    site.write_index(release, home, books=books, failures=[], done=set(release.areas.index))
    return home


def _study(release: releases.Release, area: str, to: Path) -> Study:
    part = releases.part(release, area)
    return Study(part, area, to, part.mask, part.words, datetime(2026, 1, 2, tzinfo=UTC))


def _who(study: Study) -> None:
    """Show what 01_who_answered shows."""
    study.protect(responses.who_answered(study.people, staff=study.staff))
    everybody = study.cells(wave=study.latest, group=cells.ALL)
    study.protect(responses.answered(everybody))
    study.protect(missing.bounds(everybody, study.items))
    study.save("01_who_answered")
    study.recorded.clear()


def _answers(study: Study) -> None:
    """Show what 02_survey_statistics and 06_local_gap show."""
    everybody = study.cells(wave=study.latest, group=cells.ALL)
    study.protect(proportions.distribution(everybody, study.items))
    study.protect(proportions.shares(everybody, study.items))
    study.protect(proportions.shares(study.cells(wave=study.latest), study.items))
    if study.area != cells.NATIONAL:
        study.protect(study.compared)
    study.save("02_survey_statistics")
    study.recorded.clear()
