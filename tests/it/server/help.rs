//! What the help of each command names.

use crate::support::run;

/// Some of the options of the server.
const ALL: [&str; 5] = ["--database", "--base-url", "--listen", "--heartbeat", "--keep-audit"];

#[tokio::test]
async fn the_help_of_a_command_names_what_it_reads_and_every_option_is_taken_by_all() {
    for (command, read) in [
        (&["post"][..], &[][..]),
        (&["card", "set"], &[]),
        (&["run"], &[]),
        (&["backup"], &["--database"]),
        (&["user", "add"], &["--database", "--base-url", "--listen"]),
        (&["health"], &["--listen"]),
        (&["serve"], &ALL),
    ] {
        let help = run(&[command, &["--help"]].concat(), &[], "").await;
        assert_eq!(help.code, Some(0), "{help:?}");
        for option in ALL {
            let is_named = help.out.lines().any(|line| line.trim_start().starts_with(option));
            assert_eq!(is_named, read.contains(&option), "{command:?} {option}: {}", help.out);
        }
    }
    let scratch = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", scratch.path().join("tidings.db").display());
    let taken = run(&["migrate", "--heartbeat", "5s", "--database", &database], &[], "").await;
    assert_eq!(taken.code, Some(0), "{taken:?}");
    let mistaken = run(&["migrate", "--heartbeat", "5 years", "--database", &database], &[], "").await;
    assert!(mistaken.code == Some(2) && mistaken.err.contains("--heartbeat"), "{mistaken:?}");
}
