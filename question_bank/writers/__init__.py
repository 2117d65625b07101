"""Files out: what was read goes back to the office as a file that it can open."""
