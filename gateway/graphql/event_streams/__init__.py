"""GraphQL over server-sent events: one stream for each operation."""
