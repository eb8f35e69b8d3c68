use super::*;
use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// A type that the library does not know.
#[derive(Debug)]
struct Unknown(Option<Box<dyn Error + Send + Sync>>);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("of an unknown type")
    }
}

impl Error for Unknown {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_deref().map(|source| source as _)
    }
}

fn around(error: impl Error + Send + Sync + 'static) -> Unknown {
    Unknown(Some(Box::new(error)))
}

fn io(kind: io::ErrorKind) -> io::Error {
    kind.into()
}

#[test]
fn boxes_of_every_kind_ask_what_is_inside() {
    let refused = || io(io::ErrorKind::ConnectionRefused);
    assert_eq!(
        (Box::new(refused()) as Box<dyn Error>).verdict(),
        Verdict::not_sent()
    );
    assert_eq!(
        (Box::new(refused()) as Box<dyn Error + Send>).verdict(),
        Verdict::not_sent()
    );
    assert_eq!(
        (Box::new(refused()) as Box<dyn Error + Send + Sync>).verdict(),
        Verdict::not_sent()
    );
}

#[test]
fn the_first_known_error_decides_however_deep() {
    let deep = around(around(io(io::ErrorKind::ConnectionReset)));
    assert_eq!(judge(&deep), Verdict::transient());
    // The outer one is known and says no; what it wraps is not asked.
    let outer = io::Error::new(
        io::ErrorKind::InvalidData,
        io(io::ErrorKind::ConnectionReset),
    );
    assert_eq!(judge(&around(outer)), Verdict::permanent());
}

#[test]
fn an_io_error_without_an_opinion_is_looked_into() {
    let reset = || io(io::ErrorKind::ConnectionReset);
    assert_eq!(judge(&io::Error::other(reset())), Verdict::transient());
    assert_eq!(
        judge(&io::Error::other(around(reset()))),
        Verdict::transient()
    );
    assert_eq!(
        judge(&io::Error::other("a mere text")),
        Verdict::permanent()
    );
    assert_eq!(judge(&io(io::ErrorKind::Other)), Verdict::permanent());
    // In a box or not, it is the same error.
    assert_eq!(io::Error::other(reset()).verdict(), Verdict::transient());
    let text = io::Error::other("a mere text");
    assert_eq!(text.verdict(), Verdict::permanent());
}

#[test]
fn what_the_runtime_itself_reports_is_known() {
    let slow = Elapsed::timeout(Duration::from_secs(1));
    let timed_out = Verdict::transient().timed_out();
    assert_eq!(judge(&around(slow)), timed_out);
    assert_eq!(judge(&io::Error::from(slow)), timed_out);
    assert_eq!(judge(&around(Rejected::new())), Verdict::permanent());
    assert_eq!(
        judge(&io::Error::from(Rejected::new())),
        Verdict::permanent()
    );
}

#[test]
fn pointers_are_looked_behind() {
    let reset = || io(io::ErrorKind::ConnectionReset);
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(reset());
    assert_eq!(judge(&around(Arc::new(reset()))), Verdict::transient());
    assert_eq!(judge(&around(Box::new(reset()))), Verdict::transient());
    assert_eq!(judge(&around(shared)), Verdict::transient());
    let erased: Arc<dyn Error + Send + Sync> = Arc::new(around(Arc::new(reset())));
    assert_eq!(judge(&erased), Verdict::transient());
    assert_eq!(judge(&Arc::new(Rejected::new())), Verdict::permanent());
}

#[test]
fn unknown_types_are_permanent() {
    assert_eq!(judge(&around(Unknown(None))), Verdict::permanent());
    let text: Box<dyn Error + Send + Sync> = "a mere text".into();
    assert_eq!(text.verdict(), Verdict::permanent());
}

#[cfg(feature = "tokio")]
#[tokio::test(start_paused = true)]
async fn a_timeout_of_tokios_is_transient() {
    let never = std::future::pending::<()>();
    let elapsed = tokio::time::timeout(Duration::from_secs(1), never)
        .await
        .unwrap_err();
    assert_eq!(judge(&around(elapsed)), Verdict::transient().timed_out());
}

#[test]
fn unknown_is_not_no() {
    assert_eq!(classify(&Unknown(None)), None);
    assert_eq!(classify(&io::Error::other("a mere text")), None);
    assert_eq!(
        classify(&around(io(io::ErrorKind::NotFound))),
        Some(Verdict::permanent())
    );
}

#[test]
fn a_proof_holds_along_known_types() {
    let refused = || io(io::ErrorKind::ConnectionRefused);
    let boxed: Box<dyn Error + Send + Sync> = refused().into();
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(refused());
    for (error, is_proven) in [
        (io::Error::other(refused()), true),
        (io::Error::other(io::Error::other(refused())), true),
        (io::Error::other(boxed), true),
        (io::Error::other(shared), true),
        (io::Error::other(Box::new(refused())), true),
        (io::Error::other(around(refused())), false),
        (io::Error::other(around(io::Error::other(refused()))), false),
    ] {
        let expected = if is_proven {
            Verdict::not_sent()
        } else {
            Verdict::transient()
        };
        assert_eq!(error.verdict(), expected, "{error:?}");
        assert_eq!(classify(&error), Some(expected), "{error:?}");
    }
    assert_eq!(judge(&around(refused())), Verdict::transient());
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(around(refused()));
    assert_eq!(judge(&shared), Verdict::transient());
}

