"""What `steps/context.py` works with; the README tells which file does what."""
