"""Questions about an answered problem: what they are about, and what is stored that answers them."""
