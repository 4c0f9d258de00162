"""Amazon Kendra, for those who had it before it was closed to new customers."""
