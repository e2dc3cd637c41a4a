"""What people report about a card that is wrong."""
