//! The places of the menu: one line each here is what a page needs to be found.

/// Where in the menu a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// In no place of it.
    #[default]
    Elsewhere,
    Feed,
    Boards,
    NewPost,
    Users,
    Invitations,
    Groups,
    AllBoards,
    Tokens,
    Audit,
    Account,
}

/// A place as the menu shows it.
#[derive(Debug)]
pub struct MenuItem {
    pub address: &'static str,
    pub title: &'static str,
    pub is_current: bool,
}

impl Section {
    /// What admins look after, in the order of their own menu.
    pub const OF_ADMINS: [Self; 6] =
        [Self::Users, Self::Invitations, Self::Groups, Self::AllBoards, Self::Tokens, Self::Audit];

    /// The item for this place, on a page that is in `current`.
    pub fn menu_item(self, current: Self) -> MenuItem {
        let (address, title) = match self {
            Self::Elsewhere => ("", ""),
            Self::Feed => ("/", "Feed"),
            Self::Boards => ("/boards", "Boards"),
            Self::NewPost => ("/admin/posts/new", "Post"),
            Self::Users => ("/admin/people", "People"),
            Self::Invitations => ("/admin/invitations", "Invitations"),
            Self::Groups => ("/admin/groups", "Groups"),
            Self::AllBoards => ("/admin/boards", "All boards"),
            Self::Tokens => ("/admin/tokens", "Tokens"),
            Self::Audit => ("/admin/audit", "Audit log"),
            Self::Account => ("/account", "Your account"),
        };
        MenuItem { address, title, is_current: self == current }
    }
}
