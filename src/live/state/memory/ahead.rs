//! What this process committed, and need not read from the tables: memory takes it in as soon as it has everything before it.

use std::collections::BTreeMap;

use crate::live::state::{Card, memory::Memory, table::Changes};

/// So many revs wait for earlier ones. Those that are dropped are read from the tables with the earlier ones.
const MAX_WAITING: usize = 8;

/// Cards that are all that was committed under a rev.
pub(super) type Ahead = BTreeMap<i64, Vec<Card>>;

impl Memory {
    /// Takes in the cards that are all that was committed under this rev, as soon as everything before it is there.
    pub(in crate::live::state) fn take_in(&mut self, rev: i64, cards: Vec<Card>) {
        self.ahead.insert(rev, cards);
        self.join_ahead();
        while self.ahead.len() > MAX_WAITING {
            self.ahead.pop_first();
        }
    }

    /// Takes in what comes next of what waits, and forgets what was read from the tables meanwhile.
    pub(super) fn join_ahead(&mut self) {
        self.ahead = self.ahead.split_off(&(self.rev + 1));
        if let Some(cards) = self.ahead.remove(&(self.rev + 1)) {
            let (epoch, rev) = (self.epoch.clone(), self.rev + 1);
            self.apply(Changes { epoch, rev, cards, ..Changes::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entities::{boards, cards},
        live::state::{Audience, Board},
    };

    fn card(rev: i64, value: i64) -> Card {
        Card::from(cards::Model {
            id: 1,
            key: "c".into(),
            board_id: 1,
            owner_id: 1,
            title: "C".into(),
            audience: None,
            url: None,
            note: None,
            ttl_s: None,
            version: Some(value),
            reading: "{}".into(),
            reported_ms: 0,
            made_ms: 0,
            rev,
            alarm: None,
            raised: None,
            silent_ms: None,
            paused_until_ms: None,
            paused_by: None,
        })
    }

    fn read(rev: i64, value: i64) -> Changes {
        let board = boards::Model {
            id: 1,
            slug: "b".into(),
            name: "B".into(),
            audience: Audience::default().stored(),
            layout: String::new(),
            place: 0,
            above_feed: false,
            made_ms: 0,
            rev: 1,
            paused_until_ms: None,
            paused_by: None,
        };
        let boards = vec![Board::from(board)];
        Changes { rev, boards, cards: vec![card(rev, value)], ..Changes::default() }
    }

    fn now(memory: &Memory) -> (i64, Option<i64>) {
        let cards = memory.cards_of(["c"].into_iter());
        (memory.rev, cards.first().and_then(|card| card.version))
    }

    #[test]
    fn what_comes_before_its_turn_waits_for_what_is_before_it() {
        let mut memory = Memory::of(read(1, 10));
        memory.take_in(2, vec![card(2, 20)]);
        assert_eq!(now(&memory), (2, Some(20)));

        // Another process wrote 3.
        memory.take_in(5, vec![card(5, 50)]);
        memory.take_in(4, vec![card(4, 40)]);
        assert_eq!(now(&memory), (2, Some(20)));
        memory.apply_read(read(3, 30));
        assert_eq!((now(&memory), memory.ahead.len()), ((5, Some(50)), 0));
    }

    #[test]
    fn what_was_read_meanwhile_takes_nothing_back() {
        let mut memory = Memory::of(read(1, 10));
        memory.take_changed();
        memory.take_in(2, vec![card(2, 20)]);
        memory.take_in(3, vec![card(3, 30)]);
        assert_eq!(memory.apply_read(read(2, 20)).len(), 1, "the board is still to be told of");
        assert_eq!(now(&memory), (3, Some(30)));

        // More than may wait: the tables have it.
        for rev in 5..30 {
            memory.take_in(rev, vec![card(rev, rev)]);
        }
        assert_eq!((now(&memory), memory.ahead.len()), ((3, Some(30)), MAX_WAITING));
        memory.apply_read(read(29, 29));
        assert_eq!((now(&memory), memory.ahead.len()), ((29, Some(29)), 0));
    }
}
