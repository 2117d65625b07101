"""Rooms: seats, who sits where in an exam, and who looks after a room."""
