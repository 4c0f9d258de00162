"""Handlers for the tests of infra/local/functions; they run in processes of their own."""
