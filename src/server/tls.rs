//! TLS by rustls with ring: the pair of certificate and key, its exchange while the server runs, the handshake.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::net::TcpStream;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject},
        },
    },
    server::TlsStream,
};

use crate::{clock, config::private_file, server::validity::Validity};

/// Two round trips and some arithmetic, on the slowest of networks.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// What connections are encrypted with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    // A std mutex: held to read or set the handle.
    config: Mutex<Arc<ServerConfig>>,
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file with the certificate and those above it.
    #[error("cannot read a certificate from {0} (--tls-cert): {1}")]
    Certificate(PathBuf, pem::Error),
    /// The file with the key.
    #[error("cannot read a key from {0} (--tls-key): {1}")]
    Key(PathBuf, pem::Error),
    /// The key is not kept for its owner.
    #[error("{0} (--tls-key)")]
    Exposed(#[from] private_file::Exposed),
    /// Each may be good, but not together.
    #[error("the certificate and the key cannot be used (--tls-cert, --tls-key): {0}")]
    Pair(#[from] rustls::Error),
}

impl Tls {
    /// Reads the pair, both in PEM.
    ///
    /// # Errors
    /// When it cannot be used, or others could read the key.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let config = Mutex::new(Arc::new(read(certificate, key)?));
        Ok(Self(Arc::new(Inner { certificate: certificate.to_owned(), key: key.to_owned(), config })))
    }

    /// Reads the pair again, for the connections to come.
    ///
    /// # Errors
    /// As for `load`; the old pair stays.
    pub fn reload(&self) -> Result<(), CertificateError> {
        let fresh = Arc::new(read(&self.0.certificate, &self.0.key)?);
        *self.0.config.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Shakes hands with a client.
    ///
    /// # Errors
    /// When that fails, or takes longer than 10 s.
    pub(super) async fn accept(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let config = self.0.config.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let accepted =
            tokio::time::timeout(HANDSHAKE_TIMEOUT, TlsAcceptor::from(config).accept(socket)).await;
        accepted.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<ServerConfig, CertificateError> {
    private_file::check(key)?;
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain: Vec<_> =
        chain.map_err(|error| CertificateError::Certificate(certificate.to_owned(), error))?;
    chain.iter().for_each(log_if_not_valid);
    let key =
        PrivateKeyDer::from_pem_file(key).map_err(|error| CertificateError::Key(key.to_owned(), error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// It is used all the same: the clock may be what is wrong, and some clients do not care.
fn log_if_not_valid(certificate: &CertificateDer<'_>) {
    let Some(Validity { from, until }) = Validity::of(certificate) else { return };
    let now = clock::now();
    if now > until {
        tracing::error!(%until, "The certificate (--tls-cert), or one above it, has expired: browsers refuse it");
    } else if now < from {
        tracing::error!(%from, "The certificate (--tls-cert), or one above it, is not valid yet: browsers refuse it");
    }
}
