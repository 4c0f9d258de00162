"""Every sentence of ours, and the words of others made harmless and cut to length."""
