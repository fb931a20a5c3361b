"""How areas differ."""
