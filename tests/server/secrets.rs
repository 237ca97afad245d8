//! Settings that may hold a password.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::support::{Server, run};

fn open_to(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_secret_comes_from_a_file_or_a_credential_and_is_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let (file, credential) = (folder.path().join("secret"), folder.path().join("database"));
    fs::write(&file, at("from-file.db") + "\n").unwrap();
    fs::write(&credential, at("from-credential.db")).unwrap();
    open_to(&file, 0o600);
    let by_file = ("TIDINGS_DATABASE_FILE", file.to_str().unwrap());
    let by_credential = ("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap());
    let other = at("other.db");
    let by_variable = ("TIDINGS_DATABASE", other.as_str());

    // The nearer one counts: command line, variable, file, credential.
    for (environment, arguments, made) in [
        (&[by_credential][..], &["migrate"][..], "from-credential.db"),
        (&[by_file, by_credential], &["migrate"], "from-file.db"),
        (&[by_variable, by_credential], &["migrate"], "other.db"),
    ] {
        let answer = run(arguments, environment, "").await;
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(folder.path().join(made).exists(), "{made}");
    }
    let _ = fs::remove_file(folder.path().join("from-file.db"));
    let demo = Server::spawn(&["--demo", "--listen", "127.0.0.1:0"], &[by_file], None).await;
    assert!(demo.is_ok() && !folder.path().join("from-file.db").exists(), "a demo has its own");

    let help = run(&["--help"], &[by_file], "").await;
    assert!(!help.out.contains("from-file"), "{}", help.out);
    let help = run(&["--help"], &[by_variable], "").await;
    assert!(!help.out.contains("other.db"), "{}", help.out);
    fs::write(&file, "mysql://ann:s3cret@host/db").unwrap();
    for environment in [by_file, ("TIDINGS_DATABASE", "mysql://ann:s3cret@host/db")] {
        let wrong = run(&["migrate"], &[environment], "").await;
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(wrong.err.contains("--database") && !wrong.err.contains("s3cret"), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_secret_that_is_said_twice_missing_or_for_everybody_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let exposed = folder.path().join("exposed");
    fs::write(&exposed, "sqlite:///nowhere/x.db").unwrap();
    open_to(&exposed, 0o644);
    let exposed = exposed.to_str().unwrap();

    for (environment, named) in [
        (&[("TIDINGS_DATABASE_FILE", exposed)][..], "chmod"),
        (&[("TIDINGS_DATABASE_FILE", "/nowhere")], "/nowhere"),
        (
            &[("TIDINGS_DATABASE_FILE", "/nowhere"), ("TIDINGS_DATABASE", "sqlite:///x")],
            "TIDINGS_DATABASE_FILE",
        ),
    ] {
        let answer = run(&["migrate"], environment, "").await;
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.err.starts_with("error: ") && answer.err.contains(named), "{answer:?}");
    }
}
