"""From what a function is handed to errors with a name: decoded, put together, read, and told apart."""