/// An error that stands at the same address as the one it wraps.
#[test]
fn a_wrapper_of_one_field_is_a_wrapper() {
    #[derive(Debug)]
    #[repr(transparent)]
    struct Thin(io::Error);

    impl fmt::Display for Thin {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("after 2 tries")
        }
    }

    impl Error for Thin {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    let thin = Thin(io(io::ErrorKind::ConnectionRefused));
    assert_eq!(classify(&thin), Some(Verdict::transient()));
}

/// Finds it in each kind of report that is turned on, its proof kept where nothing of
/// an unknown type is around it.
#[allow(dead_code, reason = "where no integration is turned on")]
fn is_found<E: Error + Send + Sync + 'static>(error: E, verdict: Verdict) {
    let shared = Arc::new(error);
    let unproven = Some(verdict.unproven());
    assert_eq!(classify(&around(shared.clone())), unproven, "{shared:?}");
    assert_eq!(judge(&io::Error::other(shared.clone())), verdict);
    let boxed: Box<dyn Error + Send + Sync> = shared.clone().into();
    assert_eq!(boxed.verdict(), verdict);
    #[cfg(feature = "anyhow")]
    {
        let report = ::anyhow::Error::new(shared.clone()).context("asking");
        assert_eq!(report.verdict(), verdict);
    }
    #[cfg(feature = "eyre")]
    {
        let report = ::eyre::Report::new(shared.clone()).wrap_err("asking");
        assert_eq!(report.verdict(), verdict);
    }
    drop(boxed);
    let alone = Arc::into_inner(shared).unwrap();
    let boxed: Box<dyn Error> = Box::new(alone);
    assert_eq!(boxed.verdict(), verdict);
}

#[test]
fn what_is_turned_on_is_found_in_reports() {
    let reset = || io(io::ErrorKind::ConnectionReset);
    is_found(reset(), Verdict::transient());
    #[cfg(feature = "tower")]
    {
        let shed = ::tower::load_shed::error::Overloaded::new();
        is_found(shed, Verdict::not_sent().overloaded());
        let slow = ::tower::timeout::error::Elapsed::new();
        is_found(slow, Verdict::transient().timed_out());
    }
    #[cfg(feature = "redis")]
    is_found(::redis::RedisError::from(reset()), Verdict::transient());
    #[cfg(feature = "sqlx")]
    {
        is_found(::sqlx_core::Error::from(reset()), Verdict::transient());
        let slow = ::sqlx_core::Error::PoolTimedOut;
        is_found(slow, Verdict::not_sent().timed_out());
    }
    #[cfg(feature = "object_store")]
    is_found(
        ::object_store::Error::Generic {
            store: "mine",
            source: reset().into(),
        },
        Verdict::transient(),
    );
    #[cfg(feature = "ureq")]
    is_found(
        ::ureq::Error::StatusCode(503),
        Verdict::transient().overloaded(),
    );
    #[cfg(feature = "async-nats")]
    is_found(
        ::async_nats::RequestError::new(::async_nats::RequestErrorKind::NoResponders),
        Verdict::refused(),
    );
    #[cfg(feature = "aws")]
    is_found(
        ::aws_smithy_runtime_api::client::result::ConnectorError::io("lost".into()),
        Verdict::transient(),
    );
    #[cfg(feature = "tonic-0-13")]
    is_found(::tonic_0_13::Status::unavailable(""), Verdict::transient());
    #[cfg(feature = "mongodb")]
    is_found(::mongodb::error::Error::from(reset()), Verdict::transient());
    #[cfg(feature = "kube")]
    {
        is_found(
            ::kube_client::Error::ReadEvents(reset()),
            Verdict::transient(),
        );
        let busy = ::kube_client::core::Status::failure("", "").with_code(503);
        is_found(busy, Verdict::transient().overloaded());
    }
}

#[cfg(feature = "reqwest-0-12")]
#[tokio::test]
async fn what_reqwest_0_12_says_is_found_in_reports() {
    let http = ::reqwest_0_12::Client::builder()
        .no_proxy()
        .build()
        .unwrap();
    let unreached = http.get("http://127.0.0.1:1/").send().await.unwrap_err();
    is_found(unreached, Verdict::not_sent());
}

#[cfg(feature = "hyper-util")]
#[tokio::test]
async fn what_hyper_utils_client_says_is_found_in_reports() {
    use ::hyper_util::{client::legacy::Client, rt::TokioExecutor};

    let http = Client::builder(TokioExecutor::new()).build_http::<String>();
    let unreached = http.get("http://127.0.0.1:1/".parse().unwrap()).await;
    is_found(unreached.unwrap_err(), Verdict::not_sent());
}

#[cfg(feature = "tokio-postgres")]
#[tokio::test]
async fn what_postgres_says_is_found_in_reports() {
    let (client, server) = tokio::io::duplex(1);
    drop(server);
    let mut config = ::tokio_postgres::Config::new();
    config.user("tester");
    let lost = config.connect_raw(client, ::tokio_postgres::NoTls).await;
    is_found(lost.err().unwrap(), Verdict::transient());
}
