//! What a card's value was lately: by how much it has changed, in words, and the last day as a small line.

use crate::{
    clock,
    domain::cards::{Card, Reading, Recent, Since, Trend, Value},
    text,
    web::views::card::{CardView, figure},
};

/// The small line is so wide and so high.
const WIDTH: usize = 96;
const HEIGHT: f32 = 24.0;

/// By how much a value has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeView {
    /// In words, with an arrow.
    pub text: String,
    /// As a class: `good`, `bad` or none.
    pub tone: &'static str,
}

impl CardView {
    /// Shows what the card was lately.
    pub fn show_recent(&mut self, card: &Card, recent: &Recent) {
        let (Reading::Value(value), Some(number)) = (&card.reading, card.reading.number()) else { return };
        let now = clock::now_ms();
        let compared = recent.before(now).zip(Recent::kept(number));
        self.change = compared.map(|((since, before), number)| change(value, number, before, since));
        self.line = line(&recent.line(now), value.min, value.max);
    }
}

fn change(value: &Value, now: f64, before: f64, since: Since) -> ChangeView {
    let span = match since {
        Since::Hour => "hour",
        Since::Day => "day",
    };
    // Not more digits than the value itself is shown with.
    let digits = value.decimals.unwrap_or_else(|| fraction(now));
    let by = figure((now - before).abs(), Some(digits));
    if !by.contains(|digit: char| ('1'..='9').contains(&digit)) {
        return ChangeView { text: text::of("card-unchanged").with("span", span).say(), tone: "" };
    }
    let rises = now > before;
    let (tone, word) = match (value.trend, rises) {
        (Trend::Good, true) | (Trend::Bad, false) => ("good", "better"),
        (Trend::Good, false) | (Trend::Bad, true) => ("bad", "worse"),
        (Trend::Neutral, _) => ("", "neither"),
    };
    let (arrow, text) = if rises { ("▲", text::of("card-up")) } else { ("▼", text::of("card-down")) };
    let text = text.with("by", by).with("span", span).with("is", word).unmarked();
    ChangeView { text: format!("{arrow} {text}"), tone }
}

/// How many digits a number has after the point.
fn fraction(number: f64) -> u8 {
    let text = number.to_string();
    let digits = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    u8::try_from(digits).unwrap_or(9).min(9)
}

/// Points of a picture; none for fewer than two. The least and the most that there can be are its ends, where they are known.
fn line(values: &[Option<f32>], min: Option<f64>, max: Option<f64>) -> Option<String> {
    let known = || values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?)));
    let ends = |limit: Option<f64>| known().map(|(_, value)| value).chain(limit.map(|limit| limit as f32));
    let least = ends(min).reduce(f32::min)?;
    let most = ends(max).reduce(f32::max)?;
    let step = WIDTH / values.len().max(1);
    let height = |value: f32| {
        let part = if most > least { (value - least) / (most - least) } else { 0.5 };
        (HEIGHT - 1.0 - part * (HEIGHT - 2.0)).round() as u8
    };
    let points: Vec<_> =
        known().map(|(index, value)| format!("{},{}", index * step, height(value))).collect();
    (points.len() > 1).then(|| points.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_an_arrow_a_word_and_the_tone_of_its_trend() {
        let said = |trend, decimals, now, before| {
            let value = Value { trend, decimals, ..Value::default() };
            let ChangeView { text, tone } = change(&value, now, before, Since::Hour);
            (text, tone)
        };

        assert_eq!(said(Trend::Bad, Some(1), 72.5, 71.3), ("▲ up 1.2 in an hour, worse".into(), "bad"));
        assert_eq!(said(Trend::Good, None, 3.0, 10.0), ("▼ down 7 in an hour, worse".into(), "bad"));
        assert_eq!(said(Trend::Bad, None, 3.5, 10.0), ("▼ down 6.5 in an hour, better".into(), "good"));
        assert_eq!(said(Trend::Neutral, None, 2.0, 1.0), ("▲ up 1 in an hour".into(), ""));
        assert_eq!(said(Trend::Good, Some(0), 2.1, 2.0), ("unchanged in an hour".into(), ""));
    }

    #[test]
    fn a_line_is_short_whatever_the_values_are() {
        let values: Vec<_> = (0..48).map(|index| Some(f32::MAX / (index + 1) as f32)).collect();
        let free = |values: &[_]| line(values, None, None);
        let long = free(&values).expect("48 points");
        assert!(long.len() < 400, "{}", long.len());
        assert!(long.starts_with("0,1 2,"), "{long}");
        assert_eq!(free(&[None, Some(1.0)]), None);
        assert_eq!(free(&[Some(1.0), None, Some(1.0)]).as_deref(), Some("0,12 64,12"));
    }

    #[test]
    fn the_ends_of_a_line_are_the_least_and_the_most_that_there_can_be() {
        let drawn = |min, max| line(&[Some(40.0), Some(50.0)], min, max);
        assert_eq!(drawn(None, None).as_deref(), Some("0,23 48,1"));
        assert_eq!(drawn(Some(0.0), Some(100.0)).as_deref(), Some("0,14 48,12"));
        assert_eq!(drawn(Some(0.0), None).as_deref(), Some("0,5 48,1"));
        // What is beyond them is seen as well.
        assert_eq!(drawn(Some(45.0), Some(46.0)).as_deref(), Some("0,23 48,1"));
    }
}
