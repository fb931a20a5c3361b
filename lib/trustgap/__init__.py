"""Research notebooks and a small library for staff surveys where hospital and social care meet."""
