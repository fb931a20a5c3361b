"""Releases: what of a finished run may be published is put in a folder of its own, and on record."""
