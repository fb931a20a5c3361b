"""Small releases made without notebooks: what these show of counts, written as they write it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sample_pages
import yaml
from sample_survey import DEMO

from trustgap.batch import plan, site
from trustgap.report import figures, measuring, page, tables
from trustgap.report import release as releases
from trustgap.report.disclosure import Shown
from trustgap.report.release import Release
from trustgap.report.study import Study
from trustgap.stats import counts as cells
from trustgap.stats.missingness import missing
from trustgap.stats.shares import proportions, responses
from trustgap.survey import folder
from trustgap.survey.synthetic.folder import generate

ITEMS = ["trust_asc", "rel_gp", "ed_pressure"]
"""One question of each sort: with negative answers, numeric, and of frequency."""

DRAWN = ["X001", "X005"]
"""Areas that get a page with a figure."""

PAGE = "02_survey_statistics"


def random_survey(to: Path, *, seed: int, areas: int = 8, items: list[str] = ITEMS) -> Path:
    """Write a folder that chance made: the first areas of the demo, some questions, the latest wave."""
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


def measured(survey: Path) -> Release:
    """Measure a survey."""
    return measuring.measure(folder.load(survey))


def decided(release: Release, rows: pd.DataFrame) -> Release:
    """Give the same release, with other decisions on what it hides."""
    return replace(release, decided=rows)


def publish(release: Release, to: Path) -> Path:
    """Write a release's tables, some pages and its index; give the survey's folder of outputs."""
    for area in [*release.areas.index.difference(release.mask.silent), cells.NATIONAL]:
        study = _study(release, area, to)
        _who(study)
        shares = _answers(study)
        if area == cells.NATIONAL:
            study.protect(study.all_compared)
            study.protect(study.headline)
            study.save("21_areas_compared")
        if area in DRAWN:
            write_page(study, shares, to / release.questionnaire.survey / area / f"{PAGE}.html")
    home = to / release.questionnaire.survey
    site.write_tables(release, home)
    site.write_index(
        release, home, books=plan.find_notebooks()[:2], failures=[], done=set(release.areas.index)
    )
    return home


def _study(release: Release, area: str, to: Path) -> Study:
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


def _answers(study: Study) -> Shown:
    """Show what 02_survey_statistics and 06_local_gap show; give the shares of groups."""
    everybody = study.cells(wave=study.latest, group=cells.ALL)
    study.protect(proportions.distribution(everybody, study.items))
    study.protect(proportions.shares(everybody, study.items))
    shares = study.protect(proportions.shares(study.cells(wave=study.latest), study.items))
    if study.area != cells.NATIONAL:
        study.protect(study.compared)
    study.save(PAGE)
    study.recorded.clear()
    return shares.where(estimand="top2_share")


def write_page(study: Study, shares: Shown, to: Path) -> None:
    """Write a page with a figure, a table and a sentence."""
    drawn = figures.dots(
        shares.where(group_a=["asc", "hospital"]),
        headline="Two groups on the same questions",
        subtitle=f"% of those who answered, {study.name}",
        source=study.source,
    )
    data, said = drawn._repr_mimebundle_()
    rows = shares.frame[["item_label", "group_a_label", "n_text", "estimate_text"]]
    listed = tables.table_html(
        rows.set_axis(["Question", "Group", "Answers", "Share"], axis=1), caption="Shares of all groups"
    )
    everywhere = study.protect(study.headline).frame
    study.recorded.clear()
    columns = {
        "area_label": "Area",
        "estimate_text": "Share",
        "interval_text": "95% interval",
        "n_text": "Answers",
    }
    others = tables.table_html(
        everywhere[list(columns)].set_axis(list(columns.values()), axis=1), caption="All areas"
    )
    first = shares.frame.iloc[0]
    sentence = f"<p>{first.group_a_label}: {first.estimate_text} ({first.interval_text}).</p>"
    parts = [
        sample_pages.text("# What did people answer?\n\nThe share of each group."),
        sample_pages.code("# Figure\ndots", sample_pages.output(data, said["trustgap"])),
        sample_pages.code("# Table\nlisted", sample_pages.table(listed)),
        sample_pages.code("# Areas\nothers", sample_pages.table(others)),
        sample_pages.code("# Sentence\nsaid", sample_pages.sentence(sentence)),
        sample_pages.code("# Provenance\nfacts", sample_pages.provenance()),
    ]
    notebook = sample_pages.nbformat.v4.new_notebook(cells=parts)
    to.write_text(page.export(notebook, site=sample_pages.SITE), encoding="utf-8")
