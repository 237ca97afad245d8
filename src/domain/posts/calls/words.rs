//! What alerts of calls for help say. They are content, in one language for all their readers, as what the server writes for a
//! program is; and they say nothing of the post itself, which may be taken back.

use crate::domain::posts::{Post, answers::Answer, escaped};

/// So many are named in one.
const MAX_NAMED: usize = 50;

/// With this an alert is over when nobody has answered anything instead.
pub(super) const TAKEN_BACK: &str = "Taken back";

/// With this, when the post is withdrawn.
pub(super) const WITHDRAWN: &str = "The post was withdrawn";

/// Somebody who waits for help.
pub(super) struct Caller {
    pub(super) name: String,
    pub(super) answer: Answer,
}

/// With this, when somebody has taken what was left of it.
pub(super) fn taken(by: &str) -> String {
    format!("Taken by {by}")
}

/// Who waits, in a line.
pub(super) fn title(callers: &[Caller]) -> String {
    match callers {
        [caller] => format!("{}: {}", caller.name, caller.answer.text),
        _ => format!("{} people need help", callers.len()),
    }
}

/// What one of them says, or the names of several; and where it stands, for who may look there. Nothing that was typed is
/// Markdown.
pub(super) fn body(about: &Post, callers: &[Caller], links: bool) -> String {
    let mut parts: Vec<String> = match callers {
        [Caller { answer, .. }] => {
            [answer.note.as_deref(), answer.telephone.as_deref()].into_iter().flatten().map(escaped).collect()
        }
        _ => {
            let mut all: Vec<_> =
                callers.iter().take(MAX_NAMED).map(|caller| escaped(&caller.name)).collect();
            all.extend((callers.len() > MAX_NAMED).then(|| "…".to_owned()));
            vec![all.join(", ")]
        }
    };
    parts.push(match links {
        true => format!("[Who has answered](/admin/posts/{}/roster)", about.id),
        false => "Nobody else who may act on the post is left to be told.".to_owned(),
    });
    parts.join("\n\n")
}
