//! What the values of a card were, as its page shows it: drawn, and as tables for whoever does not see that.

use jiff::tz::TimeZone;

use crate::{
    clock::{self, Moment},
    domain::cards::{
        Card, Reading,
        history::{KeptHistory, Point},
    },
    tables::{self, Cell},
    text,
    web::views::card::figure,
};

/// The drawing is so wide and so high.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 160.0;

/// Milliseconds.
const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// A day or a month of a card.
#[derive(Clone, Debug)]
pub struct ChartView {
    pub heading: String,
    /// Means, as points of a drawing.
    pub line: String,
    /// From the least to the most, as points around that.
    pub band: String,
    /// How far down the thresholds of its alarms are that lie in between.
    pub limits: Vec<String>,
    /// What stands at the edges.
    pub most: String,
    pub least: String,
    pub from: Moment,
    pub to: Moment,
    pub rows: Vec<RowView>,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct RowView {
    pub from: Moment,
    pub mean: String,
    pub least: String,
    pub most: String,
}

/// The last day and the last 30 days; nothing of what was never a number.
pub fn charts(card: &Card, kept: &KeptHistory, now_ms: i64, zone: &TimeZone) -> Vec<ChartView> {
    let shown = |number: f64| {
        let decimals = if let Reading::Value(value) = &card.reading { value.decimals } else { None };
        figure(number, decimals.or(Some(digits(number))))
    };
    let last_day: Vec<_> = kept.month.iter().filter(|point| point.from_ms > now_ms - DAY).copied().collect();
    let parts = [
        (text::say("history-day"), &kept.day, DAY, last_day),
        (text::say("history-month"), &kept.month, 30 * DAY, by_days(&kept.month)),
    ];
    let with_points = parts.into_iter().filter(|(_, points, ..)| !points.is_empty());
    with_points
        .map(|(heading, points, span, rows)| ChartView {
            limits: limits(card, points),
            ..chart(heading, points, now_ms, span, &rows, &shown, zone)
        })
        .collect()
}

fn limits(card: &Card, points: &[Point]) -> Vec<String> {
    let (least, most) = edges(points);
    let levels = card.rules.iter().flat_map(|rules| &rules.thresholds).map(|threshold| threshold.level());
    let between = levels.filter(|level| *level > least && *level < most);
    between.map(|level| format!("{:.1}", HEIGHT - part(level, least, most) * HEIGHT)).collect()
}

/// The least and the most of all.
fn edges(points: &[Point]) -> (f64, f64) {
    let least = points.iter().map(|point| point.min).fold(f64::INFINITY, f64::min);
    (least, points.iter().map(|point| point.max).fold(f64::NEG_INFINITY, f64::max))
}

/// Where a value is between them, from 0 to 1. Halves, so that the distance of two large numbers is one, too.
fn part(value: f64, least: f64, most: f64) -> f64 {
    if most > least { (value / 2.0 - least / 2.0) / (most / 2.0 - least / 2.0) } else { 0.5 }
}

fn chart(
    heading: String,
    points: &[Point],
    now_ms: i64,
    span: i64,
    rows: &[Point],
    shown: &impl Fn(f64) -> String,
    zone: &TimeZone,
) -> ChartView {
    let (least, most) = edges(points);
    let place = |point: &Point, value: f64| {
        let middle = point.from_ms + point.minutes * 30_000;
        let x = (middle - (now_ms - span)) as f64 / span as f64 * WIDTH;
        format!("{:.1},{:.1}", x.clamp(0.0, WIDTH), HEIGHT - part(value, least, most) * HEIGHT)
    };
    let upper = points.iter().map(|point| place(point, point.max));
    let lower = points.iter().rev().map(|point| place(point, point.min));
    let row = |point: &Point| RowView {
        from: Moment::of(point.from_ms, zone),
        mean: shown(point.mean),
        least: shown(point.min),
        most: shown(point.max),
    };
    ChartView {
        heading,
        line: points.iter().map(|point| place(point, point.mean)).collect::<Vec<_>>().join(" "),
        band: upper.chain(lower).collect::<Vec<_>>().join(" "),
        limits: Vec::new(),
        most: shown(most),
        least: shown(least),
        from: Moment::of(now_ms - span, zone),
        to: Moment::of(now_ms, zone),
        rows: rows.iter().rev().map(row).collect(),
    }
}

/// A point for each day.
fn by_days(hours: &[Point]) -> Vec<Point> {
    let mut days: Vec<Point> = Vec::new();
    for hour in hours {
        let from_ms = hour.from_ms.div_euclid(DAY) * DAY;
        match days.last_mut() {
            Some(day) if day.from_ms == from_ms => {
                let count = day.count.saturating_add(hour.count);
                let share = f64::from(hour.count) / f64::from(count.max(1));
                day.mean += (hour.mean - day.mean) * share;
                (day.count, day.min, day.max) = (count, day.min.min(hour.min), day.max.max(hour.max));
            }
            _ => days.push(Point { from_ms, minutes: 24 * 60, ..*hour }),
        }
    }
    days
}

/// Enough for seven digits in all.
fn digits(number: f64) -> u8 {
    let whole = number.abs().max(1.0).log10() as u8;
    let kept = 6_u8.saturating_sub(whole).min(4);
    let text = format!("{number:.*}", usize::from(kept));
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
    u8::try_from(fraction.len()).unwrap_or(kept)
}

/// The same as a table for spreadsheets: hours, and of the last day minutes.
pub fn csv(card: &Card, kept: &KeptHistory) -> String {
    let mut text = String::from(tables::BYTE_ORDER_MARK);
    tables::push_row(&mut text, ["from", "minutes", "reports", "mean", "least", "most", "unit"]);
    let unit = if let Reading::Value(value) = &card.reading { value.unit.as_deref() } else { None };
    let first = kept.day.first().map_or(i64::MAX, |point| point.from_ms);
    let hours = kept.month.iter().filter(|point| point.from_ms + HOUR <= first);
    for point in hours.chain(&kept.day) {
        let Point { from_ms, minutes, count, mean, min, max } = point;
        let from = clock::rfc3339(*from_ms);
        let numbers = [*minutes as f64, f64::from(*count), *mean, *min, *max].map(Cell::Number);
        let unit = Cell::Text(unit.unwrap_or_default());
        tables::push_cells(&mut text, [Cell::Text(&from)].into_iter().chain(numbers).chain([unit]));
    }
    text
}
