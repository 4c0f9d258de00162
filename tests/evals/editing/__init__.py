"""How answers become edits: the cases, what is done to them, and who else tries."""
