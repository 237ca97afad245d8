//! A TCP proxy before a server, which a test can shut or silence.

use std::time::Duration;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::TestApp;

/// A TCP proxy that hands on bytes while it is open.
pub struct Door {
    pub url: String,
    way: watch::Sender<Way>,
    _ends: DropGuard,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// Resets whoever comes and whoever is there.
    Shut,
    /// Keeps whoever comes and whoever is there, and hands on nothing: neither side is told.
    Silent,
}

impl Door {
    pub async fn to(app: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (way, known) = watch::channel(Way::Open);
        let end = CancellationToken::new();
        tokio::spawn(end.clone().run_until_cancelled_owned(serve(listener, app.port, known)));
        Self { url, way, _ends: end.drop_guard() }
    }

    /// Resets every connection, and every new one until it is opened again.
    pub fn shuts(&self) {
        self.way.send_replace(Way::Shut);
    }

    /// Nothing comes through any more, and nobody is told, until it is opened again.
    pub fn falls_silent(&self) {
        self.way.send_replace(Way::Silent);
    }

    /// Lets new connections through. Those that were there when it failed are lost.
    pub fn opens(&self) {
        self.way.send_replace(Way::Open);
    }
}

async fn serve(listener: TcpListener, port: u16, way: watch::Receiver<Way>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        // However the connection ends, the client gets a reset, so that it sees a cut and no end.
        socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
        tokio::spawn(passes(client, port, way.clone()));
    }
}

async fn passes(mut client: TcpStream, port: u16, mut way: watch::Receiver<Way>) {
    let mut server = None;
    if *way.borrow_and_update() == Way::Open {
        // The server may be down.
        let Ok(connected) = TcpStream::connect(("127.0.0.1", port)).await else { return };
        tokio::select! {
            _ = copy_bidirectional(&mut client, server.insert(connected)) => return,
            _ = way.changed() => {}
        }
    }
    // Both connections stay open for as long as the door is silent.
    let _ = way.wait_for(|way| *way != Way::Silent).await;
}
