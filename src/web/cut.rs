//! How a handler closes the very connection that its answer goes out on.

use tokio_util::sync::CancellationToken;

/// Put into every request by the server: cancelled, the connection is closed without another byte.
#[derive(Clone, Debug)]
pub struct Cut(pub CancellationToken);
