//! A day of one card in a few bytes. After a byte that says how (1), each point is, in the order of time and with the
//! highest byte first:
//!
//! - two bytes: the minute of the day that it begins with; the highest bit is set if there was one report only;
//! - then of one report its value, of several their number in four bytes, and mean, least and most: each four bytes, a
//!   number of single precision, which has seven digits.

use std::collections::BTreeMap;

use crate::domain::cards::history::Point;

/// The only way so far.
const VERSION: u8 = 1;

/// In a point's minute: there was one report.
const SINGLE: u16 = 0x8000;

/// What was reported in a minute, or an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    count: u32,
    sum: f64,
    min: f64,
    max: f64,
}

impl Default for Bucket {
    fn default() -> Self {
        Self { count: 0, sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Bucket {
    pub(super) fn add(&mut self, number: f64) {
        self.merge(&Self { count: 1, sum: number, min: number, max: number });
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.sum += other.sum;
        (self.min, self.max) = (self.min.min(other.min), self.max.max(other.max));
    }

    pub(super) fn mean(&self) -> f64 {
        (self.sum / f64::from(self.count.max(1))).clamp(self.min, self.max)
    }

    pub(super) fn point(&self, from_ms: i64, minutes: i64) -> Point {
        Point { from_ms, minutes, count: self.count, mean: self.mean(), min: self.min, max: self.max }
    }
}

/// The points by minute of the day, packed.
pub(super) fn pack(points: &BTreeMap<u16, Bucket>) -> Vec<u8> {
    let mut packed = vec![VERSION];
    for (minute, bucket) in points {
        if bucket.count == 1 {
            packed.extend((minute | SINGLE).to_be_bytes());
            packed.extend(single(bucket.min));
        } else {
            packed.extend(minute.to_be_bytes());
            packed.extend(bucket.count.to_be_bytes());
            packed.extend([bucket.mean(), bucket.min, bucket.max].into_iter().flat_map(single));
        }
    }
    packed
}

/// What was packed; nothing of what a newer build packed in another way, nor of what is broken off.
pub(super) fn unpack(packed: &[u8]) -> BTreeMap<u16, Bucket> {
    let mut points = BTreeMap::new();
    let Some((&VERSION, mut rest)) = packed.split_first() else { return points };
    while let Some((minute, bucket)) = next(&mut rest) {
        points.insert(minute, bucket);
    }
    points
}

fn next(rest: &mut &[u8]) -> Option<(u16, Bucket)> {
    let minute = u16::from_be_bytes(*rest.split_off(..2)?.first_chunk()?);
    if minute & SINGLE != 0 {
        let value = number(rest)?;
        return Some((minute & !SINGLE, Bucket { count: 1, sum: value, min: value, max: value }));
    }
    let count = u32::from_be_bytes(*rest.split_off(..4)?.first_chunk()?);
    let (mean, min, max) = (number(rest)?, number(rest)?, number(rest)?);
    Some((minute, Bucket { count, sum: mean * f64::from(count), min, max }))
}

fn single(number: f64) -> [u8; 4] {
    // What is beyond is as far as it goes.
    (number.clamp(f32::MIN.into(), f32::MAX.into()) as f32).to_be_bytes()
}

fn number(rest: &mut &[u8]) -> Option<f64> {
    let stored = f32::from_be_bytes(*rest.split_off(..4)?.first_chunk()?);
    // By its digits: 71.3 is 71.3 again, not 71.30000305.
    stored.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_is_small() {
        let mut points = BTreeMap::new();
        for minute in 0..1440 {
            let mut bucket = Bucket::default();
            (0..=minute % 3).for_each(|number| bucket.add(71.3 + f64::from(number)));
            points.insert(minute, bucket);
        }

        let packed = pack(&points);

        assert!(packed.len() < 24_000, "{}", packed.len());
        let unpacked = unpack(&packed);
        assert_eq!(unpacked.len(), 1440);
        let last = unpacked[&1439];
        assert_eq!((last.count, last.min, last.max, last.mean()), (3, 71.3, 73.3, 72.3));
        assert_eq!(unpacked[&0], Bucket { count: 1, sum: 71.3, min: 71.3, max: 71.3 });
    }

    #[test]
    fn what_is_broken_or_of_another_build_harms_nothing() {
        let mut bucket = Bucket::default();
        bucket.add(f64::MAX);
        bucket.add(f64::MIN);
        let packed = pack(&BTreeMap::from([(7, bucket), (8, bucket)]));

        assert_eq!(unpack(&packed[..packed.len() - 1]).len(), 1);
        assert!(unpack(&packed)[&7].max.is_finite());
        assert!(unpack(&[]).is_empty() && unpack(&[2, 0, 0]).is_empty());
    }
}
