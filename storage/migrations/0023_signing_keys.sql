-- Keys that sign badges, so that badges outlive the installation's secret: `private_key` is sealed
-- with a key derived from the secret, and gone once the key is retired; `public_key` stays, and
-- verifies what was signed. And the addresses at which the installation has been, newest use last:
-- badges and printed certificates name the one of their day.

create table signing_keys (
    id          varchar(32) primary key,
    public_key  bytea not null check (length(public_key) = 32),
    private_key bytea,
    created_at  timestamptz not null,
    retired_at  timestamptz,
    check ((private_key is null) = (retired_at is not null))
);
create unique index signing_keys_present_idx on signing_keys ((true)) where retired_at is null;

create table public_addresses (
    address varchar(500) primary key,
    used_at timestamptz not null
);
insert into public_addresses (address, used_at)
select address, max(issued_at) from (
    select regexp_replace(verification_url, '/certificates/[^/]*$', '') as address, issued_at
    from certificates
) used group by address;
