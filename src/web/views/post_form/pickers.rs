//! Where people and groups are chosen in the form.

use crate::{
    app::App,
    domain::{groups, search::Search},
    text,
    web::{error::Error, views::picker::Picker},
};

/// More groups than these are not listed to be chosen from.
const MAX_GROUPS_LISTED: u64 = 100;

/// Whom it is for.
pub(super) fn recipients() -> Picker {
    Picker {
        id: "find",
        label: text::say("post-form-add"),
        people: "recipients",
        groups: "groups",
        ..picker()
    }
}

/// Whom it is not for.
pub(super) fn except() -> Picker {
    Picker { id: "find-except", label: text::say("post-form-except"), people: "except", ..picker() }
}

/// The names of all groups; none, where they are too many to be chosen from.
pub(super) async fn group_names(app: &App) -> Result<Vec<String>, Error> {
    let found = groups::suggest(&app.db.read, &Search::default(), MAX_GROUPS_LISTED).await?;
    Ok(if found.next.is_some() {
        Vec::new()
    } else {
        found.rows.into_iter().map(|group| group.name).collect()
    })
}

fn picker() -> Picker {
    Picker {
        suggestions: "/admin/people/suggestions".into(),
        action: "/admin/posts/draft".into(),
        method: "post",
        ..Default::default()
    }
}
