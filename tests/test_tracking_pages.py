"""Sentences, charts and tables of metrics over time."""

import re

import numpy as np
import pandas as pd
import pytest
from tracked_series import begun, elsewhere, metric, months, noise, shown

from trustgap.report import figures
from trustgap.report.disclosure import Mask
from trustgap.report.sentences import before_after as surveys
from trustgap.report.sentences import tracking as say
from trustgap.report.themes import tracked
from trustgap.report.wording import Words
from trustgap.stats.tracking.charts import chart_rows
from trustgap.stats.tracking.decisions import decide

STEADY = [20.0, 22, 19, 21, 20, 23, 18, 20, 21, 19, 22, 20, 21]
WORDS = {"headline": "What it did", "subtitle": "Falls, monthly", "source": "Source: a test."}


def charted(rows):
    return shown(chart_rows(rows))


def drawn(rows, **options):
    return figures.control_chart(charted(rows), **(WORDS | options))


def tried(*frames):
    return shown(decide(pd.concat(frames, ignore_index=True)))


def texts(table):
    return re.sub(r"<[^>]+>", "|", table.html)


WEEKS = [f"{day:%Y-%m-%d}" for day in pd.date_range("2020-01-06", periods=150, freq="7D")]
DROP = np.where(np.arange(24) >= 12, -3.0, 0.0)
OTHER = elsewhere(20 + noise(12, 24) / 5)


def test_a_steady_metric_is_ordinary_variation():
    assert say.metric(charted(metric(STEADY))) == (
        "“Falls” was 21 in January 2018, where 14.5 to 26.4 is ordinary variation. None of 13 figures is "
        "more than ordinary variation."
    )
    assert say.headline(charted(metric(STEADY))) == "Nothing but ordinary variation in 13 figures"


def test_signals_are_counted_with_their_first_period():
    said = say.metric(charted(metric([*STEADY, 40.0])))
    assert said.endswith("Of 14 figures, 1 signals concern (in February 2018).")
    assert say.headline(charted(metric([*STEADY, 40.0]))) == "Signals in 14 figures: 1 of concern"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (metric([3.0] * 14), "There are no limits: the figures do not vary."),
        (metric([3.0]), "There are no limits: too few figures."),
        (metric([3.0, 4], period=["2016-01-01", "2017-01-01"]), "a year apart belong on no chart"),
        (metric(STEADY[:11]), "These limits are on trial: fewer than 12 figures"),
        (metric(hits=[1] * 13, base=[10] * 13), "every figure rests on too few people"),
    ],
)
def test_why_there_are_no_limits_or_no_figures_is_said(rows, words):
    assert words in say.metric(charted(rows))
    assert len(say.headline(charted(rows)).split()) <= 14


def test_metrics_with_signals_are_named_and_none_sent_is_said():
    both = pd.concat([metric([*STEADY, 40.0]), metric([*STEADY, 20.0], name="late")])
    said = say.overview(charted(both), what="outcome measure")
    assert said == "1 of 2 outcome measures shows more than ordinary variation at some time: “Falls”."
    calm = pd.concat([metric(STEADY), metric(STEADY, name="late")])
    said = say.overview(charted(calm), what="outcome measure")
    assert said == "None of 2 outcome measures shows more than ordinary variation at any time."
    single = say.overview(charted(metric([*STEADY, 40.0])), what="outcome measure")
    assert single == "The one outcome measure, “Falls”, shows more than ordinary variation at some time."
    quiet = say.overview(charted(metric(STEADY)), what="outcome measure")
    assert quiet == "The one outcome measure, “Falls”, shows no more than ordinary variation."
    assert (
        say.overview(charted(metric(STEADY).iloc[:0]), what="process measure")
        == "No process measure was sent."
    )


def test_a_difference_is_said_with_its_size():
    said = say.interventions(tried(begun(20 + noise(11, 24) + DROP, 12), OTHER))
    assert len(said) == 1
    assert re.fullmatch(
        r"“Hourly rounds”, begun in January 2018, made a difference: −[\d.]+ \(−[\d.]+ to −[\d.]+\) in "
        r"“Falls”, beyond what comparison areas did\.",
        said[0],
    )


def test_no_difference_and_a_move_the_other_way_are_told_apart():
    same = say.interventions(tried(begun(20 + noise(11, 24), 12), OTHER))[0]
    assert same.endswith("made no difference worth having in “Falls”.")
    worse = say.interventions(tried(begun(20 + noise(11, 24) - DROP, 12), OTHER))[0]
    assert worse.endswith("in “Falls”; “Falls” moved clearly the other way.")


def test_what_cannot_be_judged_says_why_and_when():
    young = say.interventions(tried(begun((20 + noise(11, 24))[:16], 12), OTHER.iloc[:16]))[0]
    assert re.search(r"too few points before or after the change; it could be said from \w+ 20\d\d\.$", young)
    late = say.interventions(tried(begun(20 + noise(11, 24), 7)))[0]
    assert late.endswith("too few figures before it began; only earlier ones would help.")
    assert say.interventions(tried(metric(STEADY))) == "No intervention is recorded for these figures."


def test_what_may_suffer_stands_beside_the_outcome():
    rows = [begun(20 + noise(11, 24), 12), OTHER]
    harm = begun(20 + noise(13, 24) - DROP, 12, name="late", kind="balancing")
    said = say.interventions(tried(*rows, harm, OTHER.assign(metric="late")))[0]
    assert said.endswith("Beside it: “Seen late” moved clearly the wrong way.")
    fine = begun(20 + noise(13, 24), 12, name="late", kind="balancing")
    said = say.interventions(tried(*rows, fine, OTHER.assign(metric="late")))[0]
    assert said.endswith("Beside it: “Seen late” did not move clearly the wrong way.")


