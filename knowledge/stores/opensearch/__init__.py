"""OpenSearch as a store: one's own server, Amazon's managed domains, and Serverless."""
