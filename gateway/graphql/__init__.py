"""GraphQL: the schema, plans of documents, their execution, and the HTTP binding."""
