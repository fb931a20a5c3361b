"""The attacker's view of a release: what its files together tell of hidden cells, and each alone."""
