//! How the log shows an error.

use super::support::{Seen, seen, seen_from};
use retry_runtime::__private::{Name, ran_twice, unknown_error};
use retry_runtime::retry;
use std::error::Error;
use std::fmt::{self, Display};
use std::io;
use std::sync::Arc;
use tracing::Level;

/// `error sending request`, because of an [`io::Error`].
#[derive(Debug)]
struct Sending(io::Error);

impl Display for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("error sending request")
    }
}

impl Error for Sending {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn sending() -> Sending {
    Sending(io::Error::new(io::ErrorKind::ConnectionRefused, "refused"))
}

/// Of a type parameter it is known what its bounds say.
#[retry(max = 1, backoff = none, on = |_| true)]
async fn fail<E: Display>(error: fn() -> E) -> Result<u32, E> {
    Err(error())
}

macro_rules! fails {
    ($($name:ident: $error:ty = $value:expr;)*) => {$(
        #[retry(max = 1, backoff = none, on = |_| true)]
        async fn $name() -> Result<u32, $error> {
            Err($value)
        }
    )*};
}

fails! {
    itself: Sending = sending();
    boxed: Box<dyn Error> = sending().into();
    sent: Box<dyn Error + Send + Sync> = sending().into();
    shared: Arc<dyn Error + Send + Sync> = Arc::new(sending());
    inside: io::Error = io::Error::other(sending());
    text: String = "no error, but text".to_owned();
}

/// What each event says of the error.
fn told(seen: &Seen) -> Vec<&str> {
    seen.events
        .iter()
        .map(|event| {
            let (_, error) = event.split_once(" error=").unwrap();
            let end = error.find(" delay=").or_else(|| error.find(" verdict="));
            &error[..end.unwrap()]
        })
        .collect()
}

#[test]
fn an_error_is_shown_with_its_causes() {
    let expected = ["error sending request: refused"; 2];
    assert_eq!(told(&seen(itself()).1), expected);
    assert_eq!(told(&seen(boxed()).1), expected);
    assert_eq!(told(&seen(sent()).1), expected);
    assert_eq!(told(&seen(shared()).1), expected);
    assert_eq!(told(&seen(inside()).1), expected);
    assert_eq!(told(&seen(text()).1), ["no error, but text"; 2]);
    assert_eq!(told(&seen(fail(sending)).1), ["error sending request"; 2]);
}

#[test]
fn an_unknown_type_is_told_of_once_a_function() {
    let ((), first) = seen(async {
        for _ in 0..3 {
            unknown_error(Name::written("orders.place"), "app::Trouble");
        }
        unknown_error(Name::written("orders.cancel"), "app::Trouble");
    });
    let ((), second) = seen(async { unknown_error(Name::written("orders.place"), "app::Other") });
    assert!(second.events.is_empty(), "{:?}", second.events);
    let [place, cancel] = &first.events[..] else {
        panic!("{:?}", first.events);
    };
    let fields = " function=\"orders.place\" error_type=\"app::Trouble\"";
    assert!(place.starts_with("WARN errors of an unknown type are not retried: "));
    assert!(
        place.contains("`on = ..`") && place.ends_with(fields),
        "{place}"
    );
    assert!(cancel.contains(" function=\"orders.cancel\" "), "{cancel}");
}

/// Of a type that the library cannot know.
#[derive(Debug)]
struct Trouble;

impl Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("trouble")
    }
}

impl Error for Trouble {}

type BoxError = Box<dyn Error + Send + Sync>;

/// Those of the events that warn.
fn warnings(seen: &Seen) -> Vec<&String> {
    let is_warning = |event: &&String| event.starts_with("WARN ");
    seen.events.iter().filter(is_warning).collect()
}

#[test]
fn a_retried_function_whose_error_nobody_knows_says_so_once() {
    #[retry(on = known, name = "orders.find")]
    async fn find() -> Result<u32, BoxError> {
        Err(Trouble.into())
    }

    let ((), seen) = seen(async {
        for _ in 0..3 {
            find().await.unwrap_err();
        }
    });
    let [warning] = warnings(&seen)[..] else {
        panic!("{:?}", seen.events);
    };
    assert!(warning.contains(" function=\"orders.find\" error_type=\"alloc::boxed::Box<dyn "));
    let counted = seen
        .metrics
        .keys()
        .filter(|key| key.contains("retry_unknown_errors_total"));
    assert_eq!(counted.count(), 1, "{:?}", seen.metrics);
}

#[test]
fn an_unknown_error_below_another_says_so_too() {
    #[retry(name = "orders.read")]
    async fn read() -> io::Result<u32> {
        Err(io::Error::other(Trouble))
    }

    #[retry(name = "orders.check", on = |error| retry_runtime::Transient::verdict(error))]
    async fn check() -> Result<u32, BoxError> {
        Err(Trouble.into())
    }

    let (_, seen) = seen(async { (read().await, check().await) });
    let [read, check] = warnings(&seen)[..] else {
        panic!("{:?}", seen.events);
    };
    assert!(
        read.contains(" error_type=\"std::io::error::Error\""),
        "{read}"
    );
    assert!(
        check.contains(" function=\"orders.check\" error_type=\"alloc::boxed::Box<"),
        "{check}"
    );
}

#[test]
fn what_is_known_or_judged_is_not_unknown() {
    #[retry(on = known, name = "orders.told")]
    async fn known() -> Result<u32, BoxError> {
        Err(io::Error::from(io::ErrorKind::NotFound).into())
    }

    #[retry(name = "orders.judged", on = |_| false)]
    async fn judged() -> Result<u32, BoxError> {
        Err(Trouble.into())
    }

    let (_, seen) = seen(async { (known().await, judged().await) });
    assert!(warnings(&seen).is_empty(), "{:?}", seen.events);
}

#[test]
fn while_nobody_listens_nothing_has_been_said() {
    let name = Name::written("orders.list");
    let ((), seen_nothing) = seen_from(Level::ERROR, async {
        unknown_error(name, "app::Trouble");
    });
    assert!(seen_nothing.events.is_empty());
    let ((), seen) = seen(async { unknown_error(name, "app::Trouble") });
    assert_eq!(seen.events.len(), 1);
}

#[test]
fn what_ran_twice_is_an_error() {
    let ((), seen) = seen(async { ran_twice("app::charge") });
    assert_eq!(
        seen.events,
        ["ERROR a call that must not run twice was made by a retry call=\"app::charge\""]
    );
}
