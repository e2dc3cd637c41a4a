"""The list of people, profiles and cards."""
