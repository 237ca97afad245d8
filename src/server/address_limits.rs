//! How many connections each address has. Those from trusted proxies are counted, but not limited.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::networks::Network;

/// Counts the connections of each address; cheap to clone.
#[derive(Clone)]
pub(super) struct AddressLimits(Arc<Inner>);

struct Inner {
    max_per_address: usize,
    trusted_proxies: Vec<Network>,
    // A std mutex: held to count.
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of its address, until it is dropped.
pub(super) struct AddressPermit {
    address: IpAddr,
    limits: AddressLimits,
}

impl AddressLimits {
    pub(super) fn new(max_per_address: usize, trusted_proxies: Vec<Network>) -> Self {
        Self(Arc::new(Inner { max_per_address, trusted_proxies, counts: Mutex::default() }))
    }

    /// Counts one more connection of this address; `None` when the address has its share.
    pub(super) fn admit(&self, address: IpAddr) -> Option<AddressPermit> {
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        let is_proxy = self.0.trusted_proxies.iter().any(|network| network.contains(address));
        if *count >= self.0.max_per_address && !is_proxy {
            return None;
        }
        *count += 1;
        Some(AddressPermit { address, limits: self.clone() })
    }
}

impl Drop for AddressPermit {
    fn drop(&mut self) {
        let mut counts = self.limits.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}
