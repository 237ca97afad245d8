//! nginx with its nchan module.

use std::{
    fs, io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{Kind, Server, until_it_listens};

const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/// How to get it where there is none.
pub(super) const HINT: &str = "nginx with nchan is not installed, so it is left out: apt install nginx libnginx-mod-nchan (Debian, Ubuntu)";

pub(super) fn is_installed() -> bool {
    Path::new(MODULE).exists()
}

pub(super) fn start(folder: TempDir) -> io::Result<Server> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let at: PathBuf = folder.path().to_owned();
    let config = include_str!("nchan.conf")
        .replace("MODULE", MODULE)
        .replace("FOLDER", &at.display().to_string())
        .replace("ADDRESS", &address.to_string());
    fs::write(at.join("nginx.conf"), config)?;
    let mut command = Command::new("nginx");
    command.arg("-p").arg(&at).arg("-c").arg(at.join("nginx.conf")).arg("-e").arg(at.join("error.log"));
    let child = command.stderr(Stdio::null()).spawn()?;
    let server = Server::plain(Kind::Nchan, address, child, folder);
    until_it_listens(&server, &at.join("error.log"))?;
    Ok(server)
}
