"""A Bedrock Runtime endpoint on loopback: the real Converse wire, answered by an engine that names itself."""
