//! What was sent with the form.

use crate::{
    domain::posts::{Fields, answers::MAX_ANSWERS, escalation::MAX_STEPS},
    web::extract::form::LargeForm,
};

/// All of its fields.
pub fn fields(sent: &LargeForm) -> Fields {
    Fields {
        kind: sent.one("kind"),
        severity: sent.one("severity"),
        title: sent.one("title"),
        body: sent.one("body"),
        audience: sent.one("audience"),
        recipients: sent.all("recipients"),
        groups: sent.all("groups"),
        except: sent.all("except"),
        external: sent.one("external") == "on",
        acknowledge: sent.one("acknowledge") == "on",
        due: sent.one("due"),
        answers: sent.all("answers"),
        answer_kinds: sent.all("answer_kinds"),
        telephone: sent.one("telephone") == "on",
        expires: sent.all("expires").into_iter().next(),
        coordinators: sent.one("coordinators"),
        pinned: sent.all("pinned").into_iter().next(),
        drill: sent.one("drill") == "on",
        zone: sent.one("zone"),
        remind_every: sent.one("remind_every"),
        remind_times: sent.one("remind_times"),
        escalate_to: sent.all("escalate_to"),
        escalate_after: sent.all("escalate_after"),
        escalate_if: sent.all("escalate_if"),
    }
}

/// The answers as they were typed, each with its meaning, and empty rows for as many as there may be.
pub(super) fn answers(fields: &Fields) -> Vec<(String, String)> {
    let row = |place: usize| (at(&fields.answers, place), at(&fields.answer_kinds, place));
    (0..MAX_ANSWERS.max(fields.answers.len())).map(row).collect()
}

/// The steps as they were typed, and empty rows for as many as there may be.
pub(super) fn steps(fields: &Fields) -> Vec<(String, String, String)> {
    let row = |place: usize| {
        let [to, after, unless] = [&fields.escalate_to, &fields.escalate_after, &fields.escalate_if];
        (at(to, place), at(after, place), at(unless, place))
    };
    (0..MAX_STEPS.max(fields.escalate_to.len())).map(row).collect()
}

fn at(words: &[String], place: usize) -> String {
    words.get(place).cloned().unwrap_or_default()
}
