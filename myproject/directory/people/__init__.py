"""The list of people, a profile, editing a card, portraits and the export."""
