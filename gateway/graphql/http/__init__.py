"""GraphQL over HTTP: the endpoint `/graphql`, batches, sessions and GraphiQL."""
