//! Which fields belong to which kind of card.

use crate::{
    domain::cards::fields::{Fields, Given, Problems},
    live::state::Audience,
};

impl Fields<Audience> {
    /// What is said of fields that cards of this kind do not have.
    pub(super) fn others_than(&self, kind: &str) -> Problems {
        fn says<T>(field: &Given<T>) -> bool {
            matches!(field, Some(Some(_)))
        }
        let fields = [
            ("value", &["value"][..], says(&self.value)),
            ("unit", &["value"], says(&self.unit)),
            ("decimals", &["value"], says(&self.decimals)),
            ("trend", &["value"], says(&self.trend)),
            ("min", &["value"], says(&self.min)),
            ("max", &["value"], says(&self.max)),
            ("percent", &["progress"], says(&self.percent)),
            ("step", &["progress"], says(&self.step)),
            ("steps", &["progress"], says(&self.steps)),
            ("text", &["progress"], says(&self.text)),
            ("state", &["progress", "status"], self.state.is_some()),
        ];
        let wrong = fields.into_iter().filter(|(_, kinds, is_said)| *is_said && !kinds.contains(&kind));
        wrong.map(|(field, ..)| (field, format!("A card of the kind `{kind}` has no `{field}`."))).collect()
    }
}
