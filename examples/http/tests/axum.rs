//! The client against a server that fails as it is told.

use example_http::server::Failure::{HalfAnAnswer, Nonsense, Reset, Slow, Status};
use example_http::server::{Failure, Server};
use example_http::{Shop, ShopError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, StatusCode};
use std::iter;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

fn status(code: u16, retry_after: &str) -> Failure {
    Status(StatusCode::from_u16(code).unwrap(), retry_after.to_owned())
}

/// No attempt is cut, however long the machine stalls: requests can be counted.
const PATIENT: Duration = Duration::from_secs(15);

async fn shop(script: impl IntoIterator<Item = Failure>) -> (Server, Shop) {
    let (server, shop) = hasty_shop(script).await;
    (server, shop.attempt_timeout(PATIENT))
}

/// For a server that is too slow. A machine that stalls is too slow as well.
async fn hasty_shop(script: impl IntoIterator<Item = Failure>) -> (Server, Shop) {
    let server = Server::start(script).await.unwrap();
    let shop = Shop::new(server.url()).unwrap();
    (server, shop)
}

fn keys(server: &Server) -> Vec<String> {
    let seen = server.seen().into_iter();
    seen.map(|seen| seen.key.unwrap()).collect()
}

#[tokio::test]
async fn retry_after_in_seconds_is_waited_for() {
    let (server, shop) = shop([status(503, "1")]).await;
    assert_eq!(shop.price("teapot").await.unwrap(), 250);
    let seen = server.seen();
    let gap = seen[1].at.duration_since(seen[0].at).unwrap();
    assert!(gap >= Duration::from_secs(1), "{gap:?}");
}

#[tokio::test]
async fn retry_after_as_a_date_is_waited_for() {
    // A date has no fractions: this one is more than a second ahead.
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let (server, shop) = shop([status(429, &date)]).await;
    assert_eq!(shop.price("teapot").await.unwrap(), 250);
    assert!(server.seen()[1].at >= httpdate::parse_http_date(&date).unwrap());
}

#[tokio::test]
async fn a_server_cannot_park_its_clients() {
    let (server, shop) = shop([status(503, "3600")]).await;
    let error = shop.price("teapot").await.unwrap_err();
    assert!(
        matches!(error, ShopError::Status(ref error) if error.status() == 503),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_may_go_better_is_tried_again() {
    for failure in [
        Reset,
        HalfAnAnswer,
        status(429, ""),
        status(502, "soon"),
        status(500, ""),
    ] {
        let (server, shop) = shop([failure.clone()]).await;
        assert_eq!(shop.price("teapot").await.unwrap(), 250, "{failure:?}");
        // A connection that was reset has left no request.
        let requests = if matches!(failure, Reset) { 1 } else { 2 };
        assert_eq!(server.seen().len(), requests, "{failure:?}");
    }
}

#[tokio::test]
async fn an_attempt_that_is_too_slow_is_cut_and_tried_again() {
    let (server, shop) = hasty_shop([Slow(Duration::from_secs(60))]).await;
    assert_eq!(shop.price("teapot").await.unwrap(), 250);
    assert!(server.seen().len() >= 2, "{:?}", server.seen());
}

#[tokio::test]
async fn what_would_fail_again_is_not() {
    for failure in [status(404, ""), status(400, "1"), status(501, ""), Nonsense] {
        let (server, shop) = shop([failure.clone()]).await;
        assert!(shop.price("teapot").await.is_err(), "{failure:?}");
        assert_eq!(server.seen().len(), 1, "{failure:?}");
    }
}

#[tokio::test]
async fn retries_end_with_the_last_answer() {
    let (server, shop) = shop([
        status(502, ""),
        status(503, ""),
        status(502, ""),
        status(429, ""),
    ])
    .await;
    let error = shop.price("teapot").await.unwrap_err();
    assert!(
        matches!(error, ShopError::Status(ref error) if error.status() == 429),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn an_order_exists_once() {
    let (server, shop) = shop([Reset, HalfAnAnswer, status(503, "")]).await;
    assert_eq!(shop.order("teapot").await.unwrap(), 1);
    assert_eq!(server.orders(), 1);

    let first = keys(&server);
    assert_eq!(first.len(), 3);
    assert!(first.iter().all(|key| *key == first[0]), "{first:?}");

    assert_eq!(
        shop.order("teapot").await.unwrap(),
        2,
        "another call is another order"
    );
    assert_ne!(keys(&server)[3], first[0]);
}

#[tokio::test]
async fn an_order_whose_answer_comes_too_late_exists_once() {
    let (server, shop) = hasty_shop([Slow(Duration::from_secs(60))]).await;
    assert_eq!(shop.order("teapot").await.unwrap(), 1);
    assert_eq!(server.orders(), 1);
    let keys = keys(&server);
    assert!(keys.len() >= 2, "{keys:?}");
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[tokio::test]
async fn a_500_may_have_ordered_half_of_it() {
    let (server, shop) = shop([status(500, "")]).await;
    assert!(shop.order("teapot").await.is_err());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn without_a_key_nothing_is_ordered_in_doubt() {
    for failure in [HalfAnAnswer, status(503, "1")] {
        let (server, shop) = shop([failure.clone()]).await;
        assert!(
            shop.order_without_key("teapot").await.is_err(),
            "{failure:?}"
        );
        assert_eq!(server.seen().len(), 1, "{failure:?}");
    }
}

#[tokio::test]
async fn without_a_key_what_is_too_slow_is_not_ordered_again() {
    let (server, shop) = hasty_shop([Slow(Duration::from_secs(60))]).await;
    let error = shop.order_without_key("teapot").await.unwrap_err();
    assert!(matches!(error, ShopError::TooSlow(_)), "{error:?}");
    // None, if it was the machine that was too slow.
    assert!(server.seen().len() <= 1, "{:?}", server.seen());
}

/// Finds no address the first time.
struct LateNames(AtomicU32);

impl Resolve for LateNames {
    fn resolve(&self, _: Name) -> Resolving {
        let found = self.0.fetch_add(1, Relaxed) > 0;
        Box::pin(async move {
            if !found {
                return Err("the name server is not up yet".into());
            }
            // The port is that of the URL.
            let address = SocketAddr::from(([127, 0, 0, 1], 0));
            Ok(Box::new(iter::once(address)) as Addrs)
        })
    }
}

#[tokio::test]
async fn without_a_key_what_was_not_sent_is_tried_again() {
    let server = Server::start([]).await.unwrap();
    let url = server.url().replace("127.0.0.1", "shop.internal");
    let names = Arc::new(LateNames(AtomicU32::new(0)));
    let client = Client::builder().no_proxy().dns_resolver(names);
    let shop = Shop::with(client, url).unwrap();
    let shop = shop.attempt_timeout(PATIENT);
    assert_eq!(shop.order_without_key("teapot").await.unwrap(), 1);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn the_last_known_price_stands_in() {
    let (server, shop) = shop([]).await;
    assert!(shop.price("teapot").await.is_ok());
    drop(server);
    assert_eq!(shop.price_or_last("teapot").await.unwrap(), 250);
    assert!(
        shop.price_or_last("kettle").await.is_err(),
        "its price was never known"
    );
}
