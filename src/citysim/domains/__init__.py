"""Themes of city life, one room each; found by name, without registration."""
