"""Flask glue that every feature shares; knows no feature."""
