//! Who of a group is on duty: to them its warnings are told in their quiet hours, too.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::support::{Draft, Page, Person, TestApp, attribute, makes_group, tags};

/// Ann and Bea are in the crew, and do not want to be told anything now.
async fn crew(app: &TestApp) -> (Person, [Person; 3], String) {
    let boss = app.admin("boss").await;
    let people = [app.member("ann").await, app.member("bea").await, app.member("cat").await];
    let group = makes_group(&boss, "Crew", &["ann", "bea"]).await;
    let later =
        (Timestamp::now() + 24.hours()).to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string();
    for person in &people {
        assert_eq!(person.posts("/account/quiet", &[("until", &later)]).await.status, 303);
    }
    (boss, people, group)
}

/// A part of the plan that is now, in that zone.
fn shift_around(now: Timestamp, zone: &str) -> Vec<(String, String)> {
    let zoned = TimeZone::get(zone).unwrap();
    let (from, to) = ((now - 2.hours()).to_zoned(zoned.clone()), (now + 2.hours()).to_zoned(zoned));
    let day = from.weekday().to_monday_one_offset().to_string();
    let time = |at: &jiff::Zoned| at.strftime("%H:%M").to_string();
    [("days", day), ("from", time(&from)), ("to", time(&to)), ("zone", zone.to_owned())]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
}

