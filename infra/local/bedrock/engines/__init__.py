"""What makes the text: llama.cpp in this process, an OpenAI-compatible server, or verbatim extraction."""
