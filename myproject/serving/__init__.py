"""The servers that run the application: waitress; granian as an optional part."""
