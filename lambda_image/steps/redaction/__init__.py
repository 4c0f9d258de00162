"""What `redact` knows: the forms of secrets, the rules that find them, and what spares the rest."""
