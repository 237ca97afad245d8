//! A server's connections, as the kernel knows them.

use std::collections::HashSet;

use super::TestApp;

/// A client's connection, as the kernel knows it.
#[derive(Debug)]
pub struct Connection {
    /// The client's port.
    pub peer: u16,
    /// Something has come that the server has not read yet.
    pub has_unread: bool,
}

/// As `/proc/net/tcp` writes it.
const LISTENING: &str = "0A";

impl TestApp {
    /// The connections to where the server listens, as long as it has not closed them; not its own to a database.
    pub fn connections(&self) -> Vec<Connection> {
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", self.pid().as_raw_pid())).unwrap();
        // One may be closed meanwhile.
        let links = descriptors.filter_map(|descriptor| std::fs::read_link(descriptor.ok()?.path()).ok());
        let held: HashSet<String> = links.map(|link| link.display().to_string()).collect();
        let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let connections = sockets.lines().skip(1).filter_map(|line| {
            let [_, local, peer, state, queues, _, _, _, _, inode, ..] =
                line.split_whitespace().collect::<Vec<_>>()[..]
            else {
                return None;
            };
            let port_of = |address: &str| u16::from_str_radix(address.split_once(':')?.1, 16).ok();
            let is_ours = port_of(local) == Some(self.port) && state != LISTENING;
            (is_ours && held.contains(&format!("socket:[{inode}]"))).then_some(())?;
            let has_unread = !queues.ends_with(":00000000");
            Some(Connection { peer: port_of(peer)?, has_unread })
        });
        connections.collect()
    }
}
