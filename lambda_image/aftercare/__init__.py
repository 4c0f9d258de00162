"""What becomes of a pull request, and what is learned of it."""
