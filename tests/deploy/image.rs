//! The `Dockerfile`, step by step without an engine: every instruction is done, in a scratch folder that stands
//! for the image, by the very words of the file; but for the build, which is the one that made these tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command as Immediate, Stdio},
};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::{eventually, quiet_port};

const DOCKERFILE: &str = include_str!("../../Dockerfile");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Everything an instruction says, after its word.
fn said<'a>(stage: &'a str, word: &str) -> Vec<&'a str> {
    stage.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' ')).collect()
}

/// The two stages: where it is built, and what the image is.
fn stages() -> (&'static str, &'static str) {
    let (_, stages) = DOCKERFILE.split_once("FROM ").unwrap();
    stages.split_once("FROM ").unwrap()
}

/// What the image is, in a folder of this machine.
struct Image {
    root: TempDir,
    environment: Vec<(String, String)>,
    entrypoint: Vec<String>,
    command: Vec<String>,
    health: Vec<String>,
}

impl Image {
    fn made() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (_, stage) = stages();
        let here = |text: &str| text.replace("/data", &format!("{}/data", root.path().display()));
        for copy in said(stage, "COPY") {
            let (from, to) = copy.strip_prefix("--from=build ").unwrap().split_once(' ').unwrap();
            assert_eq!(from, "/src/target/release/tidings", "only what was built");
            let to = root.path().join(to.strip_prefix('/').unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_tidings"), to).unwrap();
        }
        for command in said(stage, "RUN") {
            // Only root can give a folder away; so it is given to whoever runs the tests.
            let command = here(&command.replace("10001", "$(id -u)"));
            assert!(Immediate::new("sh").args(["-c", &command]).status().unwrap().success(), "{command}");
        }
        let environment = said(stage, "ENV").into_iter().map(|line| line.split_once('=').unwrap());
        let environment = environment.map(|(name, value)| (name.to_owned(), here(value))).collect();
        let words = |json: &str| serde_json::from_str::<Vec<String>>(json).unwrap();
        let [entrypoint] = said(stage, "ENTRYPOINT")[..] else { panic!("one entry point") };
        let [command] = said(stage, "CMD")[..] else { panic!("one command") };
        let [health] = said(stage, "HEALTHCHECK")[..] else { panic!("one check of its health") };
        let (entrypoint, command) = (words(entrypoint), words(command));
        let health = words(health.split_once(" CMD ").unwrap().1);
        Self { root, environment, entrypoint, command, health }
    }

    /// Runs words as the engine would: with the image's environment, and only the image's programs.
    fn runs(&self, words: &[String], listen: &str) -> Child {
        let program = self.root.path().join("usr/local/bin").join(&words[0]);
        let [folder] = said(stages().1, "WORKDIR")[..] else { panic!("one folder") };
        let mut command = Command::new(program);
        command.args(&words[1..]).env_clear().envs(self.environment.clone()).kill_on_drop(true);
        command.current_dir(self.root.path().join(folder.strip_prefix('/').unwrap()));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.env("TIDINGS_LISTEN", listen).spawn().unwrap()
    }

    async fn is_healthy(&self, listen: &str) -> bool {
        self.runs(&self.health, listen).wait().await.unwrap().success()
    }
}

#[tokio::test]
async fn the_image_makes_a_server_whose_health_can_be_asked() {
    let image = Image::made();
    let listen = format!("127.0.0.1:{}", quiet_port());
    assert!(!image.is_healthy(&listen).await, "nothing runs yet");

    let start = [image.entrypoint.as_slice(), image.command.as_slice()].concat();
    let mut server = image.runs(&start, &listen);
    eventually("a healthy server", async || image.is_healthy(&listen).await.then_some(())).await;

    assert!(image.root.path().join("data/tidings.db").is_file(), "its data are in the volume");
    server.kill().await.unwrap();
    assert!(!image.is_healthy(&listen).await, "and it is dead now");
}

#[test]
fn the_image_is_not_roots_and_says_where_it_listens() {
    let (_, stage) = stages();

    let [user] = said(stage, "USER")[..] else { panic!("one user") };
    let id: u32 = user.split(':').next().unwrap().parse().expect("a number, which needs no account");
    assert!(id >= 1000, "{id}");
    let [port] = said(stage, "EXPOSE")[..] else { panic!("one port") };
    assert!(said(stage, "ENV").contains(&format!("TIDINGS_LISTEN=0.0.0.0:{port}").as_str()));
}

