use std::{fs::OpenOptions, io::Write, path::PathBuf, process::Command, time::Duration};

use tempfile::TempDir;

/// A pipe by which the clock of a server is moved, if the server is built with the feature `test-clock`.
pub struct TestClock {
    pipe: PathBuf,
    _folder: TempDir,
}

impl TestClock {
    /// By which the program knows the pipe's descriptor.
    pub const VARIABLE: &str = "TIDINGS_TEST_CLOCK";

    pub fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("clock");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        Self { pipe, _folder: folder }
    }

    /// What a shell does before the server starts, so that the server has the pipe.
    pub fn before(&self) -> String {
        format!("exec 9<>'{}'; export {}=9", self.pipe.display(), Self::VARIABLE)
    }

    /// Says that it is so much later.
    pub fn advances(&self, by: Duration) {
        let mut pipe = OpenOptions::new().write(true).open(&self.pipe).unwrap();
        writeln!(pipe, "+{}", by.as_millis()).unwrap();
    }

    /// Whether the program that is tested knows of the variable.
    pub fn is_known_to_the_program() -> bool {
        let program = std::fs::read(env!("CARGO_BIN_EXE_tidings")).unwrap();
        memchr::memmem::find(&program, Self::VARIABLE.as_bytes()).is_some()
    }
}
