"""The records ports: what the record-keeping domains need of storage, one module for each domain.

Every method is one unit of work: one transaction, its domain events in the outbox with it. A
`rule` is a pure function of `actors/<domain>/machine.py`; storage calls it inside the transaction
with the facts it has locked there, and whatever `ClientError` it raises undoes the whole unit. So
rules stand in one place and nothing can change between the check and the change.

All ids are UUIDs as text. An id that is not one names nothing (`NotFoundError`). Times are
milliseconds since the epoch.
"""
