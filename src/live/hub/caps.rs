//! How many streams there may be.

use crate::live::hub::{Request, Streams, subscription::Stream};

/// How many streams there may be.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// How many there may be in all.
    pub streams: usize,
    /// How many one person may have.
    pub per_user: usize,
    /// How many may come from one address.
    pub per_address: usize,
}

/// Why there is no room for another stream. The old ones stay: evicting them would bring them back at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// The server stops.
    #[error("the server is stopping")]
    Stopping,
    /// There are as many streams as there may be.
    #[error("there are as many streams as this server takes")]
    Full,
    /// This person has as many as one may have.
    #[error("this person has as many streams open as one may have")]
    FullForUser,
    /// This address has as many as one may have.
    #[error("this address has as many streams open as one may have")]
    FullForAddress,
}

impl Caps {
    /// Whether there is room for another stream, which may take the place of one.
    pub(super) fn check(
        &self,
        streams: &Streams,
        request: &Request,
        replaced: Option<&Stream>,
    ) -> Result<(), NoRoom> {
        let is_full = |count: usize, cap: usize, frees: bool| count >= cap + usize::from(frees);
        if is_full(streams.all.len(), self.streams, replaced.is_some()) {
            return Err(NoRoom::Full);
        }
        let of_user = streams.by_listener.get(&request.viewer.id()).map_or(0, Vec::len);
        if is_full(of_user, self.per_user, replaced.is_some()) {
            return Err(NoRoom::FullForUser);
        }
        let of_address = streams.by_address.get(&request.address).copied().unwrap_or_default();
        let frees = replaced.is_some_and(|replaced| replaced.address == request.address);
        if is_full(of_address, self.per_address, frees) {
            return Err(NoRoom::FullForAddress);
        }
        Ok(())
    }
}
