"""The SQL of the record-keeping domains, one folder for each, behind `protocol.records`."""
