//! The systemd unit.

use std::{fs, path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::proxy::swap;

const UNIT: &str = include_str!("../../deploy/tidings.service");

/// The unit with the program that is here.
fn unit() -> (TempDir, PathBuf) {
    unit_with("")
}

fn unit_with(more: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tidings.service");
    let unit = swap(UNIT, "/usr/local/bin/tidings", env!("CARGO_BIN_EXE_tidings"));
    fs::write(&file, format!("{unit}\n{more}")).unwrap();
    (folder, file)
}

fn systemd_analyze(arguments: &[&str], file: &PathBuf) -> (bool, String) {
    let output =
        Command::new("systemd-analyze").args(arguments).arg(file).output().expect("apt-get install systemd");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn systemd_understands_every_line_of_the_unit() {
    let (_folder, file) = unit();

    let (is_right, said) = systemd_analyze(&["verify", "--man=no"], &file);

    assert!(is_right, "{said}");
    // A line it does not know is only a warning.
    assert!(!said.contains("tidings.service"), "{said}");
}

#[test]
fn systemd_understands_what_the_guide_adds_for_tls() {
    let guide = include_str!("../../docs/deploy.md");
    let lines =
        guide.lines().skip_while(|line| *line != "    [Service]").map_while(|line| line.strip_prefix("    "));
    let lines: Vec<&str> = lines.collect();
    let (_folder, file) = unit_with(&lines.join("\n"));

    let (is_right, said) = systemd_analyze(&["verify", "--man=no"], &file);

    assert!(lines.len() > 3, "{lines:?}");
    assert!(is_right && !said.contains("tidings.service"), "{said}");
}

#[test]
fn the_unit_exposes_next_to_nothing() {
    let (_folder, file) = unit();

    // From 0 to 100; a service without any protection has 96.
    let (is_tight, said) = systemd_analyze(&["security", "--offline=true", "--threshold=15"], &file);

    assert!(is_tight, "{said}");
}

#[test]
fn the_data_are_in_the_folder_that_the_service_may_write() {
    let value = |name: &str| UNIT.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let folder = format!("/var/lib/{}", value("StateDirectory="));

    assert_eq!(value("WorkingDirectory="), folder);
    assert_eq!(value("Environment=TIDINGS_DATABASE="), format!("sqlite://{folder}/tidings.db"));
    let descriptors: u32 = value("LimitNOFILE=").parse().unwrap();
    assert!(descriptors >= 65_536, "{descriptors}");
}
