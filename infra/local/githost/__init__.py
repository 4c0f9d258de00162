"""A git host on loopback: the REST calls of GitHub that the product makes, over real bare repositories."""
