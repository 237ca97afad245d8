use super::*;

fn good() -> Fields {
    Fields {
        kind: "alert".into(),
        severity: "warning".into(),
        title: " Water pressure is low ".into(),
        body: "until\r\nsix".into(),
        audience: "everyone".into(),
        recipients: vec!["ignored".into()],
        groups: vec!["ignored".into()],
        ..Default::default()
    }
}

#[test]
fn a_good_form_becomes_a_draft() {
    let draft = Draft::parse(&good()).expect("nothing is wrong with it");

    assert_eq!(draft.title, "Water pressure is low");
    assert_eq!(draft.body, "until\nsix");
    assert_eq!(draft.severity, Some(Severity::Warning));
    assert!(draft.people.is_empty() && draft.groups.is_empty());
}

#[test]
fn news_has_no_severity_whatever_was_sent() {
    let draft = Draft::parse(&Fields { kind: "news".into(), severity: "nonsense".into(), ..good() });

    assert_eq!(draft.expect("nothing is wrong with it").severity, None);
}

#[test]
fn every_mistake_is_told_at_once() {
    let problems = Draft::parse(&Fields { body: "x".repeat(64 * 1024 + 1), ..Default::default() });

    let problems = problems.expect_err("much is wrong with it");
    assert!(problems.kind.is_some() && problems.title.is_some());
    assert!(problems.body.is_some() && problems.audience.is_some());
}

#[test]
fn a_title_that_nobody_can_see_is_refused() {
    for title in
        ["\u{200b}", "\u{3164}", "\u{2800} \u{ad}", "\u{feff}", "\u{301}", "\u{e0041}", "\u{fe0f}\u{3000}"]
    {
        assert!(Draft::parse(&Fields { title: title.into(), ..good() }).is_err(), "{title:?}");
    }
    for title in ["\u{feff}x", "?", "❤\u{fe0f}", "ㅤ한"] {
        assert!(Draft::parse(&Fields { title: title.into(), ..good() }).is_ok(), "{title:?}");
    }
}

#[test]
fn a_text_that_no_page_can_bear_is_refused() {
    let table = ["|a".repeat(8000), "|-".repeat(8000), "|a\n".repeat(8000)].join("\n");

    let problems = Draft::parse(&Fields { body: table, ..good() }).expect_err("64 million cells");

    assert!(problems.body.is_some_and(|why| why.contains("10,000")));
}

#[test]
fn a_title_of_more_than_one_line_is_refused() {
    for title in ["a\nb", "a\rb", "a\0b", "a\u{85}b", "a\n", &"x".repeat(201)] {
        assert!(Draft::parse(&Fields { title: title.into(), ..good() }).is_err(), "{title:?}");
    }
    assert!(Draft::parse(&Fields { title: "🦊".repeat(200), ..good() }).is_ok());
}
