use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::preload;

/// A disk that fails when the test says so: a library that is loaded before the C library and stands between a
/// program and its files.
pub struct FailingDisk {
    folder: TempDir,
}

impl FailingDisk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        preload::build("disk", folder.path());
        Self { folder }
    }

    /// What the shell runs before it starts the program.
    pub fn before(&self) -> String {
        let exported = self.environment().map(|(name, value)| format!("export {name}={value}"));
        exported.join("; ")
    }

    /// The environment of a program that is started without a shell.
    pub fn environment(&self) -> [(&'static str, String); 2] {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        [("LD_PRELOAD", at("disk.so")), ("DISK_FAULT", at("fault"))]
    }

    /// From now on, `operation` fails with this error on files whose path ends so, until it is mended.
    pub fn fails(&self, operation: &str, error: rustix::io::Errno, ending: &str) {
        let fault = format!("{operation} {} {ending}", error.raw_os_error());
        // The file is renamed into its place, so that a reader never sees a part of it.
        let new = self.folder.path().join("new");
        fs::write(&new, fault).unwrap();
        fs::rename(new, self.folder.path().join("fault")).unwrap();
    }

    pub fn is_mended(&self) {
        fs::remove_file(self.folder.path().join("fault")).unwrap();
    }
}

/// A disk of a few megabytes, for the test alone.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts a disk of this size; `None` where the machine does not allow mounting.
    pub fn of_megabytes(size: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}m,mode=711"), "tidings-test"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the room there is, as another program might.
    pub fn fills(&self) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        for size in [64 * 1024, 4096, 1] {
            let piece = vec![0; size];
            loop {
                match ballast.write_all(&piece) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    pub fn has_room_again(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // This is done lazily, since a program that has a file open there may still be running.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}
