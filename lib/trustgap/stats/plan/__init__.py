"""How many answers are needed, and what those at hand can show."""
