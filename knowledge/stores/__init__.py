"""Engines that keep passages."""
