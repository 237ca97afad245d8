//! The people of an organisation, from its own list: read again and again, it brings everybody to where the list has
//! them. Who is new is added and gets a one-time link; whose row is different is changed; who has a number and is in no
//! row any more is disabled. Who has no number is left alone, unless a row has their very name: then they get its number.
//!
//! First a list is read and compared (`list`, `comparison`), and nothing is changed if anything is wrong with it. Then it is
//! done in portions of one transaction each, so small that publishing does not wait for them (`apply`). Cut short and
//! done again, it comes to the same end.

pub use self::{
    apply::{Import, ImportError},
    comparison::plan,
    links::{HandOver, LinkFile},
    list::{ListedRow, MAX_BYTES, parse},
    mistakes::Mistake,
    plan::Plan,
    words::{ImportLine, sections},
};

mod apply;
mod comparison;
pub mod kept;
mod known;
mod likeness;
mod links;
mod list;
mod members;
mod mistakes;
mod plan;
mod words;

/// How much was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Who was added.
    pub added: usize,
    /// Who was changed.
    pub changed: usize,
    /// Who was disabled.
    pub disabled: usize,
    /// One-time links that were made.
    pub links: usize,
}
