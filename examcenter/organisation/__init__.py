"""Departments as a tree, and the people in them."""
