"""The records ports: what the domains need of storage, one module for each.

Every method is one unit of work: one transaction, with its domain events in the outbox. A `rule` is
a pure function of `actors/<domain>/machine.py`; storage calls it inside the transaction with the
facts it has locked, and any `ClientError` it raises rolls the whole unit back. So each rule is in
one place, and nothing can change between check and change.

All ids are UUIDs as text. A malformed id is a `NotFoundError`. Times are milliseconds since the
epoch.
"""
