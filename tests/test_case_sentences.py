"""Sentences about reviewed cases and teams: true of ordinary, tiny, extreme and hidden input."""

import case_files as files
import pandas as pd
import pytest

from trustgap.report.disclosure import figures
from trustgap.report.sentences import cases as say
from trustgap.report.sentences import teams
from trustgap.report.wording import Words
from trustgap.stats.case_reviews import gaps, reviewers, reviews, suitability

WORDS = Words.plain()


def found(judgements):
    return files.shown(reviews.findings(judgements, area="X1"), judgements)


def same(judgements):
    return files.shown(reviewers.agreed(judgements, area="X1"), judgements)


def decided(*cells):
    judgements = files.decided(cells)
    return files.shown(suitability.suitable(judgements, area="X1"), judgements)


def read(judgements):
    return say.read(figures(reviews.counted(judgements, area="X1"), WORDS))


def priced(n, better, gain, **same):
    cases = files.reviews(n, better, cost=1000.0, **same)
    cases.loc[cases["better_decision"].eq("other"), "cost_better"] = 1000.0 - pd.Series(gain).to_numpy()
    return cases


def changed(judgements):
    return teams.changed(
        files.shown(reviewers.agreement_change(judgements, area="X1"), judgements),
        files.shown(gaps.gap_change(judgements, area="X1"), judgements),
    )


def test_a_gap_whose_size_would_tell_a_bound_is_said_without_it():
    cells = [("A", "", "before", 20, 28), ("B", "", "before", 1, 28)]
    judgements = files.decided([*cells, ("A", "", "after", 15, 28), ("B", "", "after", 11, 28)])
    assert changed(judgements) == "After the change, the gap between the teams is narrower."


def test_a_swapped_design_whose_sizes_would_tell_a_bound_says_why_there_are_none():
    open_ = [("A", "p", "", 11, 14), ("A", "q", "", 10, 14), ("B", "p", "", 3, 14), ("B", "q", "", 2, 14)]
    assert "give away" not in teams.swapped(decided(*open_))
    assert teams.swapped(decided(*open_[:3], ("B", "q", "", 0, 14))).endswith(f". {teams.NO_SIZE}")


def test_who_judged_is_said_with_what_is_known_of_it():
    assert read(files.reviews(12, 3)) == "12 cases were judged by 1 reviewer."
    two = pd.concat([files.reviews(6, 3), files.reviews(6, 1, name="d", reviewer="b")])
    assert read(two) == "12 cases were judged by 2 reviewers."
    assert read(files.shared([(True, False)] * 11)) == (
        "11 cases were judged by 2 reviewers, 11 of the cases by more than one."
    )
    assert read(files.reviews(12, 3, reviewer="")) == "12 cases were judged; nobody is named as reviewer."
    assert read(files.reviews(10, 3)).startswith("Fewer than 11 cases")
    assert read(files.decided([("A", "", "", 3, 9)])).startswith("Fewer than 11 cases")


def test_what_could_have_been_better_is_said_with_its_interval_and_its_base():
    text = say.improvable(found(files.reviews(30, 14, possible=12)))
    assert text == (
        "47% of 30 decisions could have been better (95% interval 30% to 64%). In 86% of those 14 the better "
        "option already existed (95% interval 60% to 96%)."
    )
    assert say.headline(found(files.reviews(30, 14))) == "47% of 30 decisions could have been better"


@pytest.mark.parametrize(
    ("n", "better", "possible", "part"),
    [
        (30, 30, 29, "More than 90% of 30 decisions could have been better. So small a group gets no exact"),
        (30, 1, 1, "Fewer than 10% of 30 decisions could have been better. So small"),
        (30, 8, 8, "They are too few to say how often the better option existed."),
        (30, 14, 14, "In more than 90% of those 14 the better option already existed."),
        (9, 4, 4, "Too few cases were judged to say how many decisions could have been better."),
        (0, 0, 0, "Too few cases were judged"),
    ],
)
def test_extremes_and_small_groups_get_their_own_words(n, better, possible, part):
    parts = [files.reviews(n, better, possible=possible), files.decided([("A", "", "", 3, 9)])]
    text = say.improvable(found(pd.concat(parts)))
    assert part in text
    assert "[c]" not in text
    assert "nan" not in text


