"""Tracemend: from the error in a team's logs to an answered alert and a tested pull request."""
