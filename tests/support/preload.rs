//! Libraries that are loaded before the C library (LD_PRELOAD) and stand between a program and its machine.

use std::{path::Path, process::Command};

/// Builds `tests/support/NAME.c` as `NAME.so` in this folder.
pub fn build(name: &str, folder: &Path) {
    let source = format!("{}/tests/support/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(folder.join(format!("{name}.so")))
        .arg(&source)
        .status()
        .expect("Debian's package build-essential");
    assert!(built.success(), "{source}");
}
