//! Which files SQLite opened, so that it is noticed when one of them was removed or replaced.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// The files of an open database: where they are, and which ones they were.
#[derive(Debug)]
pub(super) struct OpenFiles(Vec<(PathBuf, FileId)>);

/// By which the system knows a file, whatever it is called: its device and its number there.
type FileId = (u64, u64);

impl OpenFiles {
    /// The database, and what SQLite keeps beside it: beside the file itself, wherever a link to it lies.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let file = fs::canonicalize(path)?;
        let mut files = vec![(path.to_owned(), id_of(path)?)];
        for ending in ["-wal", "-shm"] {
            let mut beside = file.clone().into_os_string();
            beside.push(ending);
            let id = id_of(beside.as_ref())?;
            files.push((beside.into(), id));
        }
        Ok(Self(files))
    }

    /// Whether all of them still are where they were.
    pub(super) fn are_in_place(&self) -> bool {
        self.0.iter().all(|(path, id)| id_of(path).is_ok_and(|now| now == *id))
    }
}

fn id_of(path: &Path) -> io::Result<FileId> {
    let found = fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}
