//! The places of the menu: one line each here is what a page needs to be found.

use crate::text;

/// Where in the menu a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// In no place of it.
    #[default]
    Elsewhere,
    Feed,
    Boards,
    NewPost,
    /// What one has written, or coordinates.
    Posts,
    /// All that admins look after.
    Admin,
    Users,
    Invitations,
    Groups,
    AllBoards,
    Tokens,
    Organisation,
    Audit,
    Account,
}

/// A place as the menu shows it.
#[derive(Debug)]
pub struct MenuItem {
    pub address: &'static str,
    pub title: String,
    pub is_current: bool,
}

impl Section {
    /// What admins look after, in the order of their own menu.
    pub const OF_ADMINS: [Self; 7] = [
        Self::Users,
        Self::Invitations,
        Self::Groups,
        Self::AllBoards,
        Self::Tokens,
        Self::Organisation,
        Self::Audit,
    ];

    /// The item for this place, on a page that is in `current`.
    pub fn menu_item(self, current: Self) -> MenuItem {
        let (address, title) = match self {
            Self::Elsewhere => ("", "menu-feed"),
            Self::Feed => ("/", text::key("menu-feed")),
            Self::Boards => ("/boards", text::key("menu-boards")),
            Self::NewPost => ("/admin/posts/new", text::key("menu-post")),
            Self::Posts => ("/admin/posts", text::key("menu-posts")),
            Self::Admin => ("/admin/people", text::key("menu-admin")),
            Self::Users => ("/admin/people", text::key("menu-people")),
            Self::Invitations => ("/admin/invitations", text::key("menu-invitations")),
            Self::Groups => ("/admin/groups", text::key("menu-groups")),
            Self::AllBoards => ("/admin/boards", text::key("menu-all-boards")),
            Self::Tokens => ("/admin/tokens", text::key("menu-tokens")),
            Self::Organisation => ("/admin/organisation", text::key("menu-organisation")),
            Self::Audit => ("/admin/audit", text::key("menu-audit")),
            Self::Account => ("/account", text::key("menu-account")),
        };
        MenuItem { address, title: text::say(title), is_current: self == current }
    }
}
