//! Accounts of a server, and browsers that are signed in to them.

use super::TestApp;
use crate::support::{Person, eventually, new_word};

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Member,
    Publisher,
    Admin,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }
}

impl TestApp {
    /// Makes an account with a password nobody knows but the test.
    pub async fn signs_up(&self, name: &str, role: Role) {
        let password = new_word();
        let answer = self.runs(&["user", "add", name, "--role", role.word()], &password).await;
        assert_eq!(answer.code, Some(0), "user add {name}: {answer:?}");
        self.remembers(name, &password);
    }

    /// Notes a password that was set by other means.
    pub fn remembers(&self, name: &str, password: &str) {
        self.passwords.lock().unwrap().insert(name.to_lowercase(), password.to_owned());
    }

    pub fn password_of(&self, name: &str) -> String {
        self.passwords.lock().unwrap().get(&name.to_lowercase()).expect("an account of this test").clone()
    }

    /// A browser without an account.
    pub fn visitor(&self) -> Person {
        Person::new(&self.url, "")
    }

    /// A new browser, signed in by the form.
    pub async fn signs_in(&self, name: &str) -> Person {
        let person = Person::new(&self.url, name);
        let page = person.tries_to_sign_in(name, &self.password_of(name)).await;
        assert_eq!((page.status, page.location()), (303, "/"), "{name} signs in: {page:?}\n{}", self.logs());
        person
    }

    /// An account and a browser signed in to it.
    pub async fn admin(&self, name: &str) -> Person {
        self.signs_up(name, Role::Admin).await;
        self.signs_in(name).await
    }

    /// An account and a browser signed in to it.
    pub async fn publisher(&self, name: &str) -> Person {
        self.signs_up(name, Role::Publisher).await;
        self.signs_in(name).await
    }

    /// An account and a browser signed in to it.
    pub async fn member(&self, name: &str) -> Person {
        self.signs_up(name, Role::Member).await;
        self.signs_in(name).await
    }

    /// The link printed for the first administrator, as a path.
    pub async fn setup_link(&self) -> String {
        let out = eventually("a link to make the first administrator", async || {
            let out = self.says();
            out.contains("/setup?token=").then_some(out)
        });
        let out = out.await;
        out.split(&self.url).last().unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// The name of its sessions' cookies over plain http.
    pub async fn cookie(&self) -> String {
        let row = self.asks_database("SELECT name FROM instance").await;
        format!("sid-{}", row.try_get_by_index::<String>(0).unwrap())
    }
}
