"""JavaScript and TypeScript: the test frameworks of a package, and their reports."""
