"""Rows of every analysis of the demo survey, measured once for all tests that read them."""

from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path

import pandas as pd

from trustgap.report import measuring, release
from trustgap.report.study import Study
from trustgap.stats.batteries import quality
from trustgap.stats.change import changes, linearity, returning, slopes, wave_shares
from trustgap.stats.missingness import missing, sensitivity
from trustgap.stats.orders import association, paired
from trustgap.stats.ranking import contrasts, rankings
from trustgap.stats.shares import proportions, responses
from trustgap.stats.trust import dyads, joint, pattern
from trustgap.survey import folder

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"


@cache
def survey():
    return folder.load(DEMO)


@cache
def measured():
    return measuring.measure(survey())


@cache
def study(area):
    part = release.part(measured(), area)
    return Study(part, area, Path("outputs"), part.mask, part.words, datetime(2020, 1, 1, tzinfo=UTC))


@cache
def rows(area):
    """Give the unprotected rows of every analysis of one area, by name."""
    return analyses(study(area))


@cache
def shown(area):
    """Give all of an area's rows as they may be shown, by name of the analysis."""
    return {name: study(area).mask.protect(part, study(area).words) for name, part in rows(area).items()}


def analyses(of):
    """Run every analysis of the area notebooks."""
    asked, place = of.questionnaire, {"area": of.area, "wave": of.latest}
    now, whole = of.cells(wave=of.latest), of.cells(wave=of.latest, group="all")
    current = of.answers[of.answers["wave"].eq(of.latest)]
    trust, factors = of.block("trust"), of.block("factor")
    over = of.cells(item=trust.index)
    first, second = asked.groups.index[:2]
    classes = combinations(asked.classes, 2)
    pairs = dyads.reciprocity(now, of.items, asked.groups, teams=asked.teams, seed=of.seed)
    changed = changes.change(over, trust, **of.over_time)
    others = {"blocks": of.items, **of.over_time}
    return {
        "who": responses.who_answered(of.people, staff=of.staff),
        "answered": responses.answered(now),
        "bounds": missing.bounds(pd.concat([whole, now]), of.items),
        "quality": quality.quality(current, of.items),
        "distribution": proportions.distribution(pd.concat([whole, now]), of.items),
        "shares": proportions.shares(pd.concat([whole, now]), of.items),
        "compared": of.compared,
        "headline": of.headline,
        "reciprocity": pairs,
        "pairs again": sensitivity.reciprocity(
            pairs, now, current, of.items, asked.groups, teams=asked.teams, seed=of.seed
        ),
        "same_team": dyads.same_team(now, of.items, asked.groups, teams=asked.teams, seed=of.seed),
        "joint": joint.effects(current, of.items, asked.groups, teams=asked.teams),
        "pattern": pattern.pattern(current, of.items, asked.groups, teams=asked.teams),
        "least": rankings.least_trusted(of.told, trust, **place, seed=of.seed, asked=of.asked),
        "dominance": paired.dominance(current, of.items, teams=asked.teams),
        "association": association.association(current, of.items, seed=of.seed),
        "beside": association.beside(now, of.items),
        "standardised": wave_shares.standardised(over, trust, waves=of.over_time["waves"]),
        "change": changed,
        "change again": sensitivity.change(changed, over, of.answers, trust, seed=of.seed, **others),
        "trend": slopes.trend(over, trust, asked.waves["time"].to_dict(), comparable=asked.comparability),
        "linearity": linearity.linearity(over, trust, asked.waves["time"].to_dict()),
        "linked": returning.returning(of.answers, waves=of.over_time["waves"]),
        "ranking": rankings.ranking(of.answers, factors, **place, seed=of.seed),
        "gap": dyads.group_gap(
            of.cells(wave=of.latest, block="factor"), factors, first, second, seed=of.seed
        ),
        "classes": pd.concat(
            [contrasts.class_contrast(of.answers, factors, class_a=a, class_b=b, **place) for a, b in classes]
        ),
    }
