"""Files in: bytes of an office's own making become questions, and nothing is lost.

One module per format or per stage.  Each problem names a place that a person can go to.
Nothing here knows the bank, so a question that is already there is found elsewhere.
"""
