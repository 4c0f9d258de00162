"""What hostile code can do in the sandbox, at each level that works here."""
