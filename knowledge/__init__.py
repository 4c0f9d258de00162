"""Wiki, runbooks and documents: pages to passages, passages to an index, a question to ranked passages."""
