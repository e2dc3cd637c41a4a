"""What every resource of the API shares: operations, bodies, paging, answers, OpenAPI."""
