//! A list of many, a page at a time: what is looked for in it, and the way to the next page.

use form_urlencoded::Serializer;

use crate::{
    domain::search::{Place, Search},
    web::extract::query::Query,
};

/// What the search field above a list and the links below it say.
#[derive(Clone, Debug, Default)]
pub struct ListView {
    /// The address of the page that has the list.
    pub address: String,
    /// What may be looked for.
    pub label: String,
    /// What is looked for, as it was typed.
    pub typed: String,
    /// The address of the first page, on any other.
    pub first: Option<String>,
    /// The address of the next page, if there may be one.
    pub next: Option<String>,
    /// What else its address says, as the form that searches sends it.
    pub others: Vec<(&'static str, String)>,
}

impl ListView {
    /// What a page's address asks of its list.
    pub fn search(query: &Query) -> Search {
        Search::of(&query.one("q"), &query.one("after"))
    }

    /// Of the list on the page at `address`.
    pub fn of(address: &str, label: String, search: &Search, next: Option<&Place>) -> Self {
        let page = |after: Option<String>| {
            let mut query = Serializer::new(String::new());
            if !search.typed.is_empty() {
                query.append_pair("q", &search.typed);
            }
            if let Some(after) = after {
                query.append_pair("after", &after);
            }
            let query = query.finish();
            if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
        };
        Self {
            address: address.to_owned(),
            label,
            typed: search.typed.clone(),
            first: search.after.is_some().then(|| page(None)),
            next: next.map(|next| page(Some(next.to_string()))),
            others: Vec::new(),
        }
    }

    /// The same of a list of which these fields of its address choose a part.
    pub fn behind(self, others: &[(&'static str, String)]) -> Self {
        let with = |address: String| {
            let joint = if address.contains('?') { '&' } else { '?' };
            let others = Serializer::new(String::new()).extend_pairs(others).finish();
            if others.is_empty() { address } else { format!("{address}{joint}{others}") }
        };
        Self { first: self.first.map(with), next: self.next.map(with), others: others.to_vec(), ..self }
    }
}
