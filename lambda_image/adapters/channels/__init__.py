"""Ways to people beside the topic: each sends what a card's renderer made."""
