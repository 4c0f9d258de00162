"""What `apply` works with: answers, places, bytes, paths and diffs."""
