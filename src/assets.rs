//! The front end's files, embedded, under an address that changes with their content, so that browsers may
//! keep them for ever. Stylesheets go out as one, one file per component, in the order of their names.

use std::{collections::BTreeMap, io::Write, sync::LazyLock};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::text::{Language, scripts};

mod modules;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Catalogues;

/// One file, ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// Its MIME type, with the character encoding.
    pub content_type: String,
    /// As it is.
    pub plain: Bytes,
    /// Compressed, where that pays.
    pub gzipped: Option<Bytes>,
}

struct Bundle {
    build: String,
    prefix: String,
    by_name: BTreeMap<String, Asset>,
    until_live: Vec<String>,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(Bundle::new);

/// Names this build's pages and scripts; a page of another build may not understand our events.
pub fn build() -> &'static str {
    &BUNDLE.build
}

/// What the addresses of this build's files begin with.
pub fn prefix() -> &'static str {
    &BUNDLE.prefix
}

/// This build's file of that name.
pub fn find(name: &str) -> Option<&'static Asset> {
    BUNDLE.by_name.get(name)
}

/// The modules that a page needs before it is Live, beside its entry.
pub fn until_live() -> &'static [String] {
    &BUNDLE.until_live
}

/// This build's files, each under its name.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Asset)> {
    BUNDLE.by_name.iter().map(|(name, asset)| (name.as_str(), asset))
}

/// The MIME type of a file of that name, if it is of a kind that we serve, in this build or a later one.
pub fn kind(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "css" => "text/css",
        "js" => "text/javascript",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        _ => return None,
    })
}

impl Bundle {
    fn new() -> Self {
        let mut by_name = BTreeMap::new();
        let mut css = Vec::new();
        let mut names: Vec<_> = Files::iter().collect();
        names.sort();
        for name in names {
            let file = Files::get(&name).expect("it was listed");
            if name.starts_with("css/") {
                css.extend_from_slice(&file.data);
            } else if let Some(kind) = kind(&name) {
                by_name.insert(name.to_string(), Asset::new(kind, file.data.into_owned()));
            }
        }
        by_name.insert("tidings.css".into(), Asset::new("text/css", css));
        for &language in Language::ALL {
            let module = Asset::new("text/javascript", scripts::module(language).into_bytes());
            by_name.insert(format!("js/texts-{}.js", language.tag()), module);
        }
        let build = hash(&by_name);
        let until_live = modules::until_live(&by_name);
        Self { prefix: format!("/assets/{build}"), build, by_name, until_live }
    }
}

impl Asset {
    /// Packed, if it is text.
    pub fn new(content_type: &str, content: Vec<u8>) -> Self {
        let is_text = content_type.starts_with("text/")
            || ["javascript", "json", "svg"].iter().any(|kind| content_type.contains(kind));
        let content_type =
            if is_text { format!("{content_type}; charset=utf-8") } else { content_type.to_owned() };
        Self {
            content_type,
            gzipped: is_text.then(|| gzip(&content, Compression::best())),
            plain: content.into(),
        }
    }
}

/// Over everything that a browser gets from us, the events' HTML included, which templates make.
fn hash(assets: &BTreeMap<String, Asset>) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for (name, asset) in assets {
        hash.update(name);
        hash.update(&asset.plain);
    }
    for name in Templates::iter() {
        hash.update(Templates::get(&name).expect("it was listed").metadata.sha256_hash());
    }
    for name in Catalogues::iter() {
        hash.update(Catalogues::get(&name).expect("it was listed").metadata.sha256_hash());
    }
    hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As it goes out with `Content-Encoding: gzip`.
pub fn gzip(content: &[u8], level: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 3), level);
    encoder.write_all(content).expect("a Vec takes whatever is written to it");
    encoder.finish().expect("a Vec takes whatever is written to it").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_of_a_kind_that_we_serve() {
        for name in Files::iter() {
            assert!(kind(&name).is_some(), "{name}");
        }
    }
}
