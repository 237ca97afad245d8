//! A screen on a wall, as a viewer: it is nobody, and sees what the link says by which it listens.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};

use crate::{
    entities::{counter, groups, wall_groups, walls},
    ids::{BoardId, GroupId, UserId, WallId},
    live::audience::{Membership, Viewer},
};

/// What the link of a screen lets it see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The board that it shows.
    pub board: BoardId,
    /// Whether whoever made the link confirmed that the board is not for everyone; else it shows no such board.
    pub is_confirmed: bool,
    /// Whether it shows critical posts for everyone; those of groups are told by its memberships.
    pub shows_posts_for_everyone: bool,
}

/// No board has this number.
const NOTHING: Screen = Screen { board: BoardId(0), is_confirmed: false, shows_posts_for_everyone: false };

/// The screen of this link, as it is now. All of it is read in one statement, so that it belongs together. Where there is no
/// such link any more, it sees nothing, until its stream finds out that its right has ended.
///
/// # Errors
/// Those of the database.
pub(super) async fn load(db: &impl ConnectionTrait, wall: WallId) -> Result<Viewer, DbErr> {
    let of_wall = |column| (walls::Entity, column);
    let of_group = |column| (wall_groups::Entity, column);
    let its = Query::select()
        .column((counter::Entity, counter::Column::LastId))
        .columns(
            [walls::Column::BoardId, walls::Column::IsConfirmed, walls::Column::PostsForEveryone]
                .map(of_wall),
        )
        .column(of_group(wall_groups::Column::GroupId))
        .column((groups::Entity, groups::Column::RemovedNumber))
        .from(counter::Entity)
        .from(walls::Entity)
        .left_join(
            wall_groups::Entity,
            Expr::col(of_group(wall_groups::Column::WallId)).equals(of_wall(walls::Column::Id)),
        )
        .left_join(
            groups::Entity,
            Expr::col((groups::Entity, groups::Column::Id)).equals(of_group(wall_groups::Column::GroupId)),
        )
        .and_where(walls::Column::Id.eq(wall.0))
        .to_owned();
    let rows = db.query_all(&its).await?;
    let Some(first) = rows.first() else { return Ok(viewer(NOTHING, Vec::new(), 0)) };
    let screen = Screen {
        board: BoardId(first.try_get_by_index(1)?),
        is_confirmed: first.try_get_by_index(2)?,
        shows_posts_for_everyone: first.try_get_by_index(3)?,
    };
    let mut memberships = Vec::new();
    for row in &rows {
        if let Some(group) = row.try_get_by_index::<Option<i64>>(4)? {
            // What goes on when the link is made is shown, too.
            memberships.push(Membership { group: GroupId(group), from: 0, to: row.try_get_by_index(5)? });
        }
    }
    Ok(viewer(screen, memberships, first.try_get_by_index(0)?))
}

fn viewer(screen: Screen, memberships: Vec<Membership>, as_of: i64) -> Viewer {
    Viewer {
        user: UserId::NOBODY,
        is_external: false,
        is_admin: false,
        screen: Some(screen),
        memberships: memberships.into(),
        as_of,
    }
}
