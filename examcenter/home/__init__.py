"""The start page of every role: what is there, and what is next."""
