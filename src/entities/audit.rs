//! Table `audit`.

use sea_orm::entity::prelude::*;

/// One thing that somebody did, or was kept from doing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// In the order of the writing.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Unix time in milliseconds.
    pub at_ms: i64,
    /// What was done, or tried.
    pub act: Action,
    /// Whether it was done.
    pub outcome: Outcome,
    /// By whom: a row of `users`; none for a visitor and for the shell.
    pub user_id: Option<i64>,
    /// The name they had then; empty for a visitor.
    pub who: String,
    /// The name without regard to case.
    pub who_key: String,
    /// `page`, `api`, `shell`, or `token:ID`.
    pub via: String,
    /// From where; none for the shell.
    pub address: Option<String>,
    /// The name of whom or what it was done to.
    pub about: String,
    /// The same without regard to case.
    pub about_key: String,
    /// What else is to be known of it.
    pub detail: String,
    /// More than 1 when failures that are alike were counted together.
    pub times: i64,
}

/// What somebody did, or tried to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Action {
    /// Signed in with a password, or tried to.
    #[sea_orm(string_value = "sign-in")]
    SignIn,
    /// Signed out of one's own session.
    #[sea_orm(string_value = "sign-out")]
    SignOut,
    /// Typed the password again, as sensitive changes ask.
    #[sea_orm(string_value = "confirm")]
    Confirm,
    /// Ended sessions: others of one's own, or somebody else's.
    #[sea_orm(string_value = "session-end")]
    EndSessions,
    /// Set a password, their own or another's.
    #[sea_orm(string_value = "password")]
    SetPassword,
    /// Gave a user another role.
    #[sea_orm(string_value = "role")]
    SetRole,
    /// Made an account for somebody.
    #[sea_orm(string_value = "account-add")]
    AddAccount,
    /// Gave somebody's account another name.
    #[sea_orm(string_value = "account-rename")]
    RenameAccount,
    /// Gave somebody's account the number by which the organisation knows them.
    #[sea_orm(string_value = "account-number")]
    SetNumber,
    /// Kept somebody from signing in.
    #[sea_orm(string_value = "account-disable")]
    Disable,
    /// Let somebody sign in again.
    #[sea_orm(string_value = "account-enable")]
    Enable,
    /// Set the last day of somebody's account, or took it away.
    #[sea_orm(string_value = "account-last-day")]
    SetEnd,
    /// Wrote down that the last day of somebody's account is over.
    #[sea_orm(string_value = "account-end")]
    EndAccount,
    /// Said that somebody is from outside, or is not.
    #[sea_orm(string_value = "external")]
    SetExternal,
    /// Made a group, with nobody in it.
    #[sea_orm(string_value = "group-add")]
    AddGroup,
    /// Gave a group another name.
    #[sea_orm(string_value = "group-rename")]
    RenameGroup,
    /// Closed a group, or opened it again.
    #[sea_orm(string_value = "group-closing")]
    CloseGroup,
    /// Removed a group, with who was in it.
    #[sea_orm(string_value = "group-remove")]
    RemoveGroup,
    /// Put somebody into a group.
    #[sea_orm(string_value = "group-join")]
    JoinGroup,
    /// Took somebody out of a group.
    #[sea_orm(string_value = "group-leave")]
    LeaveGroup,
    /// Changed who of a group is on duty: the plan, or a swap.
    #[sea_orm(string_value = "duty-change")]
    ChangeDuty,
    /// Made a token for a program.
    #[sea_orm(string_value = "token-add")]
    AddToken,
    /// Made a token good for nothing.
    #[sea_orm(string_value = "token-revoke")]
    RevokeToken,
    /// Made a one-time link: an invitation, or one to set a new password.
    #[sea_orm(string_value = "link-add")]
    AddLink,
    /// Made a one-time link good for nothing.
    #[sea_orm(string_value = "link-withdraw")]
    WithdrawLink,
    /// Used a one-time link.
    #[sea_orm(string_value = "link-use")]
    UseLink,
    /// Published a post, by a page or as a program.
    #[sea_orm(string_value = "publish")]
    Publish,
    /// Made a board, or had a card make it.
    #[sea_orm(string_value = "board-add")]
    AddBoard,
    /// Changed a board: its name, who sees it, how it is arranged.
    #[sea_orm(string_value = "board-change")]
    ChangeBoard,
    /// Removed a board, with its cards.
    #[sea_orm(string_value = "board-remove")]
    RemoveBoard,
    /// Made the link of a screen on a wall.
    #[sea_orm(string_value = "wall-add")]
    AddWall,
    /// Opened such a link for the first time.
    #[sea_orm(string_value = "wall-open")]
    OpenWall,
    /// Ended such a link.
    #[sea_orm(string_value = "wall-end")]
    EndWall,
    /// Made a card.
    #[sea_orm(string_value = "card-add")]
    AddCard,
    /// Removed a card.
    #[sea_orm(string_value = "card-remove")]
    RemoveCard,
    /// Made an address by which a card is pinged; an earlier one ended with that.
    #[sea_orm(string_value = "ping-add")]
    AddPing,
    /// Removed the address by which a card was pinged.
    #[sea_orm(string_value = "ping-remove")]
    RemovePing,
    /// Pinged an address that is not there.
    #[sea_orm(string_value = "ping")]
    Ping,
    /// Paused the alarms of a card or a board until a time.
    #[sea_orm(string_value = "alarm-pause")]
    PauseAlarms,
    /// Had a card or a board raise alarms again before that.
    #[sea_orm(string_value = "alarm-resume")]
    ResumeAlarms,
    /// Gave a post another title, text or severity.
    #[sea_orm(string_value = "post-edit")]
    EditPost,
    /// Said that an alert is over.
    #[sea_orm(string_value = "post-resolve")]
    ResolvePost,
    /// Said that an alert is not over after all.
    #[sea_orm(string_value = "post-reopen")]
    ReopenPost,
    /// Took a post back.
    #[sea_orm(string_value = "post-withdraw")]
    WithdrawPost,
    /// Pinned a post to the top of lists.
    #[sea_orm(string_value = "post-pin")]
    PinPost,
    /// Had a post stand in its place again.
    #[sea_orm(string_value = "post-unpin")]
    UnpinPost,
    /// Ended a post whose time is over.
    #[sea_orm(string_value = "post-expire")]
    ExpirePost,
    /// Reminded those whom a post asks, and who have said nothing yet.
    #[sea_orm(string_value = "post-remind")]
    Remind,
    /// Had a post remind nobody any more.
    #[sea_orm(string_value = "post-reminders-stop")]
    StopReminders,
    /// Had a post go to more people, since too few had said that they have seen it.
    #[sea_orm(string_value = "post-escalate")]
    Escalate,
    /// Had a post go to nobody else.
    #[sea_orm(string_value = "post-escalation-stop")]
    StopEscalation,
    /// Exported who has seen a post.
    #[sea_orm(string_value = "roster-export")]
    ExportRoster,
    /// Struck the text of what a post said once.
    #[sea_orm(string_value = "revision-strike")]
    StrikeRevision,
    /// Handed a post over to other coordinators, or to nobody but its author.
    #[sea_orm(string_value = "post-hand-over")]
    HandOver,
    /// Took a call for help.
    #[sea_orm(string_value = "call-take")]
    TakeCall,
    /// Gave back a call for help that they had taken.
    #[sea_orm(string_value = "call-give-back")]
    GiveCallBack,
    /// Answered in the place of somebody else.
    #[sea_orm(string_value = "answer-for")]
    AnswerFor,
    /// Changed what holds for the whole organisation.
    #[sea_orm(string_value = "organisation-change")]
    ChangeOrganisation,
    /// Sent what another site made the browser send.
    #[sea_orm(string_value = "forgery")]
    Forgery,
    /// Asked for what the role, or the token, is not for.
    #[sea_orm(string_value = "access")]
    Access,
}

impl Action {
    /// What is done to posts, which have no names.
    pub const OF_POSTS: [Self; 18] = [
        Self::Publish,
        Self::EditPost,
        Self::ResolvePost,
        Self::ReopenPost,
        Self::ExportRoster,
        Self::Remind,
        Self::StopReminders,
        Self::Escalate,
        Self::StopEscalation,
        Self::WithdrawPost,
        Self::ExpirePost,
        Self::PinPost,
        Self::UnpinPost,
        Self::StrikeRevision,
        Self::HandOver,
        Self::TakeCall,
        Self::GiveCallBack,
        Self::AnswerFor,
    ];
}

/// What came of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    /// The action was done.
    #[sea_orm(string_value = "done")]
    Done,
    /// The action was refused.
    #[sea_orm(string_value = "refused")]
    Refused,
}

impl ActiveModelBehavior for ActiveModel {}
