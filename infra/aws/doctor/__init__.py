"""What must be true before a deployment, and how to mend what is not."""
