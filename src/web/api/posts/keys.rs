//! The keys with which a program publishes: by one, what comes again is done once; by the other, it is said again.

use poem::http::HeaderMap;

use crate::{
    digest,
    domain::posts::{Idempotency, IdempotencyKey},
    ids::TokenId,
    web::problem::Problem,
};

/// Characters of either key.
const MAX_KEY: usize = 255;

/// The `Idempotency-Key` of a request with this body, if it has one.
pub(super) fn idempotency(headers: &HeaderMap, token: TokenId, body: &[u8]) -> Result<Idempotency, Problem> {
    let Some(key) = sent(headers)? else { return Ok(Idempotency::None) };
    Ok(Idempotency::Key(IdempotencyKey { token, key, body_hash: digest::sha256_hex(body) }))
}

/// The `Idempotency-Key` of a request, if it has one.
pub(super) fn sent(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    headers.get("idempotency-key").map(|key| parse_key(key.as_bytes())).transpose()
}

/// The `dedup_key` as it was sent.
pub(super) fn parse_dedup_key(sent: &str) -> Result<String, Problem> {
    let is_key = (1..=MAX_KEY).contains(&sent.chars().count()) && !sent.chars().any(char::is_control);
    if !is_key {
        return Err(Problem::Malformed("a `dedup_key` is text of 1 to 255 characters on one line".into()));
    }
    Ok(sent.to_owned())
}

fn parse_key(sent: &[u8]) -> Result<String, Problem> {
    let is_key = (1..=MAX_KEY).contains(&sent.len()) && sent.iter().all(|byte| (0x20..0x7f).contains(byte));
    if !is_key {
        return Err(Problem::Malformed("an Idempotency-Key is 1 to 255 visible ASCII characters".into()));
    }
    Ok(sent.iter().copied().map(char::from).collect())
}
