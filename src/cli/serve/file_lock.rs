//! One SQLite file, one server: the locks that see to it.

use std::{
    fs::{File, OpenOptions, Permissions, TryLockError},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::{cli::Failure, config::private_file, db};

/// The file, for this server alone: no other serves it, by whatever name, and no other user opens it.
///
/// Two servers on one file would not hear of each other's posts in time. The locks are the system's, so they go with
/// the process however that ends: one on the database itself, which has but one inode however many links lead to it,
/// and one on a file beside it, which servers of earlier versions know.
pub(super) fn take(database: &Path) -> Result<[File; 2], Failure> {
    db::sqlite::create(database)
        .map_err(|error| format!("cannot create {} (--database): {error}", database.display()))?;
    let file = database
        .canonicalize()
        .map_err(|error| format!("cannot find {} (--database): {error}", database.display()))?;
    let beside_it =
        lock(&beside(&file, ".lock"), File::options().write(true).create(true).truncate(false), database)?;
    // Whoever can open it can hold the lock. Where the file is somebody else's, that is theirs to say.
    let _ = beside_it.set_permissions(Permissions::from_mode(0o600));
    for ending in ["", "-wal", "-shm"] {
        private_file::check(&beside(&file, ending)).map_err(|exposed| format!("{exposed} (--database)"))?;
    }
    // SQLite's own locks are of another kind and do not meet this one. They would go if it were closed before SQLite's
    // connections are.
    let itself = lock(&file, File::options().read(true), database)?;
    Ok([beside_it, itself])
}

fn lock(path: &Path, how: &OpenOptions, database: &Path) -> Result<File, Failure> {
    let file =
        how.open(path).map_err(|error| format!("cannot open {} (--database): {error}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(format!("another server is running on {} (--database)", database.display()).into())
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The path of a file that lies beside the database and is named after it.
fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
