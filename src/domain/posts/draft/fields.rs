//! What was typed into a post's form, before anything of it is believed.

/// A post's form as it was filled in.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The kind: `news` or `alert`.
    pub kind: String,
    /// `info`, `warning` or `critical`; ignored for news.
    pub severity: String,
    /// Plain text on one line.
    pub title: String,
    /// The text as it was typed, in Markdown.
    pub body: String,
    /// The audience: `everyone`, `chosen` (people and groups), `people` or `groups`.
    pub audience: String,
    /// Names; ignored unless the audience is `chosen` or `people`.
    pub recipients: Vec<String>,
    /// Names of groups; ignored unless the audience is `chosen` or `groups`.
    pub groups: Vec<String>,
    /// Names of those whom it is not for, whatever else is said.
    pub except: Vec<String>,
    /// Whether everyone is to mean external people, too; ignored unless the audience is `everyone`.
    pub external: bool,
    /// Whether readers are to say that they have seen it.
    pub acknowledge: bool,
    /// By when, like `2026-12-24T08:00`; ignored unless they are to.
    pub due: String,
    /// Until when it is there, like `2026-12-24T08:00`; empty if it stays, and none if nothing was said of that.
    pub expires: Option<String>,
    /// Until when it stands on top, likewise.
    pub pinned: Option<String>,
    /// The time zone in which times are meant, by its IANA name; UTC if there is none.
    pub zone: String,
    /// What is offered as answers; empty ones are passed over.
    pub answers: Vec<String>,
    /// What each of them means, in the same order: `fine`, `neutral` or `help`.
    pub answer_kinds: Vec<String>,
    /// Whether who needs help is to say by which number they can be called.
    pub telephone: bool,
    /// Who may do for it what its author may: the name of a group, or of somebody.
    pub coordinators: String,
    /// Every how many minutes who has said nothing yet is reminded; never, if empty.
    pub remind_every: String,
    /// How often at most; as often as can be, if empty.
    pub remind_times: String,
    /// Groups that are told, too, one after the other, when too few have said that they have seen it; empty ones are passed
    /// over.
    pub escalate_to: Vec<String>,
    /// After how many minutes each of them is, in the same order.
    pub escalate_after: Vec<String>,
    /// Unless how many have said so by then: `any`, `half` or `all`.
    pub escalate_if: Vec<String>,
    /// Whether it is a drill.
    pub drill: bool,
}

impl Fields {
    /// Whether readers are asked something.
    pub(in crate::domain::posts) fn is_asking(&self) -> bool {
        self.acknowledge || self.answers.iter().any(|answer| !answer.trim().is_empty())
    }
}
