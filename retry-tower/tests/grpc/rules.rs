//! Which methods are retried, on whose word.

use super::support::{METHODS, MS, Server, Step, call, config, layer, request, send};
use http::Request;
use retry_runtime::Budget;
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use retry_tower::{Idempotent, NoRetry};
use std::sync::Arc;
use tower::Layer;

/// How many requests a call makes whose first attempt fails so.
async fn requests(layer: &RetryLayer, method: &str, fails: Step) -> usize {
    let server = Server::new([fails]);
    let _ = send(&layer.layer(server.clone()), request(method)).await;
    server.requests()
}

const DOWN: Step = Step::Fails(14);

#[tokio::test(start_paused = true)]
async fn a_wildcard_covers_what_is_declared() {
    for name in ["{}", r#"{ "service": "users.v1.Users" }"#] {
        let bare = RetryLayer::from_service_config(&config(name, "")).unwrap();
        assert_eq!(requests(&bare, "Get", DOWN).await, 1, "nothing is declared");
        let layer = bare.clone().methods(METHODS);
        assert_eq!(requests(&layer, "Get", DOWN).await, 2);
        assert_eq!(requests(&layer, "Create", DOWN).await, 1);
        assert_eq!(requests(&bare, "Get", DOWN).await, 1, "it is another layer");
        let trusting = layer.trust_wildcards();
        assert_eq!(requests(&trusting, "Create", DOWN).await, 2);
    }
    let other = config(r#"{ "service": "users.v1.Others" }"#, "");
    let layer = RetryLayer::from_service_config(&other).unwrap();
    assert_eq!(requests(&layer.methods(METHODS), "Get", DOWN).await, 1);
}

/// As often and as fast as the policy says.
#[tokio::test(start_paused = true)]
async fn what_is_not_declared_is_retried_where_it_was_not_executed() {
    let server = Server::new([Step::Refused; 3]);
    let client = layer("").layer(server.clone());
    send(&client, request("Create")).await.unwrap();
    assert!(server.elapsed() >= 160 * MS);
    assert_eq!(server.requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_exact_name_is_the_operators_word() {
    let name = r#"{ "service": "users.v1.Users", "method": "Create" }"#;
    let layer = RetryLayer::from_service_config(&config(name, "")).unwrap();
    let layer = layer.methods(METHODS);
    assert_eq!(requests(&layer, "Create", DOWN).await, 2);
    assert_eq!(requests(&layer, "Get", DOWN).await, 1);
}

#[tokio::test(start_paused = true)]
async fn said_twice_the_weaker_word_holds() {
    let level = |idempotency| [Method::new("/users.v1.Users/Get", idempotency)];
    let weaker = layer("").methods(&level(Idempotency::Undeclared));
    assert_eq!(requests(&weaker, "Get", DOWN).await, 1);
    let again = weaker.methods(&level(Idempotency::Idempotent));
    assert_eq!(requests(&again, "Get", DOWN).await, 1);
    let same = layer("").methods(&level(Idempotency::Idempotent));
    assert_eq!(requests(&same, "Get", DOWN).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_can_be_declared_and_taken_out() {
    let server = Server::new([]);
    let client = layer("").layer(server.clone());
    let mut declared = request("Create");
    declared.extensions_mut().insert(Idempotent);
    server.then([DOWN]);
    send(&client, declared).await.unwrap();
    assert_eq!(server.requests(), 2);
    let mut out = request("Get");
    out.extensions_mut().insert(NoRetry);
    server.then([DOWN]);
    send(&client, out).await.unwrap_err();
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_proxys_path_before_it_does_not_matter() {
    let server = Server::new([DOWN]);
    let client = layer("").layer(server.clone());
    let (mut parts, body) = request("Get").into_parts();
    parts.uri = "http://proxy/some/where/users.v1.Users/Get"
        .parse()
        .unwrap();
    send(&client, Request::from_parts(parts, body))
        .await
        .unwrap();
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_push_back_is_kept_to() {
    let layer = layer("");
    let server = Server::new([Step::Pushes(14, &["2500"])]);
    call(&layer, &server).await.unwrap();
    assert_eq!(server.seen()[1].at, 2500 * MS);
    for stop in [&["-1"][..], &["soon"], &["10", "20"]] {
        let server = Server::new([Step::Pushes(14, stop)]);
        call(&layer, &server).await.unwrap_err();
        assert_eq!(server.requests(), 1, "{stop:?}");
    }
}

/// The retries that three calls make of which every attempt fails.
async fn retries(client: &retry_tower::grpc::Retry<Server>, server: &Server) -> [usize; 3] {
    let mut retries = [0; 3];
    for retries in &mut retries {
        server.then([DOWN; 4]);
        send(client, request("Get")).await.unwrap_err();
        *retries = server.requests() - 1;
    }
    retries
}

#[tokio::test(start_paused = true)]
async fn a_config_is_replaced_while_running_and_brings_its_own_throttle() {
    let throttled = config("{}", "").replace(
        "}] }",
        r#"}], "retryThrottling": { "maxTokens": 3, "tokenRatio": 0.1 } }"#,
    );
    let server = Server::new([]);
    let layer = layer("");
    let clients = [(); 2].map(|()| layer.layer(server.clone()));
    assert_eq!(retries(&clients[0], &server).await[0], 3);
    assert!(layer.replace_service_config("{ nonsense").is_err());
    assert_eq!(retries(&clients[1], &server).await[0], 3);
    layer.replace_service_config(&throttled).unwrap();
    for client in &clients {
        // 3, 2: a retry; 1: none.
        assert_eq!(retries(client, &server).await, [1, 0, 0]);
        assert_eq!(retries(&client.clone(), &server).await, [0; 3]);
    }
    layer.replace_service_config("{}").unwrap();
    assert_eq!(retries(&clients[0], &server).await, [0; 3]);
    layer.replace_service_config(&config("{}", "")).unwrap();
    assert_eq!(retries(&clients[0], &server).await[0], 3);
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_is_given_pays_for_all_services() {
    let budget = Arc::new(Budget::standard().reserve(2));
    let layer = layer("").budget(Arc::clone(&budget));
    let server = Server::new([]);
    let clients = [(); 2].map(|()| layer.layer(server.clone()));
    // Before any success it pays for the retries of three calls.
    assert_eq!(retries(&clients[0], &server).await, [3; 3]);
    assert_eq!(retries(&clients[1], &server).await, [0; 3]);
    assert!(budget.level() < 1.0);
}
