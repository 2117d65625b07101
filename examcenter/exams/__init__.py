"""Plans, publishing, frozen questions and roster, papers, sign-in codes."""
