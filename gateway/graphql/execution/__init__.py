"""Calls and their execution: what every transport of GraphQL shares."""
