"""Simulated examinees who sit a real exam over HTTP, and the count of what was kept."""
