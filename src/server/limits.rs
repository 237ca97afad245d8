//! How much this process takes on: derived from the descriptors it may open, within what the operator set.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{config::Config, live::hub::Caps};

/// Descriptors that are kept for the database and the log, where there are enough.
const RESERVED_DESCRIPTORS: usize = 64;

/// How many connections and streams there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address, unless it is a trusted proxy's.
    pub per_address: usize,
    /// How many streams there may be.
    pub streams: Caps,
}

impl Limits {
    /// Raises the limit of open descriptors to the most that is allowed, and divides it.
    pub fn of(config: &Config) -> Self {
        let descriptors = raise_descriptors();
        let connections = descriptors - RESERVED_DESCRIPTORS.min(descriptors / 2);
        let per_address = config.max_connections_per_address.unwrap_or(connections / 2);
        let streams = config.max_streams.unwrap_or(connections * 9 / 10);
        let streams = Caps { streams, per_user: config.max_streams_per_user, per_address };
        Self { connections, per_address, streams }
    }
}

fn raise_descriptors() -> usize {
    /// Where there is no limit at all: memory ends before this.
    const MAX_DESCRIPTORS: u64 = 1 << 20;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    usize::try_from(limit.unwrap_or(MAX_DESCRIPTORS).min(MAX_DESCRIPTORS)).unwrap_or(usize::MAX)
}
