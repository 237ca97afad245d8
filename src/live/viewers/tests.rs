use super::*;
use crate::ids::UserId;

const ANN: UserId = UserId(1);
const TEAM: GroupId = GroupId(7);

fn viewer(memberships: &[(i64, Option<i64>)]) -> Viewer {
    let one = |(from, to): &(i64, Option<i64>)| Membership { group: TEAM, from: *from, to: *to };
    Viewer {
        user: ANN,
        is_external: false,
        is_admin: false,
        screen: None,
        memberships: memberships.iter().map(one).collect(),
        as_of: 0,
    }
}

fn change(number: i64, has_joined: bool) -> MembershipChange {
    MembershipChange { group: TEAM, listener: ANN.into(), number, has_joined }
}

#[test]
fn what_was_told_while_it_was_read_is_not_lost_and_not_taken_twice() {
    let told = [change(3, true), change(5, false), change(9, true)];
    // Read before any of it, between, and after all.
    for read in [vec![], vec![(3, None)], vec![(3, Some(5))], vec![(3, Some(5)), (9, None)]] {
        let viewers = Viewers::default();
        let ann = viewers.of(ANN.into());
        viewers.apply(&told);

        ann.accept(viewer(&read));

        let expected = viewer(&[(3, Some(5)), (9, None)]).memberships;
        assert_eq!(ann.with(|ann| ann.memberships.clone()), Some(expected), "{read:?}");
        assert!(viewers.ever_in([TEAM]).contains(&ANN.into()));
    }
}

#[test]
fn who_came_back_is_not_taken_out_by_what_was_before() {
    let viewers = Viewers::default();
    let ann = viewers.of(ANN.into());
    ann.accept(viewer(&[(3, Some(5)), (9, None)]));

    viewers.apply(&[change(5, false)]);

    assert_eq!(ann.with(|ann| ann.was_in(TEAM, 10)), Some(true));
}

#[test]
fn who_was_forgotten_is_somebody_else_from_then_on() {
    let viewers = Viewers::default();
    let ann = viewers.of(ANN.into());
    assert!(viewers.knows(&ann));

    viewers.forget(ANN.into());

    assert!(!viewers.knows(&ann));
    assert!(viewers.knows(&viewers.of(ANN.into())) && !viewers.knows(&ann));
}

#[test]
fn it_does_not_grow_for_ever_and_forgets_nobody_who_listens() {
    let viewers = Viewers::default();
    let ann = viewers.of(ANN.into());

    for user in 0..=MAX_VIEWERS {
        viewers.of(UserId(user as i64).into());
    }

    assert!(viewers.inner().by_id.len() <= MAX_VIEWERS);
    assert!(Arc::ptr_eq(&ann, &viewers.of(ANN.into())));
}
