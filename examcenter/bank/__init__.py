"""The centre's questions: banks, immutable revisions, imports."""
