"""The operators' port: console, metrics and health. Served by Hypercorn, loopback by default."""
