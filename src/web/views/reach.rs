//! The line that says whom a post would reach, and the button that sends it there.

use crate::{
    app::App,
    domain::posts::{self, Fields, Now, Reach, ReachContext},
    text,
    web::error::Error,
};

/// What a form says of whom it would reach.
#[derive(Clone, Debug, Default)]
pub struct ReachView {
    /// In a sentence or two.
    pub line: String,
    /// What the button says.
    pub button: String,
}

impl ReachView {
    /// As the form is filled in.
    pub async fn of(app: &App, fields: &Fields) -> Result<Self, Error> {
        let looks = ReachContext { hub: &app.hub, zone: &app.config.time_zone };
        let reach = posts::reach(&app.db.read, looks, fields).await?;
        Ok(Self { line: line(reach), button: button(reach, fields) })
    }

    /// The same for a script.
    pub fn as_json(&self) -> serde_json::Value {
        serde_json::json!({ "text": self.line, "button": self.button })
    }
}

fn line(reach: Reach) -> String {
    match reach {
        Reach::Of { people, now: Some(now) } => told(people, now),
        Reach::Of { people, now: None } => text::of("reach-people").with("people", people).unmarked(),
        Reach::Many { live } => text::of("reach-many").with("live", live).unmarked(),
        Reach::AtMost(people) => text::of("reach-at-most").with("people", people).unmarked(),
        Reach::Closed { others } => text::of("reach-closed").with("people", others).unmarked(),
    }
}

/// Each part is a sentence of its own.
fn told(people: usize, now: Now) -> String {
    let Now { live, muted, quiet } = now;
    let live_words = text::of("reach-people-live").with("people", people).with("live", live).unmarked();
    let later = people.saturating_sub(live);
    let said = |key, count: usize| (count > 0).then(|| text::of(key).with("count", count).unmarked());
    let rest = [
        said(text::key("reach-later"), later),
        said(text::key("reach-muted"), muted),
        said(text::key("reach-quiet"), quiet),
    ];
    [Some(live_words)].into_iter().chain(rest).flatten().collect::<Vec<_>>().join(" ")
}

/// What is sent, and to how many: as much of it as is known.
fn button(reach: Reach, fields: &Fields) -> String {
    let people = match reach {
        Reach::Of { people, .. } => text::of("reach-so-many").with("people", people).unmarked(),
        Reach::Many { .. } => text::say("reach-very-many"),
        Reach::AtMost(people) => text::of("reach-so-many-at-most").with("people", people).unmarked(),
        Reach::Closed { others } => text::of("reach-so-many-closed").with("people", others).unmarked(),
    };
    if matches!(reach, Reach::Of { people: 0, .. } | Reach::AtMost(0)) {
        return text::say("post-form-publish-now");
    }
    let key = match (fields.kind.as_str(), fields.severity.as_str()) {
        ("alert", "critical") => text::key("send-critical"),
        ("alert", "warning") => text::key("send-warning"),
        ("alert", _) => text::key("send-alert"),
        _ => text::key("send-news"),
    };
    text::of(key).with("people", people).unmarked()
}
