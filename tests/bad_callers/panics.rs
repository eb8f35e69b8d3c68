//! A panic in any code of the caller's, at any time: it comes through as it is, and
//! leaves nothing behind, be it a value, a retry that is paid for and was not made, an
//! admission that the breaker waits for, or the mark of a retry.

use crate::callers::{CALLS, Call};
use crate::support::{Place, Service, Trap, alive, always, assert_no_layer_is_left, seen, set};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a service does: how many calls fail, and after how many the breaker opens.
const SERVICES: [(u32, u32); 4] = [(0, 99), (2, 99), (99, 99), (99, 2)];

/// Runs a call: what it was thrown, if anything.
fn run(call: Call, service: &Service) -> Result<bool, Trap> {
    match catch_unwind(AssertUnwindSafe(|| call(service).is_ok())) {
        Ok(succeeded) => Ok(succeeded),
        Err(payload) => Err(*payload
            .downcast::<Trap>()
            .expect("what was thrown comes through")),
    }
}

/// A retry that is paid for when its wait is over, and that the breaker was not asked for
/// yet, has begun as far as the budget is concerned. An expression that gives another
/// budget, or panics, when it is evaluated once more to give the retry back is its
/// author's.
const PAID: [Place; 3] = [Place::BudgetOf, Place::BreakerOf, Place::Admit];

fn assert_nothing_is_left(service: &Service, thrown: Option<Place>, told: &str) {
    assert_eq!(alive(), 0, "{told}: something is alive");
    assert_eq!(service.unheard(), 0, "{told}: the breaker waits");
    let level = service.purse().level();
    let expected = 10.0 - f64::from(service.begun.get());
    // A retry that has succeeded has earned two.
    let is_near = |expected: f64| (expected - 0.001..expected + 0.05).contains(&level);
    assert!(
        is_near(expected)
            || is_near(expected + 2.0)
            || thrown.is_some_and(|place| PAID.contains(&place)) && is_near(expected - 1.0),
        "{told}: the budget has {level} and not {expected}"
    );
    set(None);
    always(None);
    assert_no_layer_is_left();
    seen();
}

/// Panics at each place at each time that a call comes by it: the places.
fn panic_everywhere(call: Call) -> BTreeMap<Place, u32> {
    let mut all = BTreeMap::new();
    for (failures, opens_at) in SERVICES {
        let service = Service::new(failures, opens_at);
        seen();
        run(call, &service).expect("nothing is set");
        let places = seen();
        assert_nothing_is_left(&service, None, "without a panic");
        for (place, times) in places {
            *all.entry(place).or_default() += times;
            for time in 1..=times {
                let service = Service::new(failures, opens_at);
                set(Some((place, time)));
                let told = format!("{place:?} at {time}, {failures} failures");
                assert_eq!(run(call, &service), Err(Trap(place)), "{told}");
                assert_nothing_is_left(&service, Some(place), &told);
            }
        }
    }
    all
}

/// A breaker that panics while another panic unwinds would be an abort.
fn panic_twice(call: Call) {
    for place in [
        Place::Body,
        Place::Notify,
        Place::BeforeRetry,
        Place::Sleep,
        Place::On,
    ] {
        for time in 1..4 {
            let service = Service::new(2, 99);
            set(Some((place, time)));
            always(Some(Place::Record));
            if let Err(thrown) = run(call, &service) {
                assert!([place, Place::Record].contains(&thrown.0), "{thrown:?}");
            }
            assert_nothing_is_left(&service, None, "twice");
        }
    }
}

fn call_of(name: &str) -> Call {
    let call = CALLS.iter().find(|(call, _)| *call == name);
    call.expect("it is in the list").1
}

macro_rules! panics {
    ($($name:ident: $($place:ident)*;)*) => {
        $(#[test]
        fn $name() {
            let call = call_of(stringify!($name));
            let places = panic_everywhere(call);
            let expected = [Place::Body, $(Place::$place),*];
            for place in expected {
                assert!(places.contains_key(&place), "{place:?} was not come by");
            }
            assert_eq!(places.len(), expected.len(), "{places:?}");
            panic_twice(call);
        }
    )*

        #[test]
        fn every_call_has_its_test() {
            let tested = [$(stringify!($name)),*];
            for (name, _) in CALLS {
                assert!(tested.contains(name), "{name}");
            }
        }
    };
}

panics! {
    plain: On Verdict Notify BeforeRetry Sleep Timer BudgetOf BreakerOf Admit Record Rejected Backoff Fallback OnOk;
    itself: Verdict Sleep Timer BudgetOf BreakerOf Admit Record Rejected;
    timed: On Verdict Notify BeforeRetry Sleep Timer BudgetOf BreakerOf Admit Record Rejected Fallback;
    cut: Notify BeforeRetry Sleep Timer BudgetOf BreakerOf Admit Record Rejected Elapsed Verdict;
    hedged: On Verdict Notify BeforeRetry Sleep Timer BudgetOf BreakerOf Admit Record Rejected Fallback;
    sync: On Verdict Notify BeforeRetry Sleep BudgetOf BreakerOf Admit Record Rejected Fallback Backoff;
    until: On Verdict Notify Sleep Timer BudgetOf Until Unfinished;
    unsent: Verdict Notify BeforeRetry Sleep Timer BudgetOf BreakerOf Admit Record Rejected;
    policy_run: On OnOk Notify BeforeRetry Sleep Timer Backoff;
    policy_run_cut: Verdict Elapsed BeforeRetry Sleep Timer;
    policy_run_blocking: On OnOk Backoff;
    policy_run_async: On OnOk;
}
