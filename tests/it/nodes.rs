//! Several nodes on one PostgreSQL, with Redis between them or not: the same promises.

mod alarms;
mod audiences;
mod away;
mod builds;
mod cards;
mod cluster;
mod counter;
mod delivery;
mod disk;
mod expiry;
mod guessing;
mod nudges;
mod once;
mod partition;
mod pooler;
mod presence;
mod reader;
mod receipts;
mod redis_rights;
mod rights;
mod role;
mod silence;
mod starting;
mod timelines;
mod upgrade;
mod walls;
