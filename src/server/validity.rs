//! From when until when a certificate is good (RFC 5280, section 4.1.2.5). rustls does not look: browsers do, and
//! then nobody gets in.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The first and the last moment at which a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Validity {
    /// What the certificate (in DER) says; nothing, when it is none.
    pub(super) fn of(certificate: &[u8]) -> Option<Self> {
        let (certificate, _) = tagged(SEQUENCE, certificate)?;
        let (mut fields, _) = tagged(SEQUENCE, certificate)?;
        if fields.first() == Some(&VERSION) {
            (_, _, fields) = element(fields)?;
        }
        // Its serial number, its signature's algorithm, its issuer.
        for _ in 0..3 {
            (_, _, fields) = element(fields)?;
        }
        let (validity, _) = tagged(SEQUENCE, fields)?;
        let (tag, from, rest) = element(validity)?;
        let from = time(tag, from)?;
        let (tag, until, _) = element(rest)?;
        Some(Self { from, until: time(tag, until)? })
    }
}

fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = text.split_at_checked(if tag == GENERALIZED_TIME { 4 } else { 2 })?;
    let year: i16 = year.parse().ok()?;
    let year = match tag {
        GENERALIZED_TIME => year,
        UTC_TIME if year < 50 => 2000 + year,
        UTC_TIME => 1900 + year,
        _ => return None,
    };
    let two = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
    let time = DateTime::new(year, two(0)?, two(2)?, two(4)?, two(6)?, two(8)?, 0).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn tagged(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    element(bytes).filter(|(found, _, _)| *found == tag).map(|(_, content, rest)| (content, rest))
}

/// The first element of DER (X.690, section 8.1): its tag, its content, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_time_are_read_and_nonsense_is_none() {
        let utc = time(UTC_TIME, b"491231235959Z").expect("a time");
        assert_eq!(utc.to_string(), "2049-12-31T23:59:59Z");
        assert_eq!(time(UTC_TIME, b"500101000000Z").expect("a time").to_string(), "1950-01-01T00:00:00Z");
        let generalized = time(GENERALIZED_TIME, b"20500228120000Z").expect("a time");
        assert_eq!(generalized.to_string(), "2050-02-28T12:00:00Z");
        for nonsense in [&b"5001010000"[..], b"501301000000Z", b"Z", b"", b"\xff\xff"] {
            assert_eq!(time(UTC_TIME, nonsense), None);
        }
        for nonsense in [&b"\x30\x84\xff\xff\xff\xff"[..], b"\x30\x80", b"\x30", b"", b"\x30\x03\x30\x01\x00"]
        {
            assert_eq!(Validity::of(nonsense), None);
        }
    }
}
