/// What is typed into the post form.
#[derive(Clone, Debug)]
pub struct Draft {
    fields: Vec<(&'static str, String)>,
}

impl Draft {
    /// News for everyone.
    pub fn news(title: &str) -> Self {
        let fields = [("kind", "news"), ("title", title), ("body", "")];
        Self { fields: fields.map(|(name, value)| (name, value.to_owned())).to_vec() }
            .with("audience", "everyone")
    }

    /// An alert for everyone.
    pub fn alert(severity: &str, title: &str) -> Self {
        Self::news(title).with("kind", "alert").with("severity", severity)
    }

    /// The text below the title.
    pub fn body(self, body: &str) -> Self {
        self.with("body", body)
    }

    /// Only for these people.
    pub fn to(mut self, names: &[&str]) -> Self {
        self = self.with("audience", "chosen");
        self.fields.extend(names.iter().map(|&name| ("recipients", name.to_owned())));
        self
    }

    /// Any other field, or another value of one.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.retain(|(field, _)| *field != name);
        self.fields.push((name, value.to_owned()));
        self
    }

    /// The same field once more.
    pub fn and(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    /// As if the form had no such field.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| *field != name);
        self
    }

    pub fn fields(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}
