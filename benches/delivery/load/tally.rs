//! What was seen while the load ran.

/// What was seen; the counts are of streams with full appetite.
#[derive(Debug, Default)]
pub struct Tally {
    /// Streams that have begun.
    pub live: usize,
    /// Events of the server's log that arrived.
    pub deliveries: u64,
    /// Reads that brought some.
    pub reads: u64,
    /// Bytes of all reads.
    pub bytes: u64,
    /// Connections that ended before their stream began.
    pub refused: u64,
    /// Streams that ended although nobody here ended them.
    pub cut: u64,
    /// Events out of order, lost or repeated, and what was wrong with the first.
    pub wrong: u64,
    pub first_wrong: Option<String>,
    /// From before the request that publishes to the read that brings the event, in microseconds.
    pub latencies: Vec<u32>,
}
