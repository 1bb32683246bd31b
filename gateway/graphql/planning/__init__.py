"""Plans: a validated operation as selection trees, with resolvers, variables and a cost."""
