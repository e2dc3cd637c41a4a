"""The made-up company: an application of the domain."""
