//! What the posts of alarms say.

use jiff::tz::TimeZone;

use crate::{
    clock::Moment,
    domain::{
        alarms::{machine, subjects::Subject, watch::Away},
        cards::{Card, Reading, Rules, Threshold, Value},
        posts::escaped,
    },
    entities::alarms::State,
    live::state::About,
};

/// Characters of a title of a card or a board within a sentence.
const MAX_NAME: usize = 100;

/// So many alarms are listed in one post.
const MAX_LISTED: usize = 50;

/// What a post says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) body: String,
}

/// What is said of one alarm; none if its card is gone.
pub(super) fn alone(subject: &Subject, zone: &TimeZone, away: Away) -> Option<Text> {
    let card = subject.card.as_ref()?;
    let mut parts = vec![sentence(subject, card, zone)];
    if subject.alarm.about() == About::Silence && subject.alarm.since_ms < away.back_ms {
        let (lasted, until) = (lasted(away.for_ms), time(away.back_ms, zone));
        parts.push(format!(
            "The server itself was away for {lasted} until {until}; that time was not counted."
        ));
    }
    if subject.alarm.repeats > 1 {
        let (times, last) = (subject.alarm.repeats, subject.alarm.raised_ms.unwrap_or_default());
        parts.push(match subject.alarm.about() {
            About::Failure => format!("It has failed {times} times."),
            _ => format!("This has happened {times} times, last at {}.", time(last, zone)),
        });
    }
    if subject.alarm.flapping {
        let window = card.rules.as_ref().map(|rules| rules.flapping).unwrap_or_default();
        let within =
            if window.minutes == 1 { "a minute".into() } else { format!("{} minutes", window.minutes) };
        parts.push(format!(
            "**It keeps changing**: {} times within {within}. This is over when nothing has changed for so long.",
            subject.alarm.changes().len(),
        ));
    }
    let board = subject.board.as_ref();
    let on = board.map(|board| format!(" on [{}](/boards/{})", escaped(&board.name), board.slug));
    let card_link = format!("[{}](/cards/{})", escaped(&card.title), card.key);
    parts.push(card_link + &on.unwrap_or_default());
    Some(Text { title: headline(subject, card), body: parts.join("\n\n") })
}

/// What is said of several alarms: those that go on first.
pub(super) fn together(subjects: &[Subject]) -> Text {
    let count = subjects.len();
    let open = subjects.iter().filter(|subject| subject.alarm.is_open()).count();
    let mut boards: Vec<_> = subjects.iter().filter_map(|subject| subject.board.as_ref()).collect();
    boards.sort_by_key(|board| board.id);
    boards.dedup_by_key(|board| board.id);
    let alarms = if count == 1 { "alarm" } else { "alarms" };
    let title = match &boards[..] {
        [board] => format!("{count} {alarms} on {}", short(&board.name)),
        [] => format!("{count} {alarms}"),
        boards => format!("{count} {alarms} on {} boards", boards.len()),
    };
    let mut shown: Vec<_> = subjects.iter().collect();
    shown.sort_by_key(|subject| (!subject.alarm.is_open(), subject.alarm.raised_ms, subject.alarm.id));
    let lines = shown.iter().filter_map(|subject| {
        let card = subject.card.as_ref()?;
        let headline = escaped(&headline(subject, card));
        let link = format!("[{headline}](/cards/{})", card.key);
        Some(if subject.alarm.is_open() { format!("- {link}") } else { format!("- Over: {link}") })
    });
    // That all of them are over is said by the note of the post.
    let mut body = String::new();
    if open > 0 && open < count {
        let (goes, is) =
            (if open == 1 { "goes" } else { "go" }, if count - open == 1 { "is" } else { "are" });
        body.push_str(&format!("{open} of {count} {goes} on, {} {is} over.\n\n", count - open));
    }
    body.push_str(&lines.take(MAX_LISTED).collect::<Vec<_>>().join("\n"));
    if count > MAX_LISTED {
        body.push_str(&format!("\n\nAnd {} more. The boards show all:", count - MAX_LISTED));
    }
    let links = boards.iter().map(|board| format!("[{}](/boards/{})", escaped(&board.name), board.slug));
    body.push_str(&format!("\n\n{}", links.take(MAX_LISTED).collect::<Vec<_>>().join(", ")));
    Text { title, body }
}

/// What is said of an alarm that is over.
pub(super) fn note(subject: &Subject) -> String {
    let alarm = &subject.alarm;
    let lasted = alarm.raised_ms.zip(alarm.ended_ms).map(|(from, to)| lasted((to - from).max(0)));
    let note = alarm.note.clone().unwrap_or_else(|| OVER.into());
    match lasted {
        Some(lasted) => format!("{note} It lasted {lasted}."),
        None => note,
    }
}

