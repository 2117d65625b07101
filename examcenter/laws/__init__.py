"""The law library: laws, their versions, the articles of each; it knows no question."""
