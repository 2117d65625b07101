"""Looking after a sitting: snapshots, what is seen on them, and what people decide.

Nothing here changes a score, and nothing here is on the way of an answer.
"""