def test_kinds_of_decision_are_named_apart():
    parts = [
        files.reviews(20, 5),
        files.reviews(12, 12, point="residential", decision="move", name="r"),
        files.reviews(4, 0, point="package_review", decision="go_on", name="p", outcome="as_needed"),
        files.reviews(15, 6, point="discharge", decision="rehabilitation_bed", name="d"),
    ]
    assert list(say.kinds(found(pd.concat(parts)))) == [
        "25% of 20 people admitted: the admission could have been avoided (95% interval 11% to 47%).",
        "Fewer than 10% of 12 people moved into residential care: the move was right.",
        "Too few packages reviewed are among the cases to say how often more was provided than needed.",
    ]


def test_a_saving_says_whether_it_leaves_out_nothing_and_what_it_is_not():
    text = say.saving(found(priced(20, 10, [500 + 10 * i for i in range(10)])))
    assert text.startswith("Better decisions would have saved £272 per reviewed case (95% interval £")
    assert text.endswith("Whether that money could be taken out is another question.")
    assert "does not leave out" not in text
    unclear = say.saving(found(priced(20, 6, [900, -700, 50, -600, 800, -100])))
    assert "The interval does not leave out that nothing would be saved." in unclear
    dearer = say.saving(found(priced(20, 10, [-500 - 10 * i for i in range(10)])))
    assert dearer.startswith("Better decisions would have cost £272 more per reviewed case")


@pytest.mark.parametrize(
    ("cases", "text"),
    [
        (files.reviews(60, 30, possible=20), "No costs were noted"),
        (files.reviews(20, 8), "Too few cases were judged, costs were noted of too few, or"),
        (priced(20, 3, [100, 200, 300]), "Too few cases were judged, costs were noted of too few, or"),
        (
            priced(20, 20, [100] * 20),
            "Too few cases were judged, costs were noted of too few, or their savings",
        ),
        (priced(9, 6, [100, 200, 300, 50, 80, 900]), "Too few cases were judged"),
        (files.reviews(20, 0), "Too few cases were judged, costs were noted of too few, or their savings"),
    ],
)
def test_without_a_saving_to_tell_the_reason_is_told(cases, text):
    assert say.saving(found(cases)).startswith(text)


def test_a_saving_that_is_the_same_in_many_cases_has_no_interval():
    text = say.saving(found(priced(60, 60, [100] * 60)))
    assert text == (
        "Better decisions would have saved £100 per reviewed case, the same in every case, so that there is "
        "no interval."
    )


def test_agreement_is_said_with_and_without_chance():
    pairs = [(True, True)] * 10 + [(False, False)] * 12 + [(True, False)] * 3
    text = say.agreement(same(files.shared(pairs)))
    assert text.startswith("On the 25 cases that several judged, two reviewers agreed 88% of the time (95%")
    assert "beyond chance (AC1) that is 0.76 (95% interval 0." in text
    assert text.endswith("That one reviewer finds something better more often than another is not shown.")
    strict = say.agreement(
        same(files.shared([(True, False)] * 12 + [(True, True)] * 12 + [(False, False)] * 6))
    )
    assert "Some reviewers find something better more often than others do." in strict
    assert "So wide an interval leaves open how far they agree." in say.agreement(
        same(files.shared([(True, True)] * 6 + [(False, False)] * 5 + [(True, False)] * 4))
    )


def test_without_shared_cases_nothing_is_said_of_agreement():
    assert say.agreement(same(files.reviews(20, 5))) == say.NO_PAIR
    assert say.agreement(same(files.shared([(True, True)] * 9))).startswith(
        "Too few cases were judged by more"
    )


SEVENTY = [("A", "p", "", 21, 30), ("A", "q", "", 21, 30), ("B", "p", "", 6, 30), ("B", "q", "", 6, 30)]


