"""Reports that a card is wrong, and the inbox of those who handle them."""
