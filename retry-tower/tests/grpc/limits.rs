//! Time: of the config, and of the caller.

use super::support::{MS, Server, Step, layer, request, send};
use http::HeaderValue;
use std::time::Duration;
use tonic::Code;
use tower::Layer;

/// The time that each attempt has left, from the start of the call, in milliseconds.
async fn limits(more: &str, asked: Option<&'static str>) -> Vec<Option<Duration>> {
    let server = Server::new([Step::Fails(14), Step::Fails(14)]);
    let mut request = request("Get");
    if let Some(asked) = asked {
        let asked = HeaderValue::from_static(asked);
        request.headers_mut().insert("grpc-timeout", asked);
    }
    let client = layer(more).layer(server.clone());
    send(&client, request).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    for seen in &seen {
        let told = seen.headers.get("grpc-timeout");
        assert_eq!(told.is_some(), seen.left.is_some());
        // What the caller has asked for is told anew.
        assert!(asked.is_none_or(|asked| told.is_some_and(|told| told != asked)));
    }
    let left = seen.iter().map(|seen| seen.left.map(|left| seen.at + left));
    left.collect()
}

#[tokio::test(start_paused = true)]
async fn the_smaller_of_the_configs_and_the_callers_holds_for_all_attempts() {
    let config = r#", "timeout": "2s""#;
    for (more, asked, millis) in [
        ("", None, None),
        (config, None, Some(2000)),
        (config, Some("1500m"), Some(1500)),
        (config, Some("9S"), Some(2000)),
        ("", Some("1M"), Some(60_000)),
        ("", Some("1H"), Some(3_600_000)),
        ("", Some("900000u"), Some(900)),
    ] {
        let expected = millis.map(Duration::from_millis);
        assert_eq!(limits(more, asked).await, [expected; 3], "{more} {asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_ends_with_its_deadline() {
    let server = Server::new([Step::Fails(14), Step::Hangs]);
    let client = layer(r#", "timeout": "1s""#).layer(server.clone());
    let status = send(&client, request("Get")).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(status.message().contains("deadline of 1s"), "{status}");
    assert_eq!(server.elapsed(), 1000 * MS);
    assert_eq!(server.requests(), 2);
}
