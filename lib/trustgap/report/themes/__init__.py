"""What single pages set together from the statistics, one module a theme."""
