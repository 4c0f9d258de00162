"""Texts to vectors: a model on this machine, models on Bedrock, and a cache in front of either."""
