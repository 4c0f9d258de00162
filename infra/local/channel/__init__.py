"""The chat channel on loopback: what a team would see, and what a real channel would silently drop."""
