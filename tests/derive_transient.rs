//! `#[derive(Transient)]`: what each word makes of a variant, and that the code
//! is quiet under every lint.

#![deny(warnings, clippy::pedantic)]
#![allow(dead_code, reason = "some fields only stand for what errors carry")]

use retry_runtime::{Elapsed, Transient, Verdict, retry};
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(3);

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

#[derive(Debug, Transient)]
enum Plain {
    #[transient]
    Unavailable,
    #[transient]
    Overloaded {
        node: u32,
    },
    #[transient(not_sent)]
    NoConnection(u32),
    #[transient(refused)]
    Refused,
    #[transient(permanent)]
    Forbidden,
    NotFound(String),
}

#[test]
fn each_word_is_its_verdict() {
    assert_eq!(Plain::Unavailable.verdict(), Verdict::transient());
    assert_eq!(
        Plain::Overloaded { node: 1 }.verdict(),
        Verdict::transient()
    );
    assert_eq!(Plain::NoConnection(1).verdict(), Verdict::not_sent());
    assert_eq!(Plain::Refused.verdict(), Verdict::refused());
    assert_eq!(Plain::Forbidden.verdict(), Verdict::permanent());
    assert_eq!(
        Plain::NotFound("ada".into()).verdict(),
        Verdict::permanent()
    );
}

