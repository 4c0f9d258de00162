"""What a proof needs to know of a language: how its tests are run and read, and what checks a change."""
