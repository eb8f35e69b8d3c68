//! Code of the caller's that calls back into the library: at every place, in every
//! `drop`, on the same service, with the same budget and the same breaker.

use crate::callers::{self, CALLS};
use crate::support::{Service, alive, assert_no_layer_is_left, complete, seen, set_call_back};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static SERVICE: RefCell<Option<Rc<Service>>> = const { RefCell::new(None) };
    static CALLED_BACK: Cell<u32> = const { Cell::new(0) };
}

/// Two more calls, one of them of a sync function.
fn call_again() {
    let service = SERVICE.with_borrow(Clone::clone).expect("it is set");
    CALLED_BACK.set(CALLED_BACK.get() + 1);
    let _ = complete(callers::itself(&service));
    let _ = callers::sync(&service);
}

#[test]
fn a_call_is_made_at_every_place_of_another() {
    for (name, call) in CALLS {
        for failures in [0, 2, 5, 999] {
            let service = Rc::new(Service::new(failures, 999));
            SERVICE.set(Some(Rc::clone(&service)));
            set_call_back(Some(call_again));
            let outcome = call(&service);
            set_call_back(None);
            drop(outcome);
            SERVICE.set(None);
            let told = format!("{name}, {failures} failures");
            assert!(CALLED_BACK.take() > 0, "{told}");
            assert_eq!(alive(), 0, "{told}: something is alive");
            assert_eq!(service.unheard(), 0, "{told}: the breaker waits");
            // Its lock is free, and its figure makes sense.
            let level = service.purse().level();
            assert!((0.0..1000.0).contains(&level), "{told}: {level}");
            assert_no_layer_is_left();
            seen();
        }
    }
}

/// The same function, deeper and deeper: outside of a retry each has its own.
#[test]
fn a_function_calls_itself_in_its_predicate() {
    #[retry_runtime::retry(max = 1, budget = none, sleep = crate::support::block, on = |_| deeper(depth, calls))]
    fn nest(depth: u32, calls: &Cell<u32>) -> Result<(), ()> {
        calls.set(calls.get() + 1);
        Err(())
    }
    fn deeper(depth: u32, calls: &Cell<u32>) -> bool {
        if depth > 0 {
            let _ = nest(depth - 1, calls);
        }
        true
    }
    let calls = Cell::new(0);
    assert!(nest(6, &calls).is_err());
    // Two attempts, and the predicate after each of them makes a call.
    assert_eq!(calls.get(), (1..=7).map(|level| 1 << level).sum::<u32>());
}
