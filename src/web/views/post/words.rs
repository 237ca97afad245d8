//! Kinds of things that a post has, in words and as classes of CSS.

use crate::{
    domain::posts::{Audience, Severity, answers::Meaning},
    text,
};

/// What an answer means, as a class.
pub fn meaning_class(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Fine => "fine",
        Meaning::Neutral => "neutral",
        Meaning::Help => "help",
    }
}

/// A severity as a class, and as forms have it; empty for news.
pub fn severity_class(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "",
        Some(Severity::Info) => "info",
        Some(Severity::Warning) => "warning",
        Some(Severity::Critical) => "critical",
    }
}

/// A severity in words; empty for news.
pub fn severity_words(severity: Option<Severity>) -> String {
    match severity {
        None => String::new(),
        Some(Severity::Info) => text::say("severity-info"),
        Some(Severity::Warning) => text::say("severity-warning"),
        Some(Severity::Critical) => text::say("severity-critical"),
    }
}

/// Whom it is for, without names.
pub(super) fn audience(audience: Audience) -> String {
    match audience {
        Audience::Everyone => text::say("audience-everyone"),
        Audience::People => text::say("audience-people"),
        Audience::Groups => text::say("audience-groups"),
        Audience::Chosen => text::say("audience-chosen"),
    }
}

/// The same in other words for its author, where they are none of those it is for.
pub(super) fn audience_for_author(audience: Audience) -> Option<String> {
    match audience {
        Audience::Everyone | Audience::Groups => None,
        Audience::People => Some(text::say("audience-people-for-author")),
        Audience::Chosen => Some(text::say("audience-people-and-groups")),
    }
}
