//! The way to a server, which can be shut.

use std::sync::Mutex;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::TestApp;

/// A TCP proxy. Open, it hands on; shut, it resets whoever comes and whoever is there.
pub struct Door {
    pub url: String,
    way: std::sync::Arc<Mutex<Way>>,
    _ends: DropGuard,
}

struct Way {
    is_open: bool,
    /// Cuts those who went through.
    cut: CancellationToken,
}

impl Door {
    pub async fn to(app: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let way = std::sync::Arc::new(Mutex::new(Way { is_open: true, cut: CancellationToken::new() }));
        let end = CancellationToken::new();
        tokio::spawn(end.clone().run_until_cancelled_owned(serve(listener, app.port, way.clone())));
        Self { url, way, _ends: end.drop_guard() }
    }

    /// Resets every connection, and every new one until it is opened again.
    pub fn shuts(&self) {
        let mut way = self.way.lock().unwrap();
        way.is_open = false;
        std::mem::take(&mut way.cut).cancel();
    }

    pub fn opens(&self) {
        self.way.lock().unwrap().is_open = true;
    }
}

async fn serve(listener: TcpListener, port: u16, way: std::sync::Arc<Mutex<Way>>) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let (is_open, cut) = {
            let way = way.lock().unwrap();
            (way.is_open, way.cut.clone())
        };
        // Whatever ends it, the client is told by a reset: a cut, not an end.
        socket2::SockRef::from(&client).set_linger(Some(std::time::Duration::ZERO)).unwrap();
        if !is_open {
            continue;
        }
        tokio::spawn(cut.run_until_cancelled_owned(async move {
            // The server may be away.
            if let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
        }));
    }
}
