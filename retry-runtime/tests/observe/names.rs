//! What a function is called: of two there are two names, of a generic one there is one.

use super::support::{Fault, Seen, seen};
use retry_runtime::{Budget, Policy, idempotent, retry};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::future::Future;
use std::rc::Rc;

/// The names in the events of a call, and in its metrics.
fn names<T>(call: impl Future<Output = T>) -> BTreeSet<String> {
    let (_, Seen { events, metrics }) = seen(call);
    assert!(!events.is_empty() && !metrics.is_empty());
    let in_event = |event: String| {
        let (_, name) = event.split_once(" function=\"").unwrap();
        name.split_once('"').unwrap().0.to_owned()
    };
    let in_metric = |(metric, _): (String, _)| {
        let (_, labels) = metric.split_once("{function=").unwrap();
        labels[..labels.len() - 1]
            .split(',')
            .next()
            .unwrap()
            .to_owned()
    };
    let events = events.into_iter().map(in_event);
    events.chain(metrics.into_iter().map(in_metric)).collect()
}

macro_rules! assert_name {
    ($call:expr, $name:expr) => {
        assert_eq!(names($call), BTreeSet::from([$name.to_owned()]))
    };
}

fn one() -> u32 {
    1
}

trait Fetch {
    async fn fetch(&self) -> Result<u32, Fault>;

    #[retry(max = 1)]
    async fn fetch_by_default(&self) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }
}

trait Ask<Question> {
    async fn ask(&self, question: Question) -> Result<u32, Fault>;
}

macro_rules! client {
    ($ty:ident) => {
        struct $ty;

        impl $ty {
            #[retry(max = 1)]
            async fn get(&self) -> Result<u32, Fault> {
                Err(Fault::TRANSIENT)
            }

            #[retry(max = 1, backoff = none)]
            fn get_sync() -> Result<u32, Fault> {
                Err(Fault::TRANSIENT)
            }

            /// Its policy is no constant.
            #[retry(max = one())]
            fn get_future(&self) -> impl Future<Output = Result<u32, Fault>> {
                async { Err(Fault::TRANSIENT) }
            }
        }

        #[retry(max = 1)]
        impl $ty {
            #[idempotent]
            async fn list(&self) -> Result<u32, Fault> {
                Err(Fault::TRANSIENT)
            }
        }

        impl Fetch for $ty {
            #[retry(max = 1)]
            async fn fetch(&self) -> Result<u32, Fault> {
                Err(Fault::TRANSIENT)
            }
        }

        #[retry(max = 1)]
        impl Ask<u32> for $ty {
            #[idempotent]
            async fn ask(&self, _: u32) -> Result<u32, Fault> {
                Err(Fault::TRANSIENT)
            }
        }

        #[retry(max = 1)]
        impl Ask<&str> for $ty {
            #[idempotent]
            async fn ask(&self, _: &str) -> Result<u32, Fault> {
                Err(Fault::TRANSIENT)
            }
        }
    };
}

client!(Users);
client!(Orders);

#[test]
fn two_types_are_two_names() {
    assert_name!(Users.get(), "observe::names::Users::get");
    assert_name!(Orders.get(), "observe::names::Orders::get");
    assert_name!(
        async { Users::get_sync() },
        "observe::names::Users::get_sync"
    );
    assert_name!(
        async { Orders::get_sync() },
        "observe::names::Orders::get_sync"
    );
    assert_name!(Users.get_future(), "observe::names::Users::get_future");
    assert_name!(Orders.get_future(), "observe::names::Orders::get_future");
    assert_name!(Users.list(), "observe::names::Users::list");
    assert_name!(Orders.list(), "observe::names::Orders::list");
}

#[test]
fn a_method_of_a_trait_is_called_by_its_type_and_the_trait() {
    assert_name!(
        Users.fetch(),
        "<observe::names::Users as observe::names::Fetch>::fetch"
    );
    assert_name!(
        Orders.fetch(),
        "<observe::names::Orders as observe::names::Fetch>::fetch"
    );
    assert_name!(
        Users.fetch_by_default(),
        "observe::names::Fetch::fetch_by_default"
    );
    let numbers = names(Users.ask(1));
    assert_ne!(numbers, names(Users.ask("one")));
    assert_ne!(numbers, names(Orders.ask(1)));
}

struct Client<T>(T);

impl<T> Client<T> {
    #[retry(max = 1)]
    async fn get<U>(&self, _: U) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }
}

#[retry(max = 1)]
impl<T> Client<&[T]> {
    #[idempotent]
    async fn get_slice(&self) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }
}

#[retry(max = 1)]
impl<T> Client<T> {
    #[idempotent]
    async fn list(&self) -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }
}

