//! Settings that others must not see, such as an address with a password in it. On the command line every user
//! of the machine could read them; so they may come from a file as well: one that a variable names
//! (`TIDINGS_DATABASE_FILE`), or a credential of systemd's (`LoadCredential=database:…`).

use std::{
    env,
    ffi::OsString,
    fmt::{self, Formatter},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::config::private_file;

/// A password or the secret of a link, on its way through: no `Debug` shows it.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file is not there, or not for us.
    #[error("cannot read {file} ({1}): {2}", file = shown(.0))]
    File(PathBuf, String, std::io::Error),
    /// The file is for everybody.
    #[error("{0} ({1})")]
    Exposed(private_file::Exposed, String),
    /// It was said in two ways.
    #[error("{0} and {0}_FILE are both set; one of them is enough")]
    Twice(String),
}

/// The path, if it is one: a secret that was given itself, instead of its file's name, is not repeated.
fn shown(path: &Path) -> String {
    if path.is_absolute() || path.starts_with(".") || path.starts_with("..") {
        path.display().to_string()
    } else {
        "the file of that name".to_owned()
    }
}

/// The secret of that name, such as `database`, from a file: nothing when no file is named, or when its own
/// variable is set. A line break at its end is not part of it.
///
/// # Errors
/// When a file is named and cannot be read, or every user of the machine can read it.
pub fn from_file(name: &str) -> Result<Option<String>, SecretError> {
    let variable = format!("TIDINGS_{}", name.to_uppercase().replace('-', "_"));
    let named_by = format!("{variable}_FILE");
    let is_set = |variable: &str| env::var_os(variable).is_some_and(|value| !value.is_empty());
    if is_set(&named_by) {
        if is_set(&variable) {
            return Err(SecretError::Twice(variable));
        }
        let path = PathBuf::from(env::var_os(&named_by).unwrap_or_default());
        private_file::check(&path).map_err(|exposed| SecretError::Exposed(exposed, named_by.clone()))?;
        return read(path, named_by).map(Some);
    }
    let credentials: Option<OsString> = env::var_os("CREDENTIALS_DIRECTORY").filter(|_| !is_set(&variable));
    let Some(path) = credentials.map(|folder| PathBuf::from(folder).join(name)).filter(|path| path.exists())
    else {
        return Ok(None);
    };
    // systemd keeps these for the service alone, whatever their mode says.
    read(path, "CREDENTIALS_DIRECTORY".into()).map(Some)
}

fn read(path: PathBuf, named_by: String) -> Result<String, SecretError> {
    let text = fs::read_to_string(&path).map_err(|error| SecretError::File(path, named_by, error))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_on_its_way_through_is_not_shown() {
        let account = format!("{:?}", Some(Secret("geheim".into())));

        assert_eq!(account, "Some((not shown))");
    }
}
