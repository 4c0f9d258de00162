"""What people read: cards, replies, pull requests, and every sentence of ours."""
