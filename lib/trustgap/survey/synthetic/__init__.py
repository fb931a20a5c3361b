"""The demo survey: how its answers and files are made, and what is true in them."""
