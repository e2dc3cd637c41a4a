"""The domain: who works here, where and since when. Knows nothing of the web."""
