"""Barriers held against evidence, two roles compared, interventions in order."""
