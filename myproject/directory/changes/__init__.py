"""Plans, change sets, undo, their history and the stream of them."""
