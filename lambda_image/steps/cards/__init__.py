"""Cards: made of untrusted text, laid out in pages, and rendered for each client."""
