"""What ids of results say to a reader: reasons, marks, sorts of numbers, verdicts."""

REASONS = {
    "c": "too few people answered",
    "over": "nearly everyone answered alike",
    "under": "hardly anyone answered so",
    "near": "nearly everyone of a group answered alike, so the size is not given",
    "beside": "not given, because it would tell the size of another share",
    "collapsed": "shown in three categories, because few people answered",
    "rare": "fewer than 11 did so, so how many is not given",
    "complete": "hardly any answer is missing",
    "missing_unknown": "how many answers are missing is not known",
    "n_lt_min": "too few answers",
    "df_le_0": "too few people, or too few sampling units, for an estimate of this kind",
    "constant": "all answers are the same",
    "all_missing": "nobody gave a valid answer",
    "one_level": "too few questions to compare",
    "few_waves": "too few waves with answers",
    "few_areas": "too few areas to compare",
    "not_comparable": "the wording or the scale changed",
    "separated": "the answers do not overlap, so no model can be fitted",
    "few_points": "too few points before or after the change",
    "few_clusters": "too few sites or reviewers to compare",
    "models_disagree": "two models of the series disagree",
    "perfect": "one rating follows exactly from the other, so there is no interval",
    "alike": "more alike than chance alone would make them, so there is no interval",
    "dominated": "one or two people carry so much of the weight that the result would be theirs",
    "point_only": "a point drawn towards the mean, for which no interval would be honest",
    "identical": "everyone answered all questions alike",
    "steady": "as much alike in every sample drawn, so there is no interval",
    "no_factor": "no single factor fits these answers",
    "confounded": "who answered and who was rated cannot be told apart here",
    "no_costs": "no costs were noted",
    "few_costs": "costs were noted of too few cases",
    "test_only": "a test has no size of its own",
    "nothing_speaks": "no piece of evidence speaks for or against it",
    "not_linked": "no factor of the survey speaks to it",
    "evidence_only": "placed by the evidence alone, without answers",
    "unchanging": "the figures do not vary",
    "few_figures": "too few figures",
    "yearly": "figures a year apart belong on no chart of this kind",
    "trial": "fewer than 12 figures set the limits, which will still move",
    "few_before": "too few figures before it began; only earlier ones would help",
    "drift": "the area and the others moved apart, or together, already before it began",
    "no_signal": "the average moved, but no figure is more than ordinary variation",
    "not_clear": "a change worth having can neither be shown nor ruled out",
    "against": "it moved clearly the other way",
    "no_days": "no day of delay was counted",
    "few_months": "too few months with a count",
    "not_throughout": "not recorded in all of these months",
    "same_months": "the same in every month, so there is no interval",
    "not_asked": "the survey did not ask this",
    "no_file": "no file that could tell was handed in",
    "out_of_scope": "nothing that is collected here can tell",
    "p_ci_disagree": "not clear: the interval and the test that allows for many comparisons disagree",
}
"""What a reason code says to a reader."""

SIGNALS = {
    "straight_line": "The same answer to all questions of a block",
    "long_string": "The same answer ten or more times in a row",
    "one_answer": "The same score throughout",
    "identical_sheet": "All answers the same as somebody else's",
    "mostly_missing": "No valid answer to more than half of the questions",
}
"""What signs of careless answers are called."""

EVIDENCE = {
    "flow_data": "Data on flow",
    "interviews": "Interviews",
    "case_reviews": "Case reviews",
    "survey": "Survey",
    "observation": "Observation",
    "communications": "Messages",
}
"""What kinds of evidence are called."""

LEVELS = {"front_line": "Front line", "senior": "Senior staff"}
"""What the levels of staff that evidence comes from are called, unless a survey names them as roles."""

SORTS = {
    "difference": "share_difference share_difference_beyond change_over_period mean_difference dominance "
    "residual difference_lowest difference_highest difference_imputed team_difference "
    "population_difference team_by_population gap_change rater_difference",
    "width": "half_width smallest_gap smallest_change smallest_trend smallest_margin",
    "theta": "theta theta_simultaneous theta_lowest theta_highest theta_imputed weighted_theta",
    "mean": "mean weighted_mean between_area_sd design_effect largest_weight prediction_mean",
    "correlation": "tau_b tau_difference alpha omega mokken_h mokken_h_item item_rest gwet_ac cohen_kappa "
    "fleiss_kappa krippendorff_alpha agreement_change",
    "count": "respondents reviewed_cases answers_needed effective_n kinds_speaking barriers_verified areas "
    "areas_first areas_alone areas_ranked",
    "rank": "rank",
    "rate": "response_rate",
    "flag": "composite",
    "statistic": "linearity between_groups between_teams interaction interaction_top2 proportional_odds "
    "raters_differ",
    "value": "published_value recomputed_value",
    "money": "saving_per_case saving_total",
    "figure": "metric_value metric_value_centre metric_value_low metric_value_high metric_value_before "
    "metric_value_after weight weight_for weight_against balance",
    "figure_difference": "metric_value_change metric_value_elsewhere",
    "service_share": "metric_share metric_share_centre metric_share_low metric_share_high "
    "metric_share_before metric_share_after",
    "service_difference": "metric_share_change metric_share_elsewhere",
    "period": "signal_at say_from",
}
"""What sort of number each estimand is; one not named here is a share, or a flag by its first letters."""

SORT_OF = {estimand: sort for sort, estimands in SORTS.items() for estimand in estimands.split()}
FLAGS = ("top_", "holds_")
VERDICTS = {
    "higher": "Higher",
    "lower": "Lower",
    "equivalent": "About the same",
    "inconclusive": "Cannot say",
    "holds": "Holds",
    "does_not_hold": "Does not hold",
    "cannot_say": "Cannot say",
    "verified": "Verified",
    "disproved": "Disproved",
    "mixed": "Mixed",
    "not_tested": "Not yet tested",
    "improvement": "Improvement",
    "concern": "Concern",
    "high": "Unusually high",
    "low": "Unusually low",
    "difference": "Made a difference",
    "no_difference": "No difference worth having",
    "too_early": "Cannot say yet",
    "out_of_scope": "Out of scope",
    "above_range": "Above the range",
    "below_range": "Below the range",
    "within_range": "Within the range",
    "": "",
}
