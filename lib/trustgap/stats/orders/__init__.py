"""Ordered answers: θ, paired ratings, proportional odds."""
