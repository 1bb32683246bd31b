"""The SQL of the domains' records, one folder for each, behind `protocol.records`."""