def test_teams_are_set_side_by_side_with_what_can_be_concluded():
    assert teams.apart(decided(*SEVENTY)) == (
        "A found 70% of people suitable, B 20%: a clear difference, +50 points (95% interval +33 to +63)."
    )
    bound = teams.apart(decided(("A", "", "", 14, 20), ("B", "", "", 1, 20)))
    assert bound == "A found 70% of people suitable, B fewer than 10%: a clear difference."
    unclear = teams.apart(decided(("A", "", "", 9, 20), ("B", "", "", 7, 20)))
    assert "whether they differ cannot be said, +10 points" in unclear
    alike = teams.apart(decided(("A", "", "", 400, 1000), ("B", "", "", 400, 1000)))
    assert "about the same, within 10 points, 0 points" in alike


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([], teams.NO_TEAM),
        ([("A", "", "", 9, 20)], teams.ONE_TEAM),
        ([("A", "", "", 9, 20), ("B", "", "", 2, 8)], "Too few decisions of a team"),
        (
            [("A", "", "", 18, 20), ("B", "", "", 9, 20), ("C", "", "", 3, 20)],
            "In 3 of 3 pairs of teams one finds a clearly larger share suitable than the other.",
        ),
    ],
)
def test_one_team_many_or_few_decisions_have_their_own_words(cells, text):
    judgements = pd.concat([files.decided(cells), files.reviews(3, 1)])
    shown = files.shown(suitability.suitable(judgements, area="X1"), judgements)
    assert teams.apart(shown).startswith(text)


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (SEVENTY, "The teams differ on the same people. That it makes no difference"),
        ([(a, b, c, 10 * x, 10 * n) for a, b, c, x, n in SEVENTY], "The difference is the team:"),
        ([(b, a, c, x, n) for a, b, c, x, n in SEVENTY], "The people differ for the same team."),
        ([(b, a, c, 10 * x, 10 * n) for a, b, c, x, n in SEVENTY], "The difference is the people:"),
        ([(a, b, c, 15, 30) for a, b, c, *_ in SEVENTY], "These cases cannot tell"),
        ([(a, b, c, 150, 300) for a, b, c, *_ in SEVENTY], "Neither counts:"),
        (
            [
                ("A", "p", "", 270, 300),
                ("A", "q", "", 150, 300),
                ("B", "p", "", 150, 300),
                ("B", "q", "", 30, 300),
            ],
            "Both count:",
        ),
        (SEVENTY[:2], "No two teams each decided"),
        ([(a, b, c, 2, 5) for a, b, c, *_ in SEVENTY], "Too few decisions of a team"),
    ],
)
def test_team_or_people_is_concluded_only_where_the_other_is_shown_to_be_alike(cells, text):
    shown = decided(*cells)
    assert teams.swapped(shown).startswith(text)
    contrasts = shown.where(item="case_swapped").without(estimand="team_by_population")
    assert len(teams.headline(contrasts).split()) <= 10


def test_what_changed_is_said_of_reviewers_and_of_teams():
    gap = [("A", "", "before", 28, 40), ("B", "", "before", 4, 40)]
    gap += [("A", "", "after", 20, 40), ("B", "", "after", 18, 40)]
    agree = [
        files.shared(
            [(i % 2 == 0, (i % 2 == 0) ^ (i >= alike)) for i in range(30)], name=period, period=period
        )
        for period, alike in (("before", 16), ("after", 29))
    ]
    text = changed(pd.concat([*agree, files.decided(gap)]))
    assert text.startswith("After the change, reviewers agree more than before (change 0.")
    assert "; the gap between the teams is narrower (change −55 points, 95% interval −" in text
    assert changed(files.decided(gap)).startswith("After the change, the gap between the teams is narrower")
    assert changed(files.decided([(*cell[:3], 3, 9) for cell in gap])).startswith(
        "Too few cases before or after"
    )
    assert changed(files.reviews(12, 3)) == teams.NO_PERIOD


def test_the_figure_is_described_line_by_line():
    shown = found(files.reviews(30, 14, possible=10)).without(estimand="saving_per_case")
    text = say.alternative(shown)
    assert "case_improvable: 47% (95% interval 30% to 64%); case_available: 71%" in text
    assert "case_residential_right: hidden" in text


def test_sentences_take_protected_rows_only():
    rows = reviews.findings(files.reviews(30, 14), area="X1")
    for sentence in (say.improvable, say.saving, say.kinds, say.agreement, teams.apart, teams.swapped):
        with pytest.raises(TypeError, match="Shown"):
            sentence(rows)
