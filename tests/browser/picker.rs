//! Choosing whom a post is for, as one types.

use crate::{
    browser::Browser,
    support::{Role, TestApp, has_people, makes_group, name_of},
};

in_every_engine! {
    a_name_is_found_with_the_keyboard_alone_and_taken_away_again,
    for_whom_a_token_acts_is_suggested,
}

const CHOSEN: &str = "[...document.querySelectorAll('.chosen input')].map((input) => input.value)";

impl Browser {
    /// Presses keys in a field, by their codes in WebDriver.
    pub async fn presses(&self, name: &str, keys: &str) {
        self.sees(&format!("[name='{name}']")).await.send_keys(keys).await.unwrap();
    }

    /// Types the beginning of a name into a picker, and chooses the name from what is found.
    pub async fn picks(&self, field: &str, typed: &str, name: &str) {
        self.types(field, typed).await;
        let found = format!(
            "[...document.querySelectorAll('#{field}-suggestions li')]\
             .find((option) => option.querySelector('bdi').textContent === '{name}')"
        );
        self.until(&format!("{found} !== undefined")).await;
        self.asks(&format!("({found}.click(), true)")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_two_thousand_are_chosen_in_a_few_keys_and_get_the_post() {
    let mut app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    has_people(&mut app, 2_000).await;
    let boss = Browser::signs_in(&app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.types("title", "For three").await;
    boss.chooses("audience", "chosen").await;
    boss.until("document.querySelector('post-reach').textContent === 'Reaches nobody yet.'").await;
    let preview = "document.querySelector('.actions button[value=preview]').getBoundingClientRect().x";
    let begins = boss.asks(preview).await;

    for (typed, number) in [("an mu 112", 1_120), ("be 1121", 1_121), ("1929", 1_929)] {
        boss.picks("find", typed, &name_of(number)).await;
    }

    let wanted = [1_120, 1_121, 1_929].map(name_of).to_vec();
    assert_eq!(boss.asks(CHOSEN).await, serde_json::json!(wanted));
    boss.until("document.querySelector('post-reach').textContent === 'Reaches 3 people.'").await;
    boss.until("document.querySelector('.publish').textContent.includes('3 people')").await;
    assert_eq!(boss.asks(preview).await, begins, "who is about to press it must not publish instead");
    boss.clicks(".actions button[value='preview']").await;
    boss.sees("#preview").await;
    assert_eq!(boss.asks(CHOSEN).await, serde_json::json!(wanted));
    boss.clicks(".actions button:not([formaction])").await;
    boss.until("location.pathname.startsWith('/posts/')").await;
    assert!(boss.text("main").await.contains(&name_of(1_929)));
    boss.closes_without_complaint().await;
}

async fn a_name_is_found_with_the_keyboard_alone_and_taken_away_again() {
    let app = TestApp::start().await;
    let admin = app.admin("boss").await;
    for name in ["Änne", "Annabel", "Zoë"] {
        app.signs_up(name, Role::Member).await;
    }
    makes_group(&admin, "Angels", &["Zoë"]).await;
    let boss = Browser::signs_in(&app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.chooses("audience", "chosen").await;
    let options =
        "[...document.querySelectorAll('#find-suggestions li bdi')].map((name) => name.textContent)";

    boss.types("find", "an").await;
    boss.until(&format!("{options}.join() === 'Angels,Annabel,Änne'")).await;
    boss.types("find", "ann").await;
    boss.until(&format!("{options}.join() === 'Annabel,Änne'")).await;
    // Down to the second, and choose it.
    boss.presses("find", "\u{e015}\u{e007}").await;
    boss.until(&format!("({CHOSEN}).join() === 'Änne'")).await;
    assert_eq!(boss.asks("document.querySelector('#find').value").await, "");
    boss.until("document.querySelector('post-reach').textContent === 'Reaches 1 person.'").await;
    boss.types("find", "ann").await;
    boss.until(&format!("{options}.join() === 'Annabel'")).await;
    boss.types("find", "xyz").await;
    boss.until("document.querySelector('.picker-status').textContent.startsWith('No other name')").await;
    boss.clicks(".chosen .chip-button").await;
    boss.until(&format!("({CHOSEN}).length === 0")).await;
    boss.until("document.querySelector('post-reach').textContent === 'Reaches nobody yet.'").await;
    boss.closes_without_complaint().await;
}

async fn for_whom_a_token_acts_is_suggested() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("Annabel Berg", Role::Member).await;
    let boss = Browser::signs_in(&app, "boss").await;
    boss.goes("/admin/tokens").await;

    boss.picks("owner", "ber", "Annabel Berg").await;

    assert_eq!(boss.asks("document.querySelector('#owner').value").await, "Annabel Berg");
    boss.closes_without_complaint().await;
}
