//! A day of one card in a few bytes. After a byte that says how (1 or 2), each point is, in the order of time and with the
//! highest byte first:
//!
//! - two bytes: the minute of the day that it begins with; the highest bit is set if there was one report only, and the next
//!   one, in the second way alone, if its numbers are of double precision;
//! - then of one report its value, of several their number in four bytes, and mean, least and most: each four bytes, a
//!   number of single precision, which has seven digits, or eight bytes.
//!
//! Numbers of which single precision has all digits take four bytes. Where that is so of a whole day, it is packed in the
//! first way, which earlier versions read.

use std::collections::BTreeMap;

use crate::domain::cards::history::Point;

/// All numbers are of single precision.
const SINGLE_PRECISION: u8 = 1;

/// Some are of double precision.
const BOTH_PRECISIONS: u8 = 2;

/// In a point's minute: there was one report.
const SINGLE: u16 = 0x8000;

/// In a point's minute: its numbers are of double precision.
const DOUBLE: u16 = 0x4000;

/// What is beyond this counts as this: so the sum of as many as can be counted stays a number.
const MOST: f64 = 1e298;

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
        let number = number.clamp(-MOST, MOST);
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

    /// Whether the least and the most have no more digits than single precision has.
    fn is_single(&self) -> bool {
        [self.min, self.max].into_iter().all(|number| by_digits(number as f32) == Some(number))
    }

    fn put(&self, number: f64, packed: &mut Vec<u8>) {
        if self.is_single() {
            packed.extend((number as f32).to_be_bytes());
        } else {
            packed.extend(number.to_be_bytes());
        }
    }

    pub(super) fn point(&self, from_ms: i64, minutes: i64) -> Point {
        Point { from_ms, minutes, count: self.count, mean: self.mean(), min: self.min, max: self.max }
    }
}

/// The points by minute of the day, packed.
pub(super) fn pack(points: &BTreeMap<u16, Bucket>) -> Vec<u8> {
    let is_single = points.values().all(Bucket::is_single);
    let mut packed = vec![if is_single { SINGLE_PRECISION } else { BOTH_PRECISIONS }];
    for (minute, bucket) in points {
        let minute = if bucket.is_single() { *minute } else { minute | DOUBLE };
        if bucket.count == 1 {
            packed.extend((minute | SINGLE).to_be_bytes());
            bucket.put(bucket.min, &mut packed);
        } else {
            packed.extend(minute.to_be_bytes());
            packed.extend(bucket.count.to_be_bytes());
            for number in [bucket.mean(), bucket.min, bucket.max] {
                bucket.put(number, &mut packed);
            }
        }
    }
    packed
}

/// What was packed; nothing of what a newer build packed in another way, nor of what is broken off.
pub(super) fn unpack(packed: &[u8]) -> BTreeMap<u16, Bucket> {
    let mut points = BTreeMap::new();
    let Some((&version, mut rest)) = packed.split_first() else { return points };
    if ![SINGLE_PRECISION, BOTH_PRECISIONS].contains(&version) {
        return points;
    }
    while let Some((minute, bucket)) = next(&mut rest) {
        points.insert(minute, bucket);
    }
    points
}

fn next(rest: &mut &[u8]) -> Option<(u16, Bucket)> {
    let minute = u16::from_be_bytes(*rest.split_off(..2)?.first_chunk()?);
    let number = if minute & DOUBLE != 0 { double } else { single };
    let at = minute & !(SINGLE | DOUBLE);
    if minute & SINGLE != 0 {
        let value = number(rest)?;
        return Some((at, Bucket { count: 1, sum: value, min: value, max: value }));
    }
    let count = u32::from_be_bytes(*rest.split_off(..4)?.first_chunk()?);
    let (mean, min, max) = (number(rest)?, number(rest)?, number(rest)?);
    Some((at, Bucket { count, sum: mean * f64::from(count), min, max }))
}

fn double(rest: &mut &[u8]) -> Option<f64> {
    Some(f64::from_be_bytes(*rest.split_off(..8)?.first_chunk()?).clamp(-MOST, MOST))
}

fn single(rest: &mut &[u8]) -> Option<f64> {
    by_digits(f32::from_be_bytes(*rest.split_off(..4)?.first_chunk()?))
}

/// By its digits: 71.3 is 71.3 again, not 71.30000305.
fn by_digits(number: f32) -> Option<f64> {
    number.to_string().parse().ok()
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
    fn numbers_of_many_digits_keep_them_and_others_take_no_more_room() {
        let mut points = BTreeMap::new();
        for (minute, numbers) in
            [(1, vec![1_234_567_891.0]), (2, vec![0.1, 16_777_217.0, 0.1]), (3, vec![1e200]), (4, vec![71.3])]
        {
            let mut bucket = Bucket::default();
            numbers.into_iter().for_each(|number| bucket.add(number));
            points.insert(minute, bucket);
        }

        let packed = pack(&points);

        assert_eq!(packed.len(), 1 + (2 + 8) + (2 + 4 + 3 * 8) + (2 + 8) + (2 + 4));
        let unpacked = unpack(&packed);
        for (minute, bucket) in &points {
            let kept = unpacked[minute];
            assert_eq!((kept.count, kept.min, kept.max), (bucket.count, bucket.min, bucket.max));
        }
        // What earlier versions wrote is read, and written as they did.
        let earlier = [1, 0x80, 7, 0x42, 0x8e, 0x99, 0x9a];
        assert_eq!(unpack(&earlier)[&7].max, 71.3);
        assert_eq!(pack(&unpack(&earlier)), earlier);
    }

    #[test]
    fn what_is_broken_or_of_another_build_harms_nothing() {
        let mut bucket = Bucket::default();
        bucket.add(f64::MAX);
        bucket.add(f64::MIN);
        let packed = pack(&BTreeMap::from([(7, bucket), (8, bucket)]));

        assert_eq!(bucket.mean(), 0.0);
        assert_eq!(unpack(&packed[..packed.len() - 1]).len(), 1);
        assert!(unpack(&packed)[&7].max.is_finite());
        assert!(unpack(&[]).is_empty() && unpack(&[3, 0, 7, 0, 0, 0, 0]).is_empty());
    }
}
