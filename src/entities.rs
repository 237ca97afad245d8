//! The tables as sea-orm knows them, one file each. A `Model` is the domain's own struct, with the methods that need
//! nothing but the row; what may be done with it stands in the domain file of the same noun. No file here knows another
//! room but `ids` and `names`.

pub mod alarm_watch;
pub mod alarms;
pub mod alert_marks;
pub mod audiences;
pub mod audit;
pub mod audit_words;
pub mod boards;
pub mod build_files;
pub mod builds;
pub mod card_departures;
pub mod card_history;
pub mod card_outputs;
pub mod cards;
pub mod counter;
pub mod events;
pub mod groups;
pub mod idempotency_keys;
pub mod instance;
pub mod links;
pub mod lists;
pub mod markings;
pub mod memberships;
pub mod muted_groups;
pub mod nodes;
pub mod password_hashes;
pub mod pings;
pub mod post_groups;
pub mod posts;
pub mod quiet;
pub mod quiet_hours;
pub mod readers;
pub mod receipts;
pub mod retention;
pub mod reveals;
pub mod search_names;
pub mod sessions;
pub mod setup_links;
pub mod state_counter;
pub mod token_groups;
pub mod tokens;
pub mod users;
pub mod wall_groups;
pub mod walls;
pub mod write_probe;
