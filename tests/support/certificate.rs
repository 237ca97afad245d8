use std::{os::unix::fs::OpenOptionsExt, path::PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

/// A certificate for this machine, signed by itself, and its key, in files of their own.
pub struct Certificate {
    folder: TempDir,
    pub spki: Vec<u8>,
}

impl Certificate {
    pub fn new() -> Self {
        let mut made = Self { folder: tempfile::tempdir().unwrap(), spki: vec![] };
        made.renew();
        made
    }

    /// Another pair, in the same files.
    pub fn renew(&mut self) {
        self.renew_for(1975, 4096);
    }

    /// The same, good from the beginning of one year to that of another.
    pub fn renew_for(&mut self, from: i32, until: i32) {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut parameters = rcgen::CertificateParams::new(names).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(until, 1, 1);
        let signing_key = rcgen::KeyPair::generate().unwrap();
        let cert = parameters.self_signed(&signing_key).unwrap();
        let made = rcgen::CertifiedKey { cert, signing_key };
        self.spki = rcgen::PublicKeyData::subject_public_key_info(&made.signing_key);
        std::fs::write(self.file(), made.cert.pem()).unwrap();
        let mut key = std::fs::OpenOptions::new();
        let key = key.write(true).create(true).truncate(true).mode(0o600).open(self.key_file());
        std::io::Write::write_all(&mut key.unwrap(), made.signing_key.serialize_pem().as_bytes()).unwrap();
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// The options that have the server use it, and more.
    pub fn options<'a>(&self, more: &[&'a str]) -> Vec<&'a str> {
        let path = |path: PathBuf| &*path.to_str().unwrap().to_owned().leak();
        let mut options = vec!["--tls-cert", path(self.file()), "--tls-key", path(self.key_file())];
        options.extend(more);
        options
    }

    pub fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.file()).unwrap()
    }

    /// What makes Chromium take it: the hash of its public key.
    pub fn fingerprint(&self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let hash = Sha256::digest(&self.spki);
        let groups = hash.chunks(3).map(|bytes| {
            let number = (0..3).fold(0, |number, at| number << 8 | u32::from(*bytes.get(at).unwrap_or(&0)));
            let letter = |at: usize| match at <= bytes.len() {
                true => char::from(LETTERS[(number >> (18 - 6 * at) & 63) as usize]),
                false => '=',
            };
            (0..4).map(letter).collect::<String>()
        });
        groups.collect()
    }
}
