"""Days of delayed transfers: to whom they are attributed, and for which reasons."""
