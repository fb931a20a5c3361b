"""Estimates, intervals and tests: plain frames in, plain frames out; no file, no figure, no questionnaire."""