#[test]
fn the_build_is_the_readmes_and_finds_what_it_needs() {
    let (stage, image) = stages();
    let guide = fs::read_to_string(Path::new(ROOT).join("docs/deploy.md")).unwrap();
    let manifest = include_str!("../../Cargo.toml");

    let [build] = said(stage, "RUN")[..] else { panic!("one command") };
    assert!(guide.contains(&format!("    {build}\n")));
    let version = manifest.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    let debian = stage.lines().next().unwrap().strip_prefix(&format!("rust:{version}-")).unwrap();
    let debian = debian.strip_suffix(" AS build").unwrap();
    assert!(image.starts_with(&format!("debian:{debian}-slim\n")), "both have the same C library");

    let context = Context::copied();
    for file in sources() {
        assert!(context.has(&file), "{} is not sent to the build", file.display());
    }
    assert!(!context.has(Path::new(".git")) && !context.has(Path::new("deploy/.env")));
    // The very command, which says what it would do instead of doing it for minutes.
    let plan = format!("{build} --offline -Z unstable-options --unit-graph");
    let plan = Immediate::new("sh")
        .args(["-c", &plan])
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(context.0.path())
        .output()
        .unwrap();
    assert!(plan.status.success(), "{}", String::from_utf8_lossy(&plan.stderr));
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let units = plan["units"].as_array().unwrap();
    let is_program = |unit: &serde_json::Value| {
        unit["target"]["name"] == "tidings"
            && unit["target"]["kind"][0] == "bin"
            && unit["profile"]["name"] == "release"
    };
    assert!(units.iter().any(is_program), "it makes the program that is copied");
}

#[test]
fn the_program_needs_no_library_that_the_image_lacks() {
    // What Debian's smallest image has, since its own tools need it.
    const THERE: [&str; 5] = ["linux-vdso", "libgcc_s", "libm.", "libc.", "ld-linux"];
    let listed = Immediate::new("ldd").arg(env!("CARGO_BIN_EXE_tidings")).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();

    assert!(listed.contains("libc."), "{listed}");
    for line in listed.lines() {
        assert!(THERE.iter().any(|name| line.contains(name)), "{line}");
    }
}

/// What `docker build` is sent, in a folder of its own.
struct Context(TempDir);

impl Context {
    /// As `.dockerignore` says: nothing, but for what is named.
    fn copied() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ignore = include_str!("../../.dockerignore");
        let mut lines = ignore.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.next(), Some("*"));
        for name in lines {
            let from = Path::new(ROOT).join(name.strip_prefix('!').unwrap());
            let copied = Immediate::new("cp").arg("-r").arg(&from).arg(folder.path()).status().unwrap();
            assert!(copied.success(), "{from:?}");
        }
        Self(folder)
    }

    fn has(&self, file: &Path) -> bool {
        self.0.path().join(file).exists()
    }
}

/// The files of ours that were read when the library under test was built; the compiler notes them.
fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_BIN_EXE_tidings")).with_file_name("deps");
    let notes =
        fs::read_dir(folder).unwrap().filter_map(|file| fs::read_to_string(file.unwrap().path()).ok());
    // Not of checks, which look at tests as well.
    let is_built = |line: &str| {
        ["/libtidings-", "/libmigrations-"].iter().any(|of| line.contains(of)) && line.contains(".rlib:")
    };
    let notes = notes.filter(|text| text.lines().any(is_built));
    let files = notes.flat_map(|text| text.lines().filter_map(source).collect::<Vec<_>>());
    // Notes of earlier builds may tell of files that are no more.
    let files: Vec<_> = files.filter(|file| Path::new(ROOT).join(file).exists()).collect();
    assert!(files.len() > 50, "{files:?}");
    // Read by the program itself when it is built for tests, and part of it when it is built for an image.
    let embedded = include_str!("../../src/assets.rs").split("#[folder = \"").skip(1);
    let embedded = embedded.map(|rest| PathBuf::from(rest.split('"').next().unwrap()));
    files.into_iter().chain(embedded).collect()
}

/// In the compiler's notes, each file stands before a colon on a line of its own too.
fn source(line: &str) -> Option<PathBuf> {
    let file = Path::new(line.strip_suffix(':')?);
    let file = file.strip_prefix(ROOT).unwrap_or(file);
    file.is_relative().then(|| file.to_owned())
}
