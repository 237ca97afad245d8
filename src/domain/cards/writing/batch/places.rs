//! The boards that the cards of a batch stand on, and how much room there is.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        audit::{Action, Entry},
        boards::{self, MAX_BOARDS, Slug},
        cards::{
            self, Board, Card, CardError, Keeper, MAX_CARDS, MAX_ON_BOARD,
            writing::{Job, batch::Desk},
        },
    },
    ids::BoardId,
};

impl Desk {
    /// The board that a card is to stand on.
    pub(super) async fn find_or_make_board(
        &mut self,
        db: &impl ConnectionTrait,
        job: &Job,
        name: &str,
        card: &Card,
    ) -> Result<Board, CardError> {
        let Some(slug) = Slug::parse(name) else {
            return Err(CardError::Invalid([("board", Slug::RULE.into())].into()));
        };
        if let Some(board) = self.boards.get(&slug).cloned() {
            if !job.keeper.may_use(&board.audience) && card.board != board.id {
                return Err(CardError::OtherBoard);
            }
            self.check_audience(&job.keeper, card, &board)?;
            return Ok(board);
        }
        let audience = card.audience.as_deref().cloned().unwrap_or_else(|| job.keeper.own_audience());
        if !job.keeper.may_show_to(&audience) && job.keeper.only.is_some() {
            return Err(CardError::OtherGroups);
        }
        if boards::count(db).await? + self.new_boards.len() as u64 >= MAX_BOARDS {
            return Err(CardError::TooMany("there are 100 boards, and no more than that"));
        }
        let number = -1 - self.new_boards.len() as i64;
        let board = boards::new(BoardId(number), &slug, audience);
        self.entries.push(Entry::done(&job.keeper.by, Action::AddBoard, format!("board {slug}")));
        self.new_boards.push(slug.clone());
        self.boards.insert(slug, board.clone());
        Ok(board)
    }

    /// Whether the program may show the card to those who will see it.
    pub(super) fn check_audience(
        &self,
        keeper: &Keeper,
        card: &Card,
        board: &Board,
    ) -> Result<(), CardError> {
        let audience = card.audience.as_deref().unwrap_or(&board.audience);
        if keeper.may_show_to(audience) { Ok(()) } else { Err(CardError::OtherGroups) }
    }

    pub(super) fn board_of(&self, card: &Card) -> Result<Board, CardError> {
        let found = self.boards.values().find(|board| board.id == card.board).cloned();
        found.ok_or_else(|| DbErr::Custom(format!("card {} is on no board", card.key)).into())
    }

    pub(super) async fn room_for_another(&mut self, db: &impl ConnectionTrait) -> Result<(), CardError> {
        let total = match self.total {
            Some(total) => total,
            None => cards::count(db, None).await?,
        };
        if total >= MAX_CARDS {
            return Err(CardError::TooMany("there are 10,000 cards, and no more than that"));
        }
        self.total = Some(total + 1);
        Ok(())
    }

    pub(super) async fn room_on_board(
        &mut self,
        db: &impl ConnectionTrait,
        board: BoardId,
    ) -> Result<(), CardError> {
        let count = match self.on_board.get(&board) {
            Some(count) => *count,
            // A board that is made now has nothing on it.
            None if board.0 < 0 => 0,
            None => cards::count(db, Some(board)).await?,
        };
        if count >= MAX_ON_BOARD {
            return Err(CardError::TooMany("there are 500 cards on the board, and no more than that"));
        }
        self.on_board.insert(board, count + 1);
        Ok(())
    }
}
