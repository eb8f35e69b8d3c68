//! Which methods are retried, on whose word.

use crate::support::{
    METHODS, Scripted, channel, client, config, dead_port, hedging, layer, msg, serve, serve_at,
};
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use retry_tower::{Idempotent, NoRetry};
use tests_grpc::lab::lab_client::LabClient;
use tonic::Request;
use tower::Layer;

#[test]
fn the_table_has_what_the_protos_say() {
    let level = |name: &str| {
        METHODS
            .iter()
            .find(|method| method.name() == name)
            .unwrap()
            .idempotency()
    };
    assert_eq!(level("lab.v1.Lab/Get"), Idempotency::Safe);
    assert_eq!(level("lab.v1.Lab/Up"), Idempotency::Idempotent);
    assert_eq!(level("lab.v1.Lab/Put"), Idempotency::Undeclared);
    assert_eq!(METHODS.len(), 5);
}

#[tokio::test]
async fn a_wildcard_covers_only_methods_that_are_declared() {
    for names in ["{}", r#"{ "service": "lab.v1.Lab" }"#] {
        let config = config("").replace("[{}]", &format!("[{names}]"));
        let server = Scripted::new(&["code 14"]);
        let running = serve(&server).await;
        client(running.port, &config).get(msg(1)).await.unwrap();
        assert_eq!(server.calls(), 2);
        server.then(&["code 14"]);
        client(running.port, &config).put(msg(1)).await.unwrap_err();
        assert_eq!(server.calls(), 3, "nobody says that Put may run twice");
    }
}

#[tokio::test]
async fn what_is_not_declared_is_sent_again_where_it_was_not_executed() {
    let port = dead_port();
    let mut client = client(port, &config("").replace("0.02s", "0.3s"));
    let call = tokio::spawn(async move { client.put(msg(7)).await });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let server = Scripted::new(&[]);
    let _running = serve_at(&server, port).await;
    assert_eq!(call.await.unwrap().unwrap().into_inner(), msg(7));
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn without_a_table_nothing_is_declared() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let layer = RetryLayer::from_service_config(&config("")).unwrap();
    LabClient::new(layer.layer(channel(running.port)))
        .get(msg(1))
        .await
        .unwrap_err();
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn what_is_not_declared_is_never_hedged() {
    let server = Scripted::new(&["slow 200", "ok"]);
    let running = serve(&server).await;
    let mut client = client(running.port, &hedging("0.02s", 3));
    client.put(msg(1)).await.unwrap();
    assert_eq!(server.calls(), 1);
    server.then(&["slow 200", "ok"]);
    client.get(msg(1)).await.unwrap();
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn an_exact_name_is_the_operators_word() {
    let config = config("").replace("[{}]", r#"[{ "service": "lab.v1.Lab", "method": "Put" }]"#);
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    client(running.port, &config).put(msg(1)).await.unwrap();
    assert_eq!(server.calls(), 2);
    // And no other method has a policy then.
    server.then(&["code 14"]);
    client(running.port, &config).get(msg(1)).await.unwrap_err();
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn wildcards_can_be_trusted() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let layer = layer(&config("")).trust_wildcards();
    LabClient::new(layer.layer(channel(running.port)))
        .put(msg(1))
        .await
        .unwrap();
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn an_extension_opts_a_call_in_or_out() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let mut client = client(running.port, &config(""));
    let mut request = Request::new(msg(1));
    request.extensions_mut().insert(Idempotent);
    client.put(request).await.unwrap();
    assert_eq!(server.calls(), 2);
    server.then(&["code 14"]);
    let mut request = Request::new(msg(1));
    request.extensions_mut().insert(NoRetry);
    client.get(request).await.unwrap_err();
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn said_twice_the_weaker_word_holds() {
    let server = Scripted::new(&["code 14"]);
    let running = serve(&server).await;
    let weaker = [Method::new("/lab.v1.Lab/Get", Idempotency::Undeclared)];
    let layer = layer(&config("")).methods(&weaker);
    LabClient::new(layer.layer(channel(running.port)))
        .get(msg(1))
        .await
        .unwrap_err();
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn the_config_is_replaced_while_running_and_calls_in_flight_keep_theirs() {
    let server = Scripted::new(&["slow 150 14"]);
    let running = serve(&server).await;
    let layer = layer(&config(""));
    let client = LabClient::new(layer.layer(channel(running.port)));
    let mut in_flight = client.clone();
    let in_flight = tokio::spawn(async move { in_flight.get(msg(1)).await });
    crate::support::eventually("the call does not arrive", || server.calls() == 1).await;
    let error = layer.replace_service_config("{ nonsense").unwrap_err();
    assert!(error.to_string().contains("JSON"), "{error}");
    layer.replace_service_config("{}").unwrap();
    in_flight.await.unwrap().unwrap();
    server.then(&["code 14"]);
    client.clone().get(msg(1)).await.unwrap_err();
    layer.replace_service_config(&config("")).unwrap();
    server.then(&["code 14"]);
    client.clone().get(msg(1)).await.unwrap();
}

/// Three tokens leave one retry, to all clones of a service together.
#[tokio::test]
async fn a_config_that_is_replaced_brings_one_throttle_for_each_service() {
    let throttled = |tokens: u32| {
        let throttling =
            format!(r#"], "retryThrottling": {{ "maxTokens": {tokens}, "tokenRatio": 0.1 }} }}"#);
        config("").replace("] }", &throttling)
    };
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let layer = layer(&throttled(100));
    let services = [(); 2].map(|()| LabClient::new(layer.layer(channel(running.port))));
    let attempts = async |client: &crate::support::Client| {
        let before = server.calls();
        server.then(&["code 14"; 4]);
        client.clone().get(msg(1)).await.unwrap_err();
        server.calls() - before
    };
    assert_eq!(attempts(&services[0]).await, 4);
    layer.replace_service_config(&throttled(3)).unwrap();
    for service in &services {
        // 3, 2: a retry; 1: none, of a clone neither.
        assert_eq!(attempts(service).await, 2);
        assert_eq!(attempts(&service.clone()).await, 1);
    }
}

#[test]
fn a_bad_config_is_an_error_that_names_its_field() {
    let bad = config("").replace("\"maxAttempts\": 4", "\"maxAttempts\": 1");
    let error = RetryLayer::from_service_config(&bad).unwrap_err();
    assert_eq!(error.field(), "methodConfig[0].retryPolicy.maxAttempts");
}
