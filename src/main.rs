//! The program: everything is in the library, so that it is compiled once.

use std::process::ExitCode;

/// What hyper and poem need while a stream is opened is freed at once, but lies between what the stream keeps.
/// This allocator keeps sizes apart, so that those pages go back to the system.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    tidings::main()
}
