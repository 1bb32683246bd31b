"""The SQL of the record-keeping domains, one file for each, behind `protocol.records`."""
