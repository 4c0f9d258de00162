"""What `make deploy` does."""
