"""One module or package for each domain, and beside it the domain's types in a `.graphql` file."""
