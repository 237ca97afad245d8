//! Files that are for their owner: what is in them would let whoever reads them be somebody else.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// A file that every user of the machine can open.
#[derive(Debug, thiserror::Error)]
#[error("every user of this machine can open {}; make it private with `chmod o= {}`", .0.display(), .0.display())]
pub struct Exposed(PathBuf);

/// Looks at who may open the file. One that is not there (yet) exposes nothing.
///
/// # Errors
/// When it is open to others than its owner and its group.
pub fn check(path: &Path) -> Result<(), Exposed> {
    match fs::metadata(path) {
        Ok(file) if file.permissions().mode() & 0o007 != 0 => Err(Exposed(path.to_owned())),
        _ => Ok(()),
    }
}
