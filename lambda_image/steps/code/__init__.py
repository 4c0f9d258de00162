"""What `steps/answering/context.py` works with; the README tells which file does what."""
