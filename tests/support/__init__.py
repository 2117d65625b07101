"""What tests are made of: data from factories, people as actors."""
