"""From a diagnosis to a proved patch, and what becomes of its pull request."""
