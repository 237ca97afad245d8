//! What HTTP is spoken over, and what the client trusts for that: a certificate that is made for one server.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use tokio_rustls::rustls::{
    self, ClientConfig, ClientConnection, RootCertStore,
    client::Resumption,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP/1.1, in the clear.
    Plain,
    /// HTTP/1.1 over TLS.
    Tls,
    /// HTTP/2 over TLS, each stream on a connection of its own.
    Http2,
}

impl Transport {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Tls, Self::Http2];

    /// As the table says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain, HTTP/1.1",
            Self::Tls => "TLS, HTTP/1.1",
            Self::Http2 => "TLS, HTTP/2, each alone on its connection",
        }
    }
}

/// The client's side of one server's certificate.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Makes a certificate for this machine and its key, as `certificate.pem` and `key.pem`.
    pub fn make(folder: &Path) -> io::Result<Self> {
        let key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
        let certificate = rcgen::CertificateParams::new(["localhost".to_owned()])
            .and_then(|params| params.self_signed(&key));
        let certificate = certificate.map_err(io::Error::other)?;
        std::fs::write(folder.join("certificate.pem"), certificate.pem())?;
        let mut file = OpenOptions::new();
        let mut file = file.write(true).create_new(true).mode(0o600).open(folder.join("key.pem"))?;
        file.write_all(key.serialize_pem().as_bytes())?;
        config(certificate.der()).map(|config| Self(Arc::new(config))).map_err(io::Error::other)
    }

    /// A connection that has yet to shake hands, and will speak this protocol.
    pub fn connection(&self, protocol: &[u8]) -> io::Result<ClientConnection> {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        ClientConnection::new_with_alpn(self.0.clone(), name, vec![protocol.to_vec()])
            .map_err(io::Error::other)
    }
}

fn config(certificate: &CertificateDer<'static>) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone())?;
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // Each stream is that of somebody else.
    config.resumption = Resumption::disabled();
    Ok(config)
}
