//! What a card's value was lately, in a few figures: enough to draw the last day small, and to say by how much it has
//! changed. Each node takes in what it hears of a card.

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// Half hours that are drawn.
const HALF_HOURS: usize = 48;

/// The last day and the last two hours of a value; 256 bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recent {
    /// By half hours; one more than are drawn.
    day: Ring<{ HALF_HOURS + 1 }, 30>,
    /// By ten minutes; one more than two hours have.
    hours: Ring<13, 10>,
}

/// Since when something has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// About an hour ago.
    Hour,
    /// About a day ago.
    Day,
}

impl Recent {
    /// Takes in what it was at a time.
    pub fn put(&mut self, at_ms: i64, value: f64) {
        let value = value as f32;
        self.day.put(at_ms, value);
        self.hours.put(at_ms, value);
    }

    /// Takes in what it was at these times, where nothing is known yet.
    pub fn fill(&mut self, points: &[(i64, f64)]) {
        let mut filled = Self::default();
        points.iter().for_each(|(at_ms, value)| filled.put(*at_ms, *value));
        filled.day.put_all(&self.day);
        filled.hours.put_all(&self.hours);
        *self = filled;
    }

    /// What it was an hour before `now_ms`, or else a day before.
    pub fn before(&self, now_ms: i64) -> Option<(Since, f64)> {
        let hour = self.hours.newest(now_ms - 125 * MINUTE, now_ms - 60 * MINUTE);
        let day = || self.day.newest(now_ms - (24 * 60 + 30) * MINUTE, now_ms - (24 * 60 - 30) * MINUTE);
        let found = hour.map(|value| (Since::Hour, value)).or_else(|| Some((Since::Day, day()?)));
        found.and_then(|(since, value)| Some((since, by_digits(value)?)))
    }

    /// A value as it is kept here, in single precision, by its digits: what is the same is then no change. None of what is
    /// beyond that.
    pub fn kept(value: f64) -> Option<f64> {
        by_digits(value as f32)
    }

    /// The last day by half hours, the newest last; none where nothing was heard.
    pub fn line(&self, now_ms: i64) -> Vec<Option<f32>> {
        let newest = now_ms.div_euclid(30 * MINUTE);
        let from = newest - HALF_HOURS as i64 + 1;
        (from..=newest).map(|index| self.day.at(index)).collect()
    }
}

/// By its digits: 71.3 is 71.3, not 71.30000305.
fn by_digits(value: f32) -> Option<f64> {
    value.to_string().parse().ok().filter(|value: &f64| value.is_finite())
}

/// The last of what was put in, by parts of so many minutes: the last value of each.
#[derive(Clone, Debug, PartialEq)]
struct Ring<const N: usize, const MINUTES: i64> {
    /// The number of the newest part; with parts of ten minutes, it lasts for 40,000 years.
    newest: i32,
    /// The newest part last; not a number where there is nothing.
    values: [f32; N],
}

impl<const N: usize, const MINUTES: i64> Default for Ring<N, MINUTES> {
    fn default() -> Self {
        Self { newest: 0, values: [f32::NAN; N] }
    }
}

impl<const N: usize, const MINUTES: i64> Ring<N, MINUTES> {
    const STEP_MS: i64 = MINUTES * MINUTE;

    fn put(&mut self, at_ms: i64, value: f32) {
        let index = at_ms.div_euclid(Self::STEP_MS);
        let ahead = usize::try_from(index - i64::from(self.newest)).unwrap_or(0).min(N);
        if ahead > 0 {
            self.values.rotate_left(ahead % N);
            self.values[N - ahead..].fill(f32::NAN);
            self.newest = i32::try_from(index).unwrap_or(i32::MAX);
        }
        if let Some(place) = self.place(index) {
            self.values[place] = value;
        }
    }

    fn put_all(&mut self, others: &Self) {
        let newest = i64::from(others.newest);
        for index in newest - N as i64 + 1..=newest {
            if let Some(value) = others.at(index) {
                self.put(index * Self::STEP_MS, value);
            }
        }
    }

    fn at(&self, index: i64) -> Option<f32> {
        self.place(index).map(|place| self.values[place]).filter(|value| value.is_finite())
    }

    /// The newest in the parts from one time to another.
    fn newest(&self, from_ms: i64, to_ms: i64) -> Option<f32> {
        let (from, to) = (from_ms.div_euclid(Self::STEP_MS), to_ms.div_euclid(Self::STEP_MS));
        (from..=to).rev().find_map(|index| self.at(index))
    }

    fn place(&self, index: i64) -> Option<usize> {
        usize::try_from(i64::from(self.newest) - index).ok().and_then(|back| (N - 1).checked_sub(back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_what_was_an_hour_ago_or_else_a_day_ago() {
        let (mut recent, now) = (Recent::default(), 1_000_000 * MINUTE);
        assert_eq!(recent.before(now), None);
        recent.put(now - 24 * 60 * MINUTE, 3.5);
        assert_eq!(recent.before(now), Some((Since::Day, 3.5)));
        for (ago, value) in [(70, 71.3), (20, 80.0), (0, 90.0)] {
            recent.put(now - ago * MINUTE, value);
        }
        assert_eq!(recent.before(now), Some((Since::Hour, 71.3)));

        let line = recent.line(now);
        assert_eq!((line.len(), line.last()), (48, Some(&Some(90.0))));
        assert!(size_of::<Recent>() <= 256, "{}", size_of::<Recent>());
    }

    #[test]
    fn what_is_the_same_is_no_change_however_many_digits_it_has() {
        let (mut recent, now) = (Recent::default(), 1_000_000 * MINUTE);
        for value in [1_234_567_891.0, 0.1, -16_777_217.0] {
            recent.put(now - 70 * MINUTE, value);
            assert_eq!(recent.before(now).map(|(_, before)| before), Recent::kept(value), "{value}");
        }
        assert_eq!(Recent::kept(1e200), None);
    }

    #[test]
    fn what_is_old_goes_and_what_comes_late_finds_its_place() {
        let (mut recent, now) = (Recent::default(), 1_000_000 * MINUTE);
        recent.put(now, 1.0);
        recent.put(now - 90 * MINUTE, 2.0);
        assert_eq!(recent.before(now), Some((Since::Hour, 2.0)));
        recent.put(now + 60 * 24 * 60 * MINUTE, 5.0);
        assert_eq!(recent.line(now + 60 * 24 * 60 * MINUTE).iter().flatten().count(), 1);
        recent.put(now, 9.0);
        assert_eq!(recent.before(now + 60 * 24 * 60 * MINUTE), None);
    }
}
