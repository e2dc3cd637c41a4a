"""What belongs to no area: health, static files, theme, the template environment."""
