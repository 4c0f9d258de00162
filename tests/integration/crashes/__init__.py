"""What comes of a problem when functions die while they work on it."""
