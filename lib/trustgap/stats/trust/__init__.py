"""Who trusts whom."""
