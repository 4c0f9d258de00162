"""The team's repositories through git."""
