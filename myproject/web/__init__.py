"""What the doors of the web share: reading requests strictly, and telling what is wrong with them."""
