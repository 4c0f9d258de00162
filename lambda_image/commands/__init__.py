"""`tracemend …` in groups; `cli.py` registers them."""
