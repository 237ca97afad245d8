//! What is printed: Markdown tables, fit for `docs/performance.md`.

/// The middle of some measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value that `share` of all are not above, in milliseconds, from microseconds.
pub fn percentile(latencies: &mut [u32], share: f64) -> f64 {
    latencies.sort_unstable();
    let at = (latencies.len() as f64 * share) as usize;
    latencies.get(at.min(latencies.len().saturating_sub(1))).map_or(f64::NAN, |us| f64::from(*us) / 1000.0)
}

/// A number with about three digits, as many as one may believe.
pub fn short(value: f64) -> String {
    match value.abs() {
        size if size.is_nan() => "–".into(),
        size if size >= 10_000.0 => thousands((value / 100.0).round() as i64 * 100),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(value: i64) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// Prints a table.
pub fn print(head: &[&str], rows: &[Vec<String>]) {
    println!("\n| {} |", head.join(" | "));
    println!("|{}", "---|".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

/// One line of the comparison with the targets.
pub struct Target {
    /// What is compared, and with what.
    pub what: String,
    /// What was measured.
    pub measured: f64,
    /// What is wanted.
    pub wanted: Bound,
}

/// On which side of a number a measurement should be.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// At most so much.
    Most(f64),
    /// At least so much.
    Least(f64),
}

impl Target {
    /// A target that is an upper bound.
    pub fn most(what: impl Into<String>, measured: f64, wanted: f64) -> Self {
        Self { what: what.into(), measured, wanted: Bound::Most(wanted) }
    }

    /// A target that is a lower bound.
    pub fn least(what: impl Into<String>, measured: f64, wanted: f64) -> Self {
        Self { what: what.into(), measured, wanted: Bound::Least(wanted) }
    }

    fn row(&self) -> Vec<String> {
        let (wanted, is_met) = match self.wanted {
            Bound::Most(most) => (format!("≤ {}", short(most)), self.measured <= most),
            Bound::Least(least) => (format!("≥ {}", short(least)), self.measured >= least),
        };
        vec![self.what.clone(), short(self.measured), wanted, if is_met { "yes" } else { "**no**" }.into()]
    }
}

/// Prints how the measurements compare with the targets.
pub fn print_targets(targets: &[Target]) {
    print(&["target", "measured", "wanted", "met"], &targets.iter().map(Target::row).collect::<Vec<_>>());
}
