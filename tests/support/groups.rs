use super::Person;

/// Makes a group, and returns the address of its page.
pub async fn makes_group(admin: &Person, name: &str, people: &[&str]) -> String {
    let made = admin.posts("/admin/groups", &[("name", name)]).await;
    assert_eq!(made.status, 303, "{made:?}");
    let page = made.location().split('?').next().unwrap().to_owned();
    if !people.is_empty() {
        let fields: Vec<_> = people.iter().map(|name| ("people", *name)).collect();
        let joined = admin.posts(&format!("{page}/members"), &fields).await;
        assert_eq!(joined.status, 303, "{joined:?}");
    }
    page
}
