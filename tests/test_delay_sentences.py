"""Sentences about delayed days: true of the rows they are made from, be these full, few, hidden or none."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import figures as service
from trustgap.report.sentences import delays as say
from trustgap.report.sentences import split
from trustgap.report.wording import Words
from trustgap.stats.delays import attribution, elsewhere, months, per_day, reasons
from trustgap.survey.programme.delays import LABELS

WORDS = Words(
    whole="Albion", items=LABELS | {"package": "Care package awaited", "family": "Choice of family"}
)
SIDES = ("nhs", "social_care", "both")


def series(parts, *, start="2018-01", breakdown="responsible"):
    length = len(next(iter(parts.values())))
    periods = list(pd.period_range(start, periods=length, freq="M").strftime("%Y-%m-01"))
    frames = [
        pd.DataFrame(
            {"period": periods, "breakdown": breakdown, "category": name, "days": np.array(days, float)}
        )
        for name, days in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)


def shown(rows, area="X1"):
    return service(rows.assign(area=area), WORDS)


STEADY = {"nhs": [600, 610, 590] * 8, "social_care": [300, 290, 310] * 8, "both": [100, 101, 99] * 8}
RISEN = {
    "nhs": [600, 610, 590] * 4 + [400, 410, 390] * 4,
    "social_care": [300, 290, 310] * 4 + [500, 490, 510] * 4,
}
NOTHING = pd.DataFrame(columns=["area", "period", "breakdown", "category", "days"])
FEW = {"nhs": [1, 0, 0] * 8, "social_care": [0, 0, 0] * 8}


@pytest.mark.parametrize(
    ("delays", "said"),
    [
        (
            series(STEADY),
            "January 2019 to December 2019: 12,000 days of delay, of which are attributed 60% to the "
            "NHS, 30% to "
            "social care and 10% to both together. No share has clearly changed from the year before. Of 3 "
            "shares, 3 are about the same.",
        ),
        (
            series(RISEN),
            "January 2019 to December 2019: 10,800 days of delay, of which are attributed 56% to "
            "social care and "
            "44% to the NHS. Compared with the year before, less to the NHS (−22 points; −23 to −22) "
            "and more "
            "to social care (+22 points; +22 to +23).",
        ),
        (
            series(STEADY | {"both": [0] * 24}),
            "January 2019 to December 2019: 10,800 days of delay, of which are attributed 67% to the "
            "NHS, 33% to social care and 0% to both together. No share has clearly changed from the year "
            "before. Of 2 shares, 2 are about the same. 1 more is the same in every month of a year, so that "
            "there is no interval.",
        ),
        (
            series({side: days[:8] for side, days in STEADY.items()}),
            "January 2018 to August 2018: 8,001 days of delay, of which are attributed 60% to the NHS, "
            "30% to "
            "social care and 10% to both together. There is no year before to compare with.",
        ),
        (series(FEW), say.NONE),
        (NOTHING, say.NONE),
    ],
)
def test_the_split_of_the_latest_year_is_said_with_what_changed(delays, said):
    assert say.attributed(shown(attribution.attributed(delays))) == said


def test_headlines_of_the_split_are_short_and_never_empty():
    for delays, said in (
        (series(STEADY), "60% attributed to the NHS, 30% to social care"),
        (series({"nhs": [50] * 12}), "100% attributed to the NHS"),
        (series(FEW), "Too few days of delay to show shares"),
        (NOTHING, "Too few days of delay to show shares"),
    ):
        headline = say.share_headline(shown(attribution.attributed(delays)))
        assert headline == said
        assert len(headline.split()) <= 10


def test_months_without_a_count_or_with_few_days_are_named():
    gap = series(STEADY)
    gap = gap[~gap["period"].isin(["2018-03-01", "2018-05-01"])]
    found = say.recorded(shown(months.monthly(gap, breakdown="responsible")))
    assert found == (
        "Counted for 22 months, January 2018 to December 2019. Nothing was recorded, or no day of "
        "delay counted, "
        "in March 2018 and May 2018."
    )
    few = say.recorded(shown(months.monthly(series({"nhs": [50, 5, 50]}), breakdown="responsible")))
    assert few.endswith("In 1 month with fewer than 11 days they are hidden.")
    assert (
        say.recorded(shown(months.monthly(NOTHING, breakdown="responsible")))
        == "No month has a day of delay."
    )


def test_one_reason_comes_first_only_where_all_others_can_be_excluded():
    clear = series({"package": [90, 80, 85] * 16, "family": [20, 25, 30] * 16}, breakdown="reason")
    assert say.first(shown(reasons.reasons(clear))) == (
        "“Care package awaited” (77%) brought more days of delay in January 2018 to December 2021 "
        "than any other "
        "reason."
    )
    rng = np.random.default_rng(3)
    alike = series(
        {name: 50 + 9 * rng.standard_normal(48) for name in ("package", "family")}, breakdown="reason"
    )
    assert say.first(shown(reasons.reasons(alike))).startswith(
        "2 of 2 reasons could come first in January 2018"
    )
    assert "That is all of them." in say.first(shown(reasons.reasons(alike)))


def test_a_late_reason_is_named_and_a_short_series_has_no_places():
    late = pd.concat(
        [
            series({"package": [90, 80, 85] * 16, "family": [20, 25, 30] * 16}, breakdown="reason"),
            series({"other": [5] * 12}, start="2021-01", breakdown="reason"),
        ]
    )
    assert say.first(shown(reasons.reasons(late))).endswith(
        "Not recorded in all of these months, so without a place: “other”."
    )
    short = series({"package": [90, 80, 85], "family": [20, 25, 30]}, breakdown="reason")
    assert say.first(shown(reasons.reasons(short))) == (
        "“Care package awaited” has the largest share (77%); places cannot be told: too few months "
        "with a count."
    )
    assert say.first(shown(reasons.reasons(NOTHING))) == say.NONE


def test_unusual_months_are_named_and_a_chart_without_limits_says_so():
    steady = [300, 280, 310, 300, 310, 290] * 4
    jump = shown(per_day.per_day(series({"nhs": [*steady[:-2], 900, 300]})))
    assert say.unusual(jump) == (
        "Of 24 months on the chart of days of delay per day, 1 lies above the limits (November 2019)."
    )
    lengths = pd.period_range("2018-01", periods=24, freq="M").days_in_month
    people = [9, 11] * 6 + [10.6, 11] * 4 + [9, 11] * 2
    runs = [round(waiting * length) for waiting, length in zip(people, lengths, strict=True)]
    assert say.unusual(shown(per_day.per_day(series({"nhs": runs})))).endswith(
        "none lies beyond the limits. In runs or close to a limit: 9 with more days than on average."
    )
    calm = shown(per_day.per_day(series({"nhs": steady})))
    assert say.unusual(calm).endswith("none lies beyond the limits.")
    for delays in (series({"nhs": [50]}), NOTHING):
        rows = shown(per_day.per_day(delays))
        assert say.unusual(rows).startswith("There are too few months")
        assert say.unusual_headline(rows) == "No limits of what is usual can be drawn"
    assert say.unusual_headline(jump) == "1 of 24 months beyond the limits"
    assert say.unusual_headline(calm) == "None of 24 months beyond the limits"
    short = shown(per_day.per_day(series({"nhs": steady[:8]})))
    assert say.unusual(short).endswith("These limits are on trial: fewer than 12 months set them.")


def test_an_area_is_compared_with_the_rest_in_words():
    rest, own = (
        series({side: np.array(days) * 50 for side, days in STEADY.items()}),
        series(RISEN | {"both": [99, 100] * 12}),
    )
    whole = rest.assign(
        days=rest["days"].to_numpy()
        + own.set_index(["category", "period"])
        .loc[list(zip(rest["category"], rest["period"], strict=True)), "days"]
        .to_numpy()
    )
    found = say.against(shown(elsewhere.against_rest(own, whole)), rest="the rest of Albion")
    assert found.startswith("Compared with the rest of Albion, a smaller share is attributed to the NHS (−")
    assert "a larger share is attributed to social care (+" in found
    alone = say.against(shown(elsewhere.against_rest(own, own)), rest="the rest of Albion")
    assert alone == "There is no comparison with the rest of Albion: no day of delay was counted."
    assert say.against(shown(elsewhere.against_rest(NOTHING, NOTHING)), rest="the rest") == say.NONE


def at_the_time(care, both=80):
    wave = np.random.default_rng(care).uniform(-1, 1, 12)
    return series(
        {"social_care": care + wave, "nhs": 1000 - both - care - wave, "both": [both] * 12}, start="2016-04"
    )


def test_the_published_split_is_held_against_both_readings_of_health():
    said = split.published(shown(attribution.split(at_the_time(340))))
    assert said.startswith(
        "April 2016 to March 2017: 34% of the days were attributed to social care (34% to 34%)."
    )
    assert said.endswith(
        "That it was 35% holds. That 65% arose within health does not hold if that is the NHS "
        "alone (58%; 58% to "
        "58%), and holds if that is the NHS and both together (66%; 66% to 66%)."
    )
    assert "That it was 35% does not hold" in split.published(shown(attribution.split(at_the_time(600))))
    for delays in (NOTHING, series(STEADY)):
        assert split.published(shown(attribution.split(delays))).startswith("There are too few days of delay")


def test_areas_are_counted_and_not_named():
    local = pd.concat(
        [at_the_time(care).assign(area=f"X{care}") for care in (350, 355, 600)]
        + [series(STEADY).assign(area="X9")]
    )
    rows = service(attribution.split_by_area(local), WORDS)
    assert split.standing(rows) == (
        "Of 4 areas at the same time, the 35% of social care holds in 2, does not hold in 1, and "
        "cannot be told "
        "in 1."
    )
    assert (
        split.standing(service(attribution.split_by_area(NOTHING), WORDS)) == "No area has days of that time."
    )
    whole = local.groupby(["period", "breakdown", "category"], as_index=False, sort=False)["days"].sum()
    spread = service(elsewhere.everywhere(local, whole, part="social_care"), WORDS)
    found = split.spread(spread.where(estimand="share_difference"))
    assert found == "No area can be compared with the rest."
    then = local[local["area"].ne("X9")]
    whole = then.groupby(["period", "breakdown", "category"], as_index=False, sort=False)["days"].sum()
    spread = service(elsewhere.everywhere(then, whole, part="social_care"), WORDS)
    assert split.spread(spread.where(estimand="share_difference")) == (
        "Of 3 areas compared with the rest: clearly larger share 1, clearly smaller 2, about the same none, "
        "unclear none."
    )
