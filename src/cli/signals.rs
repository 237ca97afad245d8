//! The signals that end the program in order.

use std::{future::pending, io};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for them from when it is made, instead of being ended by them.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hang_up: Option<Signal>,
}

impl Signals {
    /// SIGTERM, SIGINT (Ctrl-C), SIGQUIT and SIGHUP.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { hang_up: Some(signal(SignalKind::hangup())?), ..Self::listen_but_for_hang_up()? })
    }

    /// The same without SIGHUP, which means something else to a server with a certificate.
    pub(crate) fn listen_but_for_hang_up() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: None,
        })
    }

    /// Waits for the first of them.
    pub(crate) async fn wait(&mut self) {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.quit.recv() => {}
            _ = hang_up => {}
        }
    }
}