async fn sends(person: &Person, path: &str, fields: &[(String, String)], more: &[(&str, &str)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.posts(path, &[&fields[..], more].concat()).await
}

fn warning(title: &str) -> Draft {
    Draft::alert("warning", title).with("audience", "groups").and("groups", "Crew")
}

#[tokio::test]
async fn to_who_is_on_duty_the_groups_warnings_break_through() {
    let app = TestApp::start().await;
    let (boss, [ann, bea, cat], group) = crew(&app).await;
    let duty = format!("{group}/duty");
    assert!(boss.gets(&group).await.text.contains(&format!("{duty}\"")));
    let post = boss.publishes(warning("Ice on the yard")).await;
    for person in [&ann, &bea] {
        assert!(person.is_told(post).await.is_none(), "it is quiet");
    }

    let now = shift_around(Timestamp::now(), "Pacific/Kiritimati");
    let added = sends(&boss, &format!("{duty}/shifts"), &now, &[("who", "ann")]).await;
    assert_eq!(added.status, 303, "{}", added.text);

    assert!(ann.is_told(post).await.is_some() && bea.is_told(post).await.is_none());
    // Of other kinds, and what comes another way alone, is as quiet as before.
    let calm =
        boss.publishes(Draft::alert("info", "Calm").with("audience", "groups").and("groups", "Crew")).await;
    let all = boss.publishes(Draft::alert("warning", "For all")).await;
    for post in [calm, all] {
        assert!(ann.is_told(post).await.is_none());
    }
    let preferences = ann.gets("/account/preferences").await.text;
    assert!(
        preferences.contains("data-on-duty") && preferences.contains("Pacific/Kiritimati"),
        "{preferences}"
    );
    assert!(!bea.gets("/account/preferences").await.text.contains("on-duty"));
    let shown = boss.gets(&duty).await;
    assert!(shown.text.contains("<bdi>ann</bdi>"), "{}", shown.text);

    // Whoever leaves is on duty no more.
    let whole = sends(&boss, &format!("{duty}/shifts"), &now, &[("who", "")]).await;
    assert_eq!(whole.status, 303);
    assert!(bea.is_told(post).await.is_some(), "everybody in the group is");
    assert!(cat.is_told(all).await.is_none());
    let removals: Vec<_> = tags(&boss.gets(&duty).await.text, "<form action=\"/admin/groups")
        .map(|tag| attribute(tag, "action").to_owned())
        .filter(|action| action.contains("/shifts/"))
        .collect();
    assert_eq!(removals.len(), 2);
    for removal in removals {
        assert_eq!(boss.posts(&removal, &[]).await.status, 303);
    }
    assert!(ann.is_told(post).await.is_none() && bea.is_told(post).await.is_none());
    assert!(boss.gets("/admin/audit?act=duty-change").await.text.matches("Crew").count() >= 4);
}

#[tokio::test]
async fn a_swap_has_another_person_on_duty_for_once() {
    let app = TestApp::start().await;
    let (boss, [ann, bea, _], group) = crew(&app).await;
    let duty = format!("{group}/duty");
    let now = Timestamp::now();
    sends(&boss, &format!("{duty}/shifts"), &shift_around(now, "UTC"), &[("who", "ann")]).await;
    let post = boss.publishes(warning("Ice")).await;
    let wall = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string();
    let swap = |from: Timestamp, to: Timestamp| {
        [("begin", wall(from)), ("end", wall(to)), ("zone", "UTC".into())]
            .map(|(name, value)| (name.to_owned(), value))
    };

    // One that is to come changes nothing yet.
    let later =
        sends(&boss, &format!("{duty}/swaps"), &swap(now + 1.hours(), now + 2.hours()), &[("other", "bea")])
            .await;
    assert_eq!(later.status, 303, "{}", later.text);
    assert!(ann.is_told(post).await.is_some() && bea.is_told(post).await.is_none());
    let swapped = [("other", "bea"), ("instead_of", "ann")];
    let done =
        sends(&boss, &format!("{duty}/swaps"), &swap(now - 1.hours(), now + 1.hours()), &swapped).await;
    assert_eq!(done.status, 303, "{}", done.text);

    assert!(ann.is_told(post).await.is_none() && bea.is_told(post).await.is_some());
    for (person, is_now) in [(&ann, false), (&bea, true)] {
        let text = person.gets("/account/preferences").await.text;
        assert!(text.contains("<bdi>bea</bdi> instead of <bdi>ann</bdi>"), "{text}");
        assert_eq!(text.contains("data-on-duty"), is_now);
    }
    let removal = tags(&boss.gets(&duty).await.text, "<form action=\"/admin/groups")
        .map(|tag| attribute(tag, "action").to_owned())
        .find(|action| action.contains("/swaps/"));
    assert_eq!(boss.posts(&removal.unwrap(), &[]).await.status, 303);
    assert!(ann.is_told(post).await.is_some() && bea.is_told(post).await.is_none());
}

#[tokio::test]
async fn a_plan_names_members_days_and_times_and_is_kept_by_admins() {
    let app = TestApp::start().await;
    let (boss, [ann, ..], group) = crew(&app).await;
    let duty = format!("{group}/duty");
    let good = shift_around(Timestamp::now(), "UTC");
    let without = |name: &str| good.iter().filter(|(field, _)| field != name).cloned().collect::<Vec<_>>();

    for (fields, more, wrong) in [
        (good.clone(), [("who", "cat")], "who"),
        (good.clone(), [("who", "nobody")], "who"),
        (without("days"), [("who", "ann")], "days"),
        (without("from"), [("from", "25:00")], "from"),
        (without("zone"), [("zone", "Mars/Base")], "zone"),
    ] {
        let refused = sends(&boss, &format!("{duty}/shifts"), &fields, &more).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text);
        assert!(refused.text.contains(&format!("id=\"{wrong}-problem\"")), "{wrong}: {}", refused.text);
    }
    let typed = sends(&boss, &format!("{duty}/shifts"), &without("zone"), &[("zone", "Mars/Base")]).await;
    assert_eq!(typed.field("to"), good.iter().find(|(name, _)| name == "to").unwrap().1);
    for (begin, end, wrong) in [
        ("2999-01-02T08:00", "2999-01-01T08:00", "end"),
        ("2020-01-01T08:00", "2020-01-02T08:00", "end"),
        ("soon", "2999-01-01T08:00", "begin"),
    ] {
        let fields = [("other", "ann"), ("begin", begin), ("end", end), ("zone", "UTC")];
        let refused = boss.posts(&format!("{duty}/swaps"), &fields).await;
        assert!(
            refused.status == 422 && refused.text.contains(&format!("id=\"{wrong}-problem\"")),
            "{}",
            refused.text
        );
    }
    assert_eq!(ann.gets(&duty).await.status, 403);
    // As many as there may be, and no more.
    let all: Vec<_> = (1..=7).map(|day| ("days".to_owned(), day.to_string())).collect();
    for _ in 0..14 {
        let fields = [without("days"), all.clone()].concat();
        assert_eq!(sends(&boss, &format!("{duty}/shifts"), &fields, &[]).await.status, 303);
    }
    let refused = sends(&boss, &format!("{duty}/shifts"), &[without("days"), all].concat(), &[]).await;
    assert!(refused.status == 422 && refused.text.contains("100"), "{}", refused.text);
}
