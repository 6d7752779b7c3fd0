use super::*;
use proptest::prelude::*;

fn at(second: i64) -> Time {
    chrono::DateTime::from_timestamp(second, 0).unwrap()
}

fn entry(number: u128) -> EntryId {
    EntryId(uuid::Uuid::from_u128(number))
}

/// An entry is one act: standings with the same entry are equal.
fn standing() -> impl Strategy<Value = Standing> {
    (0_u8..30).prop_map(|number| Standing {
        state: ConsentState::ALL[usize::from(number) % ConsentState::ALL.len()],
        since: at(i64::from(number % 5)),
        entry: entry(number.into()),
        address: None,
        expires_at: None,
        given: None,
        purpose_version: None,
    })
}

/// The acts of one contact, as use cases allow them: every given consent comes from the mailbox.
fn history() -> impl Strategy<Value = Vec<(bool, ConsentState)>> {
    let states = [ConsentState::Given, ConsentState::Withdrawn, ConsentState::Revoked, ConsentState::Expired];
    prop::collection::vec((any::<bool>(), prop::sample::select(states.to_vec())), 0..16)
}

fn standing_of(acts: &[Act]) -> Option<Standing> {
    fold(acts.iter().copied()).map(|act| Standing {
        state: act.state,
        since: act.at,
        entry: entry(act.at.timestamp().unsigned_abs().into()),
        address: None,
        expires_at: None,
        given: None,
        purpose_version: None,
    })
}

proptest! {
    #[test]
    fn joining_does_not_depend_on_order_and_twice_is_once(a in standing(), b in standing(), c in standing()) {
        prop_assert_eq!(join(a.clone(), b.clone()), join(b.clone(), a.clone()));
        prop_assert_eq!(join(join(a.clone(), b.clone()), c.clone()), join(a.clone(), join(b.clone(), c)));
        prop_assert_eq!(join(a.clone(), a.clone()), a.clone());
        prop_assert_eq!(join(join(a.clone(), b.clone()), b.clone()), join(a, b));
    }

    #[test]
    fn promise_5_a_denial_on_either_side_wins_and_a_yes_needs_a_yes(a in standing(), b in standing()) {
        let joined = join(a.clone(), b.clone());
        prop_assert_eq!(is_denial(joined.state), is_denial(a.state) || is_denial(b.state));
        prop_assert!(joined.state != ConsentState::Given || a.state == ConsentState::Given || b.state == ConsentState::Given);
    }

    /// Folding both journals as one, with the join's entry at the end, gives the join's result.
    #[test]
    fn the_fold_of_both_journals_and_the_join_is_the_join(history in history()) {
        let act = |second: usize, state: ConsentState| Act {
            state, at: at(i64::try_from(second).unwrap()), proven_by_mailbox: state == ConsentState::Given, joined: false,
        };
        let all: Vec<(bool, Act)> = history.iter().enumerate().map(|(second, (mine, state))| (*mine, act(second, *state))).collect();
        let of = |side: bool| {
            // `state::end` records nothing if nothing changes: a second denial, or the end of a consent
            // that was not given.
            let mut acts: Vec<Act> = Vec::new();
            for (_, act) in all.iter().filter(|(mine, _)| *mine == side) {
                let current = fold(acts.iter().copied());
                let ends = match act.state {
                    ConsentState::Given => true,
                    ConsentState::Expired => current.is_some_and(|current| current.state == ConsentState::Given),
                    _ => current.is_some_and(|current| !is_denial(current.state)),
                };
                if ends {
                    acts.push(*act);
                }
            }
            acts
        };
        let (mine, theirs) = (of(true), of(false));
        let Some(joined_standing) = standing_of(&mine).into_iter().chain(standing_of(&theirs)).reduce(join) else { return Ok(()) };
        let mut together: Vec<Act> = mine.into_iter().chain(theirs).collect();
        together.sort_by_key(|act| act.at);
        together.push(joined(joined_standing.state, joined_standing.since));
        let folded = fold(together).unwrap();
        prop_assert_eq!((folded.state, folded.at), (joined_standing.state, joined_standing.since));
    }
}
