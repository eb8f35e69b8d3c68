//! Calls that are never polled, and calls that are forgotten half-way: nobody is told
//! of them any more, and no other call pays for that.

use crate::callers::FUTURES;
use crate::support::{Service, assert_no_layer_is_left, seen};
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

#[test]
fn what_is_never_polled_does_nothing() {
    for (name, call) in FUTURES {
        let service = Service::new(0, 99);
        seen();
        drop(call(&service));
        assert!(seen().is_empty(), "{name}");
        assert_eq!(service.calls.get(), 0, "{name}");
        assert!(
            (service.purse().level() - 10.0).abs() < f64::EPSILON,
            "{name}"
        );
    }
}

/// A retry that is waited for stays paid for; more than that is not lost, whenever it is.
#[test]
fn what_is_forgotten_keeps_one_token_and_no_mark() {
    for (name, call) in FUTURES {
        for polls in 0..40 {
            let service = Service::new(2, 99);
            let mut future = ManuallyDrop::new(call(&service));
            let mut cx = Context::from_waker(Waker::noop());
            let mut ended = false;
            for _ in 0..polls {
                let future: Pin<&mut (dyn Future<Output = _> + '_)> = future.as_mut();
                if let Poll::Ready(outcome) = future.poll(&mut cx) {
                    drop(outcome);
                    ended = true;
                    break;
                }
            }
            if ended {
                drop(ManuallyDrop::into_inner(future));
                break;
            }
            let (level, begun) = (service.purse().level(), f64::from(service.begun.get()));
            let told = format!("{name} after {polls} polls: {level} after {begun} retries");
            assert!(level > 10.0 - begun - 1.01, "{told}");
            assert!(service.unheard() <= 3, "{told}");
            assert_no_layer_is_left();
            seen();
        }
    }
}
