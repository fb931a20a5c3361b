"""Missing answers and what they could hide."""