#[derive(Debug, Transient)]
enum Waits {
    #[transient(after = wait)]
    Named { code: u32, wait: Duration },
    #[transient(after = 1)]
    Counted(u32, Option<Duration>),
    #[transient(refused, after = wait)]
    Refused { wait: Option<Duration> },
    #[transient(after = 0, not_sent)]
    NotSent(Duration),
    #[transient]
    #[transient(after = r#type)]
    Raw { r#type: Duration },
}

#[test]
fn a_field_is_the_wait() {
    let after = |verdict: Verdict| verdict.with_pushback(WAIT);
    let named = Waits::Named {
        code: 1,
        wait: WAIT,
    };
    assert_eq!(named.verdict(), after(Verdict::transient()));
    assert_eq!(
        Waits::Counted(1, Some(WAIT)).verdict(),
        after(Verdict::transient())
    );
    assert_eq!(Waits::Counted(1, None).verdict(), Verdict::transient());
    let refused = Waits::Refused { wait: Some(WAIT) };
    assert_eq!(refused.verdict(), after(Verdict::refused()));
    assert_eq!(Waits::Refused { wait: None }.verdict(), Verdict::refused());
    assert_eq!(Waits::NotSent(WAIT).verdict(), after(Verdict::not_sent()));
    assert_eq!(
        Waits::Raw { r#type: WAIT }.verdict(),
        after(Verdict::transient())
    );
}

#[derive(Debug, Transient)]
enum Forwards {
    #[transient(forward)]
    Io(io::Error),
    #[transient(forward)]
    Named { source: Arc<io::Error> },
    #[transient(forward)]
    Boxed(Box<dyn Error + Send + Sync>),
    #[transient(forward = source)]
    Told { path: String, source: io::Error },
    #[transient(forward = 1)]
    Counted(u32, Waits),
}

#[test]
fn a_field_is_asked() {
    assert_eq!(Forwards::Io(reset()).verdict(), Verdict::transient());
    let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    let named = Forwards::Named {
        source: Arc::new(refused),
    };
    assert_eq!(named.verdict(), Verdict::not_sent());
    assert_eq!(
        Forwards::Boxed(reset().into()).verdict(),
        Verdict::transient()
    );
    assert_eq!(
        Forwards::Boxed("a text".into()).verdict(),
        Verdict::permanent()
    );
    let told = Forwards::Told {
        path: "/".into(),
        source: reset(),
    };
    assert_eq!(told.verdict(), Verdict::transient());
    let counted = Forwards::Counted(1, Waits::NotSent(WAIT));
    assert_eq!(counted.verdict(), Verdict::not_sent().with_pushback(WAIT));
}

#[derive(Debug, Transient)]
#[transient]
struct Unit;

#[derive(Debug, Transient)]
#[transient(refused, after = retry_after)]
struct Busy {
    retry_after: Option<Duration>,
}

#[derive(Debug, Transient)]
#[transient(forward)]
struct Wrapped(io::Error);

#[derive(Debug, Transient)]
#[transient(permanent)]
struct Fatal;

#[test]
fn a_struct_says_it_itself() {
    assert_eq!(Unit.verdict(), Verdict::transient());
    let busy = Busy {
        retry_after: Some(WAIT),
    };
    assert_eq!(busy.verdict(), Verdict::refused().with_pushback(WAIT));
    assert_eq!(Wrapped(reset()).verdict(), Verdict::transient());
    assert_eq!(Fatal.verdict(), Verdict::permanent());
}

#[derive(Debug, Transient)]
enum OfTheService {
    #[transient(permanent, against)]
    Failed,
    #[transient(against = true, permanent)]
    Broken(u32),
    #[transient(permanent)]
    NotFound,
    #[transient(against = false)]
    Conflict,
    #[transient(not_sent, against = false)]
    NoPort,
    #[transient(overloaded)]
    Busy,
    #[transient(permanent, overloaded)]
    Quota,
    #[transient(overloaded, permanent, against = false)]
    OwnQuota,
    #[transient(refused, overloaded, after = 0)]
    Later(Option<Duration>),
}

#[test]
fn a_variant_says_whether_it_speaks_against_the_service() {
    use OfTheService::*;

    let against = Verdict::permanent().against_service(true);
    for (error, verdict) in [
        (Failed, against),
        (Broken(1), against),
        (NotFound, Verdict::permanent()),
        (Conflict, Verdict::transient().against_service(false)),
        (NoPort, Verdict::not_sent().against_service(false)),
        (Busy, Verdict::transient().overloaded()),
        (Quota, Verdict::permanent().overloaded()),
        (
            OwnQuota,
            Verdict::permanent().overloaded().against_service(false),
        ),
        (Later(None), Verdict::refused().overloaded()),
        (Later(Some(WAIT)), Verdict::refused().with_pushback(WAIT)),
    ] {
        assert_eq!(error.verdict(), verdict, "{error:?}");
    }
}

#[derive(Debug, Transient)]
#[transient(permanent, against)]
struct Corrupt;

#[test]
fn a_struct_says_it_too() {
    let verdict = Verdict::permanent().against_service(true);
    assert_eq!(Corrupt.verdict(), verdict);
}

/// Type parameters get a bound where their verdict is asked, and only there.
#[derive(Debug, Transient)]
enum Generic<'a, E, T, const N: usize>
where
    T: Copy,
{
    #[transient(forward)]
    Inner(Box<E>),
    #[transient]
    Kept([T; N]),
    Named(&'a str),
}

#[test]
fn generics_are_carried() {
    struct NotTransient;
    type Of<'a> = Generic<'a, io::Error, u8, 2>;
    assert_eq!(Of::Inner(Box::new(reset())).verdict(), Verdict::transient());
    assert_eq!(Of::Kept([1, 2]).verdict(), Verdict::transient());
    assert_eq!(Of::Named("ada").verdict(), Verdict::permanent());
    let copy: Generic<'_, io::Error, &NotTransient, 1> = Generic::Kept([&NotTransient]);
    assert!(copy.verdict().is_retryable());
}

/// No value, so nothing to say.
#[derive(Transient)]
enum Never {}

#[test]
fn an_enum_without_variants_is_transient_all_the_same() {
    fn verdict_of<E: Transient>(error: Option<&E>) -> Option<Verdict> {
        error.map(Transient::verdict)
    }
    assert_eq!(verdict_of::<Never>(None), None);
}

mod reexported {
    pub mod deep {
        pub use retry_runtime as runtime;
    }
}

#[derive(Transient)]
#[transient(crate = reexported::deep::runtime, forward)]
struct Elsewhere(io::Error);

#[derive(Transient)]
#[transient(crate = crate::reexported::deep::runtime)]
enum ElsewhereToo {
    #[transient(after = 0)]
    Busy(Duration),
}

#[test]
fn the_runtime_may_live_elsewhere() {
    assert!(Elsewhere(reset()).verdict().is_retryable());
    assert_eq!(ElsewhereToo::Busy(WAIT).verdict().pushback(), Some(WAIT));
}

/// Names that the generated code could trip over.
mod shadows {
    #![no_implicit_prelude]
    #![allow(dead_code, reason = "they stand in the way, no more")]

    struct Verdict;
    struct Duration;
    enum Option {
        None,
        Some,
    }
    fn field() {}

    #[derive(::retry_runtime::Transient)]
    pub(super) enum Shadowed {
        #[transient(after = field)]
        Busy { field: ::std::time::Duration },
        #[transient(forward)]
        Io(::std::io::Error),
        #[transient]
        None,
    }
}

#[test]
fn names_of_the_users_do_not_matter() {
    use shadows::Shadowed;
    assert_eq!(
        Shadowed::Busy { field: WAIT }.verdict().pushback(),
        Some(WAIT)
    );
    assert!(Shadowed::Io(reset()).verdict().is_retryable());
    assert!(Shadowed::None.verdict().is_retryable());
}

#[derive(Debug, thiserror::Error, Transient)]
enum StoreError {
    #[error("the connection failed")]
    #[transient(forward)]
    Io(#[from] io::Error),
    #[error("too slow")]
    #[transient]
    TimedOut(#[from] Elapsed),
    #[error("no record {0}")]
    NotFound(u32),
    #[error(transparent)]
    #[transient(forward)]
    Other(#[from] Box<dyn Error + Send + Sync>),
}

#[retry(timeout = 1s, backoff = none, attempt = at)]
async fn read(id: u32, fails: bool) -> Result<u32, StoreError> {
    match (at.number(), id) {
        (1, _) if fails => Err(reset())?,
        (2, _) if fails => std::future::pending().await,
        (3, _) if fails => Err(Box::<dyn Error + Send + Sync>::from(reset()))?,
        (_, 0) => Err(StoreError::NotFound(0)),
        (number, _) => Ok(number),
    }
}

#[tokio::test(start_paused = true)]
async fn thiserrors_attributes_stand_beside_it() {
    assert_eq!(read(7, true).await.expect("the fourth attempt succeeds"), 4);
    assert_eq!(read(7, false).await.expect("the first attempt succeeds"), 1);
    let error = read(0, false).await.expect_err("there is no record 0");
    assert_eq!(error.to_string(), "no record 0");
}