def test_too_few_people_hide_the_verdict_with_the_figures():
    facts = {"intervention": "rounds", "intervention_date": months(11)[-1]}
    found = tried(metric(hits=[0, 1] * 10, base=[1] * 20, **facts))
    assert found.where(estimand="intervention").frame["suppressed"].all()
    assert "too few people" in say.interventions(found)[0]
    assert "[c]" in texts(tracked.interventions(found, caption="What was tried"))


def test_the_chart_shows_what_was_begun_and_what_was_found():
    rows = begun([*STEADY, *(value - 9 for value in STEADY)], 13)
    figure = drawn(rows, began=tried(rows).where(estimand=say.CHANGES))
    assert "A line marks February 2018: Hourly rounds" in figure.alt
    assert "13 points marked improvement, first in February 2018" in figure.alt
    assert len(re.findall("Improvement", figure.table_html)) == 13
    assert figure.table_html.count("<tr>") == 27


@pytest.mark.parametrize(
    "rows",
    [
        metric([3.0]),
        metric([0.0] * 14),
        metric([1e6 + 1000 * value for value in STEADY]),
        metric([-value / 1000 for value in STEADY]),
        metric(hits=[0, 0, 1] * 5, base=[4000] * 15),
        metric(hits=[40] * 13, base=[40] * 13),
        metric(noise(1, 150), period=WEEKS),
        metric([5.0, 6], period=["2020-01-01", "2024-01-01"]),
        begun(STEADY, 0),
        begun(STEADY, 12),
        metric(STEADY, intervention="rounds " * 30, intervention_date="2016-01-01"),
    ],
)  # fmt: skip
def test_the_chart_can_be_drawn_at_every_edge(rows):
    found = decide(rows)
    began = shown(found).where(estimand=say.CHANGES) if len(found) else None
    assert drawn(rows, began=began).svg.startswith("<svg")


def test_a_hidden_figure_is_marked_and_breaks_the_line():
    base = [40] * 13
    base[4] = 9
    figure = drawn(metric(hits=[4] * 13, base=base))
    assert "Not drawn for May 2017: too few people for it to be shown" in figure.alt
    assert "[c]" in figure.table_html
    every = drawn(metric(hits=[1] * 13, base=[9] * 13))
    assert "Nothing is drawn" in every.alt


def test_a_chart_shows_one_metric_only():
    both = pd.concat([metric(STEADY), metric(STEADY, name="late", period=months(13, "2020-01-01"))])
    with pytest.raises(ValueError, match="one metric"):
        drawn(both)


def test_only_shown_rows_are_drawn_told_or_tabled():
    rows = chart_rows(metric(STEADY))
    for make in (say.metric, say.headline, say.interventions, lambda r: say.overview(r, what="x")):
        with pytest.raises(TypeError):
            make(rows)
    for table in (tracked.interventions, tracked.overview):
        with pytest.raises(TypeError):
            table(rows, caption="x")


def test_six_metrics_have_charts_outcomes_first_and_the_rest_a_line_in_a_table():
    names = [("process", f"p{n}") for n in range(4)] + [("outcome", f"o{n}") for n in range(4)]
    rows = pd.concat([metric(STEADY, name=name, kind=kind, label=name) for kind, name in names])
    assert [name for name, _ in tracked.measures(rows, kinds=["outcome"])] == ["o0", "o1", "o2", "o3"]
    assert [name for name, _ in tracked.measures(rows, kinds=["process", "balancing"])] == ["p0", "p1"]
    assert len(re.findall("<tr>", tracked.overview(charted(rows), caption="All").html)) == 9
    assert tracked.overview(charted(metric(STEADY)), caption="All") is None


def test_the_table_says_before_after_and_why():
    table = texts(tracked.interventions(tried(begun(20 + noise(11, 24), 7)), caption="What was tried"))
    assert "Hourly rounds (August 2017)" in table
    assert "too few figures before it began" in table
    assert tracked.interventions(tried(metric(STEADY)), caption="none") is None


def beside(*verdicts):
    rows = {"area": "X1", "wave": "1/3", "analysis": "before_after", "estimand": "share_difference_beyond"}
    limits = {"estimate": 0.1, "conf_low": 0.01, "conf_high": 0.2, "n_a": 40, "n_b": 40}
    frame = pd.DataFrame([rows | limits | {"item": f"q{n}", "verdict": v} for n, v in enumerate(verdicts)])
    return Mask().protect(frame.assign(rests_on=[(("X1", "1", "a", "q"),)] * len(frame)), Words.plain())


def test_surveys_say_which_answers_changed_more_here():
    said = surveys.surveys(beside("higher", "inconclusive", "equivalent"))
    assert said == (
        "“q0” (+10 points) rose more, or fell less, here than elsewhere. Of 3 comparisons, 1 changed about "
        "as much and 1 cannot be told with this many answers."
    )
    assert surveys.headline(beside("higher", "lower")) == "1 higher and 1 lower here, of 2 compared"
    quiet = beside("inconclusive", "inconclusive")
    assert surveys.surveys(quiet).startswith("Nothing changed clearly more or less here")
    assert surveys.headline(quiet) == "Nothing clearly different here in 2 comparisons"


def test_surveys_that_cannot_be_compared_say_so():
    assert surveys.surveys(beside("higher").first(0)).startswith("No two surveys lie before and after")
    assert surveys.surveys(beside("")) == "Too few people answered the surveys before and after to compare."
    assert surveys.headline(beside("").first(0)) == "Too few answers to compare the surveys"