/// Why an alarm has no post of its own any more.
pub(super) const TOLD_TOGETHER: &str = "It is told together with others now.";

/// Why the post of an alarm that goes on is over: it is for others by now.
pub(super) const NOT_HERE: &str = "It is not told here any more.";

/// The note of a post that tells nothing more than that.
pub(super) const OVER: &str = "It is over.";

/// The note of a post of several alarms that are over.
pub(super) const ALL_OVER: &str = "All of them are over.";

fn headline(subject: &Subject, card: &Card) -> String {
    let title = short(&card.title);
    match subject.alarm.about() {
        About::Silence => format!("{title} is silent"),
        About::Failure if matches!(card.reading, Reading::Status(_)) => format!("{title} is critical"),
        About::Failure => format!("{title} has failed"),
        About::Threshold => match threshold(subject, card) {
            Some(threshold) => format!("{title} is {}", limit(threshold, card)),
            None => format!("{title} is beyond a limit"),
        },
    }
}

fn sentence(subject: &Subject, card: &Card, zone: &TimeZone) -> String {
    let alarm = &subject.alarm;
    let since = time(alarm.since_ms, zone);
    let rules = card.rules.as_deref();
    match alarm.about() {
        About::Silence => {
            let expected = rules.map(expected).unwrap_or_default();
            format!("The last report came at {since}.{expected}")
        }
        About::Failure => match &alarm.reading {
            Some(said) => format!("At {since}: {}", escaped(said)),
            None => format!("It was reported at {since}."),
        },
        About::Threshold => {
            let is = escaped(alarm.reading.as_deref().unwrap_or_default());
            let was = alarm.was.as_deref().map(|was| format!(" It was {} before.", escaped(was)));
            let limits = threshold(subject, card).map(|threshold| limits(threshold, card));
            let (was, limits) = (was.unwrap_or_default(), limits.unwrap_or_default());
            let verb = if alarm.state == State::Raised { "has been so" } else { "was so" };
            format!("**{is}** at {since}.{was} It {verb} since then.{limits}")
        }
    }
}

fn expected(rules: &Rules) -> String {
    let Some(expect) = rules.expect else { return String::new() };
    let every = lasted(expect.saturating_mul(1000));
    match rules.grace {
        0 => format!(" One is expected every {every}."),
        grace => {
            format!(" One is expected every {every}, and may be {} late.", lasted(grace.saturating_mul(1000)))
        }
    }
}

fn limits(threshold: &Threshold, card: &Card) -> String {
    let leave = threshold.leave.unwrap_or(threshold.level());
    let (limit, calm) = (escaped(&limit(threshold, card)), escaped(&quantity(leave, card)));
    format!(" An alarm is raised when it is {limit}, and is over at {calm}.")
}

/// `above 80 °C`.
fn limit(threshold: &Threshold, card: &Card) -> String {
    let side = if threshold.above.is_some() { "above" } else { "below" };
    format!("{side} {}", quantity(threshold.level(), card))
}

fn quantity(number: f64, card: &Card) -> String {
    let number = machine::shortened(number.to_string(), number);
    match &card.reading {
        Reading::Value(Value { unit: Some(unit), .. }) => format!("{number} {unit}"),
        _ => number,
    }
}

/// The threshold that the alarm is about, if the card still has it.
fn threshold<'a>(subject: &Subject, card: &'a Card) -> Option<&'a Threshold> {
    let thresholds = &card.rules.as_ref()?.thresholds;
    thresholds.iter().find(|threshold| machine::cause(threshold) == subject.alarm.cause)
}

/// A span in two units at most.
fn lasted(ms: i64) -> String {
    let seconds = ms / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, 0) => format!("{minutes} min"),
        (0, 0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (0, hours, 0, _) => format!("{hours} h"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (1, 0, ..) => "a day".into(),
        (days, 0, ..) => format!("{days} days"),
        (days, hours, ..) => format!("{days} d {hours} h"),
    }
}

fn time(ms: i64, zone: &TimeZone) -> String {
    Moment::of(ms, zone).text
}

fn short(name: &str) -> String {
    name.chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_two_units_at_most() {
        let spans = [0, 59, 60, 90, 3600, 3900, 86_400, 172_800, 176_400];
        let told = spans.map(|seconds| lasted(seconds * 1000));
        assert_eq!(
            told,
            ["0 s", "59 s", "1 min", "1 min 30 s", "1 h", "1 h 5 min", "a day", "2 days", "2 d 1 h"]
        );
    }
}
