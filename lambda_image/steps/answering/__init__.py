"""From an error to a diagnosis: evidence numbered, the model asked, its answer held against its sources."""
