"""What browsers get of users besides GraphQL."""
