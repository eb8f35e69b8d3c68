//! Against a server on loopback that fails, dies and comes back.

mod server;

use example_thrift::{CallError, User, UserClient};
use retry_runtime::{Transient, Verdict};
use server::{Flaw, Server};
use std::time::Duration;
use tokio::time::sleep;
use volo_thrift::ClientError;

fn grace() -> User {
    User {
        id: 7,
        name: "Grace".into(),
    }
}

#[tokio::test]
async fn a_server_that_dies_and_comes_back_is_found_again() {
    let mut server = Server::start();
    let users = UserClient::new(server.address());
    assert_eq!(users.get(7).await.unwrap(), grace());
    server.kill().await;
    let restart = async {
        sleep(Duration::from_millis(50)).await;
        server.restart();
    };
    let (user, ()) = tokio::join!(users.get(7), restart);
    assert_eq!(user.unwrap(), grace());
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn a_connection_that_breaks_is_replaced() {
    let server = Server::start();
    server.fail(Flaw::HangUp, 2);
    let users = UserClient::new(server.address());
    assert_eq!(users.get(7).await.unwrap(), grace());
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_cut() {
    let server = Server::start();
    server.fail(Flaw::Stall, 1);
    let users = UserClient::new(server.address());
    assert_eq!(users.get(7).await.unwrap(), grace());
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn an_exception_is_not_retried() {
    let server = Server::start();
    let error = UserClient::new(server.address()).get(8).await.unwrap_err();
    assert!(matches!(error, CallError::NoSuchUser(8)), "{error:?}");
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn an_error_of_the_server_is_not_retried() {
    let server = Server::start();
    server.fail(Flaw::Error, 1);
    let error = UserClient::new(server.address()).get(7).await.unwrap_err();
    let answered = matches!(&error, CallError::Rpc(ClientError::Application(_)));
    assert!(answered, "{error:?}");
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn what_may_have_been_created_is_not_created_again() {
    let server = Server::start();
    server.fail(Flaw::HangUp, 1);
    let users = UserClient::new(server.address());
    let error = users.create("Ada").await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn what_was_never_sent_is_created_later() {
    let mut server = Server::start();
    server.kill().await;
    let users = UserClient::new(server.address());
    let restart = async {
        sleep(Duration::from_millis(50)).await;
        server.restart();
    };
    let (user, ()) = tokio::join!(users.create("Ada"), restart);
    assert_eq!(user.unwrap().name, "Ada");
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn nobody_there_is_an_error_in_the_end() {
    let mut server = Server::start();
    server.kill().await;
    let users = UserClient::new(server.address());
    let error = users.get(7).await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::not_sent(), "{error:?}");
}
