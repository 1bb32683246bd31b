"""The statements of the queue. What is composed here is composed of constants alone."""

# ruff: noqa: S608
from __future__ import annotations

# The ids go in as an array: a join would read the whole queue for what is guessed to be many rows.
CLAIM = """
with due as (
    select found.id
    from unnest($1::text[], $2::integer[]) as wanted (kind, room)
    cross join lateral (
        select id from jobs
        where kind = wanted.kind and ready_at <= $4 and failed_at is null
        order by priority desc, ready_at, id
        limit wanted.room for update skip locked
    ) as found
)
update jobs as j
set token = token + 1, attempts = attempts + 1, worker = $5, ready_at = $4 + wanted.lease
from unnest($1::text[], $3::bigint[]) as wanted (kind, lease)
where j.id = any(array(select id from due)) and j.kind = wanted.kind
returning j.id, j.token, j.kind, j.payload, j.attempts, j.due_at, j.user_id::text, j.cancelled,
          j.priority
"""
HOLDS = "id = $1 and token = $2 and ready_at > $3 and worker is not null and failed_at is null"
RENEW = """
update jobs as j
set ready_at = $1 + held.lease, progress = coalesce(held.progress, j.progress),
    note = case when held.note = '' then j.note else held.note end
from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::text[])
    as held (id, token, lease, progress, note)
where j.id = held.id and j.token = held.token and j.ready_at > $1
    and j.worker is not null and j.failed_at is null
returning j.id, j.cancelled
"""
COMPLETE = f"delete from jobs where {HOLDS}"
AGAIN = f"""
update jobs set worker = null, attempts = 0, due_at = $4, ready_at = $4, progress = 0, note = '',
    last_error = null, cancelled = false
where {HOLDS}
"""
RETRY_LATER = f"update jobs set worker = null, ready_at = $4, last_error = $5 where {HOLDS}"
RELEASE = f"""
update jobs set worker = null, ready_at = $3, attempts = attempts - 1 where {HOLDS}
"""
BURY = f"""
update jobs set worker = null, failed_at = $3, last_error = $4,
    payload = case when $5 then null else payload end
where {HOLDS} returning id
"""
BURY_AND_GO_ON = """
insert into jobs (kind, payload, priority, unique_key, user_id, created_at, due_at, ready_at)
select kind, $2::jsonb, priority, unique_key, user_id, $3, $4, $4 from jobs where id = $1
on conflict (kind, unique_key) where unique_key is not null and failed_at is null do nothing
"""
# A claimed job is not taken from its worker: it is told, and whoever claims it next is, too.
CANCEL_RUNNING = "update jobs set cancelled = true where id = $1 and worker is not null returning 1"
CANCEL = "delete from jobs where id = $1 and worker is null returning 1"
RETRY = """
update jobs set failed_at = null, attempts = 0, due_at = $2, ready_at = $2, progress = 0,
    note = '', cancelled = false
where id = $1 and failed_at is not null and payload is not null
returning 1
"""
NEXT_DUE = """
select min(first.ready_at) from unnest($1::text[]) as wanted (kind) cross join lateral (
    select ready_at from jobs where kind = wanted.kind and failed_at is null
    order by ready_at limit 1
) as first
"""
STATE = """
case when failed_at is not null then 'dead' when worker is not null then 'running'
     else 'waiting' end
"""
SHOWN = f"""
select id, kind, {STATE} as state, attempts, priority, created_at, due_at, progress, note, worker,
       last_error, failed_at, cancelled, payload is not null as retryable
from jobs
where ($1::text is null or {STATE} = $1) and ($2::text is null or kind = $2)
order by id desc limit $3
"""
COUNTS = f"""
select state, kind, count(*) as n
from (select {STATE} as state, kind from jobs limit $1) as counted group by state, kind
"""
DISCARD = """
delete from jobs where id in (
    select id from jobs where failed_at < $1 order by failed_at limit $2 for update skip locked
)
"""
