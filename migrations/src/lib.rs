//! The database's schema, one change a file, in order. A member crate of its own, so that a migration can
//! never import a live entity. A migration's name is its file's stem: never rename one.

pub use sea_orm_migration::prelude::*;

mod m20261122_000001_users;
mod m20261122_000002_sessions;
mod m20261122_000003_posts;
mod m20261122_000004_log;
mod m20261122_000005_tokens;
mod m20261122_000006_idempotency_keys;
mod m20261124_000010_setup_links;
mod m20261124_000011_origin;
mod m20261124_000012_nodes;
mod m20261124_000020_devices;
mod m20261124_000030_audit;
mod m20261124_000031_groups;
mod m20261124_000032_token_limits;
mod m20261124_000033_links;
mod m20261124_000040_live_sessions;
mod m20261126_000001_write_probe;
mod m20261126_000020_names;
mod m20261126_000030_instance;
mod m20261126_000031_reveals;
mod m20261126_000045_alert_marks;
mod m20261126_000050_retention;
mod m20261126_000060_builds;
mod m20261126_000061_copies;
mod m20261126_000070_audiences;
mod m20261126_000080_people;
mod m20261126_000081_lists;
mod m20261126_000090_audit;
mod m20261126_000091_ages;
mod m20261126_000100_search;
mod m20261127_000110_cards;
mod m20261127_000120_changes;
mod m20261127_000125_card_outputs;
mod m20261127_000130_history;
mod m20261127_000140_alarms;
mod m20261127_000150_pings;
mod m20261127_000160_walls;
mod m20261127_000170_receipts;
mod m20261127_000175_language;
mod m20261127_000180_search;
mod m20261127_000190_preferences;
mod m20261127_000191_quiet;
mod m20261127_000200_withdrawal;
mod m20261127_000201_told_again;
mod m20261127_000202_written;
mod m20261127_000203_revisions;
mod m20261127_000210_acknowledgements;
mod m20261127_000211_answers;
mod m20261127_000212_reminders;
mod m20261127_000220_snoozes;
mod m20261127_000221_backups;
mod m20261127_000222_density;
mod m20261127_000223_shared_computers;
mod m20261127_000224_asking;
mod m20261127_000230_expiry;
mod m20261127_000231_pins;
mod m20261127_000232_dedup_keys;
mod m20261127_000233_duty;
mod m20261127_000240_coordinators;
mod m20261127_000241_calls;
mod m20261127_000242_drills;
mod m20261127_000250_organisation;
mod m20261127_000251_reminder_schedules;
mod m20261127_000252_escalation;
mod m20261127_000253_deliveries;
mod m20261127_000254_privacy;
mod m20261128_000260_closed_groups;
mod m20261128_000261_posts_of_server;
mod m20261128_000262_coordinators_by_admin;
mod m20261128_000265_members;
mod m20261128_000266_widened;
mod m20261128_000267_externals;

/// Brings a database to the newest schema.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_users::Migration),
            Box::new(m20261122_000002_sessions::Migration),
            Box::new(m20261122_000003_posts::Migration),
            Box::new(m20261122_000004_log::Migration),
            Box::new(m20261122_000005_tokens::Migration),
            Box::new(m20261122_000006_idempotency_keys::Migration),
            Box::new(m20261124_000010_setup_links::Migration),
            Box::new(m20261124_000011_origin::Migration),
            Box::new(m20261124_000012_nodes::Migration),
            Box::new(m20261124_000020_devices::Migration),
            Box::new(m20261124_000030_audit::Migration),
            Box::new(m20261124_000031_groups::Migration),
            Box::new(m20261124_000032_token_limits::Migration),
            Box::new(m20261124_000033_links::Migration),
            Box::new(m20261124_000040_live_sessions::Migration),
            Box::new(m20261126_000001_write_probe::Migration),
            Box::new(m20261126_000020_names::Migration),
            Box::new(m20261126_000030_instance::Migration),
            Box::new(m20261126_000031_reveals::Migration),
            Box::new(m20261126_000045_alert_marks::Migration),
            Box::new(m20261126_000050_retention::Migration),
            Box::new(m20261126_000060_builds::Migration),
            Box::new(m20261126_000061_copies::Migration),
            Box::new(m20261126_000070_audiences::Migration),
            Box::new(m20261126_000080_people::Migration),
            Box::new(m20261126_000081_lists::Migration),
            Box::new(m20261126_000090_audit::Migration),
            Box::new(m20261126_000091_ages::Migration),
            Box::new(m20261126_000100_search::Migration),
            Box::new(m20261127_000110_cards::Migration),
            Box::new(m20261127_000120_changes::Migration),
            Box::new(m20261127_000125_card_outputs::Migration),
            Box::new(m20261127_000130_history::Migration),
            Box::new(m20261127_000140_alarms::Migration),
            Box::new(m20261127_000150_pings::Migration),
            Box::new(m20261127_000160_walls::Migration),
            Box::new(m20261127_000170_receipts::Migration),
            Box::new(m20261127_000175_language::Migration),
            Box::new(m20261127_000180_search::Migration),
            Box::new(m20261127_000190_preferences::Migration),
            Box::new(m20261127_000191_quiet::Migration),
            Box::new(m20261127_000200_withdrawal::Migration),
            Box::new(m20261127_000201_told_again::Migration),
            Box::new(m20261127_000202_written::Migration),
            Box::new(m20261127_000203_revisions::Migration),
            Box::new(m20261127_000210_acknowledgements::Migration),
            Box::new(m20261127_000211_answers::Migration),
            Box::new(m20261127_000212_reminders::Migration),
            Box::new(m20261127_000220_snoozes::Migration),
            Box::new(m20261127_000221_backups::Migration),
            Box::new(m20261127_000222_density::Migration),
            Box::new(m20261127_000223_shared_computers::Migration),
            Box::new(m20261127_000224_asking::Migration),
            Box::new(m20261127_000230_expiry::Migration),
            Box::new(m20261127_000231_pins::Migration),
            Box::new(m20261127_000232_dedup_keys::Migration),
            Box::new(m20261127_000233_duty::Migration),
            Box::new(m20261127_000240_coordinators::Migration),
            Box::new(m20261127_000241_calls::Migration),
            Box::new(m20261127_000242_drills::Migration),
            Box::new(m20261127_000250_organisation::Migration),
            Box::new(m20261127_000251_reminder_schedules::Migration),
            Box::new(m20261127_000252_escalation::Migration),
            Box::new(m20261127_000253_deliveries::Migration),
            Box::new(m20261127_000254_privacy::Migration),
            Box::new(m20261128_000260_closed_groups::Migration),
            Box::new(m20261128_000261_posts_of_server::Migration),
            Box::new(m20261128_000262_coordinators_by_admin::Migration),
            Box::new(m20261128_000265_members::Migration),
            Box::new(m20261128_000266_widened::Migration),
            Box::new(m20261128_000267_externals::Migration),
        ]
    }
}
