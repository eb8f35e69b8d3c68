use super::*;
use std::ptr;

const SECOND: Duration = Duration::from_secs(1);
const NOTHING: Ruled = Ruled {
    policy: None,
    off: false,
    hedge: RuledHedge::Kept,
    budget: None,
    patch: Draft::NEW,
    spared: None,
};

fn patch(text: &str) -> Draft {
    Draft::read(text).unwrap()
}

fn budget() -> &'static Budget {
    Box::leak(Box::new(Budget::standard()))
}

/// Those that change something.
fn changes(budgets: [&'static Budget; 2]) -> Vec<Ruled> {
    let of_budget = |budget| Ruled {
        budget: Some(budget),
        ..NOTHING
    };
    let of_hedge = |hedge| Ruled { hedge, ..NOTHING };
    let of_patch = |text| Ruled {
        patch: patch(text),
        ..NOTHING
    };
    vec![
        Ruled {
            off: true,
            ..NOTHING
        },
        of_hedge(RuledHedge::Off),
        of_hedge(RuledHedge::After(SECOND)),
        of_hedge(RuledHedge::After(SECOND * 2)),
        of_budget(budgets[0]),
        of_budget(budgets[1]),
        of_patch("max = 1"),
        of_patch("max = 2"),
        of_patch("timeout = 1s"),
    ]
}

/// Those that change nothing of their own.
fn others() -> Vec<Ruled> {
    let of_policy = |max| Ruled {
        policy: Some(Policy::DEFAULT.with_max(max)),
        ..NOTHING
    };
    let spared = Ruled {
        spared: Some(Box::leak(Box::new(NOTHING))),
        ..NOTHING
    };
    vec![NOTHING, of_policy(1), of_policy(2), spared]
}

#[test]
fn each_thing_that_a_rule_changes_is_a_change() {
    for ruled in changes([budget(), budget()]) {
        assert!(!ruled.is_nothing(), "{ruled:?}");
    }
    for ruled in others() {
        assert!(ruled.is_nothing(), "{ruled:?}");
    }
}

#[test]
fn what_says_the_same_again_is_what_was_kept() {
    let budgets = [budget(), budget()];
    let all = || changes(budgets).into_iter().chain(others());
    let mut kept = Kept::default();
    let first: Vec<_> = all().map(|ruled| kept.ruled(ruled)).collect();
    assert!(first.iter().all(|(_, is_new)| *is_new), "{first:#?}");
    for (ruled, (before, _)) in all().zip(first) {
        let (now, is_new) = kept.ruled(ruled);
        assert!(!is_new && ptr::eq(now, before), "{now:?}");
    }
}

#[test]
fn a_budget_of_the_same_words_is_the_one_of_before() {
    let words = |text: &str| BudgetWords::try_from(text.to_owned()).unwrap();
    let mut kept = Kept::default();
    let one = kept.budget(&words("5%, reserve 20")).unwrap();
    let other = kept.budget(&words("5%, reserve 30")).unwrap();
    assert!((other.level() - 30.0).abs() < 1e-9);
    assert!(ptr::eq(kept.budget(&words("5%, reserve 20")).unwrap(), one));
    assert!(ptr::eq(
        kept.budget(&words("5%, reserve 30")).unwrap(),
        other
    ));
}

#[test]
fn a_rule_changes_what_the_code_has() {
    for (text, fact) in [
        ("backoff = fixed(7s)", Facts::BACKOFF),
        ("jitter = full", Facts::BACKOFF),
        ("timeout = 7s", Facts::TIMEOUT),
        ("deadline = 7s", Facts::DEADLINE),
        ("retry_for = 7s", Facts::RETRY_FOR),
        ("longest_pushback = 7s", 0),
        ("max = 7", 0),
    ] {
        let changed = |facts| {
            let mut policy = Policy::DEFAULT;
            apply(&patch(text), Facts(facts), &mut policy);
            policy != Policy::DEFAULT
        };
        assert!(changed(fact), "{text}");
        assert!(changed(u8::MAX), "{text}");
        assert_eq!(changed(!fact), fact == 0, "{text}");
    }
}

#[test]
fn no_rule_gives_retries_to_what_must_not_run_twice() {
    let mut never = Policy::DEFAULT.with_max(0);
    apply(&patch("max = 7"), Facts(u8::MAX), &mut never);
    assert_eq!(never.max(), 0);
}

#[test]
fn of_limits_that_do_not_fit_the_smaller_holds() {
    let own = Policy::DEFAULT
        .with_timeout(SECOND * 5)
        .with_retry_for(SECOND * 9);
    for (deadline, timeout, retry_for) in [(20, 5, 9), (7, 5, 7), (3, 3, 3)] {
        let mut policy = own.with_deadline(SECOND * deadline);
        apply(&Draft::NEW, Facts(u8::MAX), &mut policy);
        assert_eq!(policy.timeout, Some(SECOND * timeout));
        assert_eq!(policy.retry_for, Some(SECOND * retry_for));
    }
}

#[test]
fn a_call_without_end_is_spared_where_the_switch_is_for_all() {
    let spared: &'static Ruled = Box::leak(Box::new(NOTHING));
    let off: &'static Ruled = Box::leak(Box::new(Ruled {
        off: true,
        spared: Some(spared),
        patch: patch("timeout = 7s"),
        ..NOTHING
    }));
    let applied = |max| {
        let mut policy = Policy::DEFAULT.with_max(max);
        let ruling = Ruling(Some(off)).applied(Facts(u8::MAX), &mut policy);
        (ruling.is_off(), policy.timeout)
    };
    assert_eq!(applied(3), (true, Some(SECOND * 7)));
    assert_eq!(applied(u32::MAX), (false, None));
    let mut policy = Policy::DEFAULT;
    assert!(!Ruling::NONE.applied(Facts(u8::MAX), &mut policy).is_off());
}
