//! What a roster says of who is told when too few have said that they have seen a post.

use crate::{
    app::App,
    clock::Moment,
    domain::posts::{
        Post,
        escalation::{self, KeptStep, Outcome, Unless},
    },
    text::{self, Rich},
    web::error::Error,
};

/// The escalation of one post; without steps, if it was published without.
pub(super) struct EscalationView {
    pub(super) steps: Vec<StepView>,
    pub(super) may_be_stopped: bool,
}

pub(super) struct StepView {
    /// Who is told: a group's name, or the admins.
    pub(super) to: String,
    key: &'static str,
    /// When it was done, or is due.
    at: Option<Moment>,
    minutes: i32,
}

impl EscalationView {
    /// With `hides_any`, it tells nothing of what those said who are neither named nor counted.
    pub(super) async fn of(app: &App, post: &Post, hides_any: bool) -> Result<Self, Error> {
        let kept = escalation::find(&app.db.read, post).await?;
        let may_be_stopped = post.is_asking() && kept.iter().any(|step| step.done_ms.is_none());
        let steps = kept.into_iter().map(|step| StepView::of(app, post, step, hides_any)).collect();
        Ok(Self { steps, may_be_stopped })
    }
}

impl StepView {
    fn of(app: &App, post: &Post, kept: KeptStep, hides_any: bool) -> Self {
        let due_ms = kept.due_ms.filter(|_| post.is_asking());
        let at = kept.done_ms.or(due_ms).map(|ms| Moment::of(ms, &app.config.time_zone));
        Self {
            key: match kept.outcome {
                Some(Outcome::Told | Outcome::Answered | Outcome::Gone) if hides_any => {
                    text::key("escalation-done")
                }
                _ => key(&kept, due_ms.is_some(), post.is_asking()),
            },
            to: if kept.group_id.is_some() { kept.name } else { text::say("escalation-admins") },
            at,
            minutes: kept.after_minutes,
        }
    }

    /// What of them, in words.
    pub(super) fn said(&self) -> Rich {
        let said = text::rich(self.key).with("minutes", self.minutes);
        match &self.at {
            Some(at) => said.time("time", &at.iso, &at.text),
            None => said,
        }
    }
}

fn key(kept: &KeptStep, is_due: bool, is_asking: bool) -> &'static str {
    match (kept.outcome, kept.unless) {
        (Some(Outcome::Told), _) => text::key("escalation-told"),
        (Some(Outcome::Answered), _) => text::key("escalation-answered"),
        (Some(Outcome::Gone), _) => text::key("escalation-gone"),
        (Some(Outcome::Stopped), _) => text::key("escalation-stopped"),
        (None, _) if !is_asking => text::key("escalation-over"),
        (None, Unless::Any) if is_due => text::key("escalation-due-any"),
        (None, Unless::Half) if is_due => text::key("escalation-due-half"),
        (None, Unless::All) if is_due => text::key("escalation-due-all"),
        (None, Unless::Any) => text::key("escalation-later-any"),
        (None, Unless::Half) => text::key("escalation-later-half"),
        (None, Unless::All) => text::key("escalation-later-all"),
    }
}