#[test]
fn a_generic_function_has_one_name_for_all_types() {
    let name = names(Client(1).get("a"));
    assert_eq!(name.len(), 1);
    assert!(name.first().unwrap().starts_with("observe::names::Client<"));
    assert_eq!(name, names(Client("b").get(2)));
    assert_name!(Client(1).list(), "observe::names::Client::list");
    assert_name!(Client("b").list(), "observe::names::Client::list");
    let slice = names(Client(&[1][..]).get_slice());
    assert!(slice.first().unwrap().contains("get_slice"), "{slice:?}");
}

#[tokio::test]
async fn the_function_is_the_innermost_one() {
    #[retry(max = 1)]
    async fn inner() -> Result<u32, Fault> {
        Err(Fault::TRANSIENT)
    }
    std::thread::spawn(|| {
        let name = names(inner());
        assert!(name.first().unwrap().ends_with("::inner"), "{name:?}");
    })
    .join()
    .unwrap();
}

/// Knows how often it is asked for its name.
struct Shard {
    label: &'static str,
    asked: Cell<u32>,
    budget: Budget,
    failures: Cell<u32>,
    /// Keeps its futures on one thread.
    _here: Rc<()>,
}

impl Shard {
    fn new(label: &'static str, failures: u32) -> Self {
        Self {
            label,
            asked: Cell::new(0),
            budget: Budget::standard(),
            failures: Cell::new(failures),
            _here: Rc::new(()),
        }
    }

    fn label(&self) -> &'static str {
        self.asked.set(self.asked.get() + 1);
        self.label
    }

    fn call(&self) -> Result<u32, Fault> {
        match self.failures.get().checked_sub(1) {
            None => Ok(1),
            Some(left) => {
                self.failures.set(left);
                Err(Fault::TRANSIENT)
            }
        }
    }

    #[retry(max = 1, name = self.label())]
    async fn get(&self) -> Result<u32, Fault> {
        self.call()
    }

    #[retry(max = one(), name = self.label(), budget = &self.budget)]
    async fn get_paid(&mut self) -> Result<u32, Fault> {
        self.call()
    }

    #[retry(max = 1, name = self.label(), backoff = none)]
    fn get_sync(&self) -> Result<u32, Fault> {
        self.call()
    }

    #[retry(max = 1, name = self.label(), hedge = 60s)]
    async fn get_hedged(&self) -> Result<u32, Fault> {
        self.call()
    }

    #[retry(max = 1, name = label)]
    async fn get_by(&self, label: &'static str) -> Result<u32, Fault> {
        self.call()
    }
}

#[test]
fn an_expression_may_say_the_name() {
    assert_name!(Shard::new("shard 7", 2).get(), "shard 7");
    assert_name!(Shard::new("shard 7", 1).get(), "shard 7");
    assert_name!(Shard::new("shard 8", 2).get_paid(), "shard 8");
    assert_name!(Shard::new("shard 8", 1).get_paid(), "shard 8");
    assert_name!(async { Shard::new("shard 9", 2).get_sync() }, "shard 9");
    assert_name!(Shard::new("shard 9", 2).get_hedged(), "shard 9");
    assert_name!(Shard::new("shard 9", 1).get_hedged(), "shard 9");
    assert_name!(Shard::new("", 1).get_by("by argument"), "by argument");
}

#[test]
fn it_is_asked_for_only_where_something_is_told() {
    let shard = Shard::new("shard 7", 0);
    let (outcome, _) = seen(shard.get());
    assert!(outcome.is_ok());
    assert_eq!(shard.asked.get(), 0);
}

/// The future of a call whose name is asked for goes to other threads.
#[test]
fn a_call_that_is_named_so_is_send() {
    struct Label(&'static str);
    #[retry(name = label.0, budget = none)]
    async fn get(label: &Label) -> Result<u32, Fault> {
        Err(Fault::PERMANENT)
    }
    #[retry(name = label.0, hedge = 1s)]
    async fn get_hedged(label: &Label) -> Result<u32, Fault> {
        Err(Fault::PERMANENT)
    }
    fn is_send(_: impl Send) {}
    is_send(get(&Label("")));
    is_send(get_hedged(&Label("")));
}

#[retry(spans, max = 1, name = shard.label())]
async fn in_spans(shard: &Shard) -> Result<u32, Fault> {
    tracing::info!(target: "body", "here");
    shard.call()
}

#[test]
fn spans_have_the_name_too() {
    let (_, seen) = seen(in_spans(&Shard::new("shard 7", 0)));
    assert_eq!(
        seen.events,
        ["[attempt function=\"shard 7\" attempt=1] INFO here"]
    );
}

#[test]
fn a_closure_is_called_by_the_line_that_runs_it() {
    let policy = Policy::DEFAULT.with_max(1);
    let line = line!() + 1;
    let call = policy.run(async |_| Err::<u32, _>(Fault::TRANSIENT));
    let here = format!("retry-runtime/tests/observe/names.rs:{line}");
    assert_name!(call.untimed(), here);
}
