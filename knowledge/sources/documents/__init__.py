"""Documents to Markdown: what people write runbooks in, read by the libraries that read it best."""
