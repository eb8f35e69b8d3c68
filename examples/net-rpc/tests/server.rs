//! Against the real thing: a Go server, built and started here.

mod go;

use example_net_rpc::{Client, RpcError, User};
use go::Server;
use retry_runtime::{Transient, Verdict};
use std::io;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A test that needs Go: ignored, and said so, where there is none.
macro_rules! go_tests {
    ($($(#[$doc:meta])* async fn $name:ident() $body:block)*) => {$(
        $(#[$doc])*
        #[cfg_attr(not(has_go), ignore = "no Go here: install `golang-go` to run it")]
        #[tokio::test]
        async fn $name() $body
    )*};
}

fn grace(id: u64) -> User {
    User {
        id,
        name: "Grace".into(),
    }
}

go_tests! {
    /// The first attempt succeeds on one connection, call after call.
    async fn calls_share_a_connection() {
        let server = Server::start(&[]);
        let mut client = server.client();
        for id in 1..=3 {
            assert_eq!(client.get_user(id).await.unwrap(), grace(id));
        }
        assert_eq!(client.dials(), 1);
        assert_eq!(server.calls().await, 3);
    }

    async fn a_server_that_is_killed_and_restarted_is_found_again() {
        let mut server = Server::start(&[]);
        let mut client = server.client();
        assert_eq!(client.get_user(7).await.unwrap(), grace(7));
        server.kill();
        let restart = async {
            sleep(Duration::from_millis(100)).await;
            server.restart();
        };
        let (user, ()) = tokio::join!(client.get_user(8), restart);
        assert_eq!(user.unwrap(), grace(8));
        assert!(client.dials() >= 2, "dialled {} times", client.dials());
        assert_eq!(server.calls().await, 1, "the new server executed it once");
    }

    async fn a_refused_connection_is_dialled_until_the_retries_end() {
        let mut server = Server::start(&[]);
        server.kill();
        let mut client = server.client();
        let error = client.create_user("Grace").await.unwrap_err();
        assert!(
            matches!(&error, RpcError::Dial(dial) if dial.kind() == io::ErrorKind::ConnectionRefused),
            "{error:?}"
        );
        assert_eq!(error.verdict(), Verdict::not_sent());
        assert_eq!(client.dials(), 4, "3 retries are 4 attempts");
    }

    async fn an_idle_connection_that_the_server_closed_is_replaced() {
        let server = Server::start(&["-idle", "1s"]);
        let mut client = server.client();
        assert_eq!(client.get_user(7).await.unwrap(), grace(7));
        let dials = client.dials();
        server.until_all_are_closed().await;
        assert_eq!(client.get_user(8).await.unwrap(), grace(8));
        assert!(client.dials() > dials, "dialled {dials} times before, and no more");
    }

    async fn a_half_written_answer_is_asked_for_again() {
        let server = Server::start(&[]);
        server.control("Faults.Half", 2).await;
        let mut client = server.client();
        assert_eq!(client.get_user(7).await.unwrap(), grace(7));
        assert_eq!(client.dials(), 3);
        assert_eq!(server.calls().await, 3, "each attempt was executed");
    }

    /// The answer that comes too late is not taken for the next one's.
    async fn a_stalled_call_is_given_up_with_its_connection() {
        let server = Server::start(&[]);
        server.control("Faults.Stall", 1).await;
        let mut client = server.client();
        assert_eq!(client.get_user(7).await.unwrap(), grace(7));
        assert_eq!(client.get_user(8).await.unwrap(), grace(8));
        assert_eq!(client.dials(), 2);
    }

    async fn an_error_of_the_server_is_not_retried() {
        let server = Server::start(&[]);
        let mut client = server.client();
        let error = client.get_user(99).await.unwrap_err();
        assert!(matches!(&error, RpcError::Server(message) if message == "no such user"));
        assert_eq!(server.calls().await, 1);
        let error = client.call::<User>("Users.Sing", 1).await.unwrap_err();
        assert!(matches!(&error, RpcError::Server(message) if message.contains("can't find method")));
        assert_eq!(client.dials(), 1, "the connection is as good as before");
    }

    async fn what_may_have_been_created_is_not_created_again() {
        let server = Server::start(&[]);
        server.control("Faults.Half", 1).await;
        let mut client = server.client();
        let error = client.create_user("Grace").await.unwrap_err();
        assert!(
            matches!(&error, RpcError::Io(io) if io.kind() == io::ErrorKind::UnexpectedEof),
            "{error:?}"
        );
        assert_eq!(server.calls().await, 1);
    }
}

impl Server {
    fn client(&self) -> Client {
        Client::new(self.address())
    }

    /// How often a method of `Users` was executed.
    async fn calls(&self) -> i64 {
        self.client().call("Faults.Calls", 0).await.unwrap()
    }

    /// Asks on a new connection each time, which may be closed as well, if the
    /// machine stalls: then it asks again.
    async fn until_all_are_closed(&self) {
        let wait = async {
            // Only the one that asks is left.
            while !matches!(self.client().call::<i64>("Faults.Open", 0).await, Ok(1)) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(60), wait)
            .await
            .expect("the server closes what is idle");
    }

    async fn control(&self, method: &str, times: i64) {
        assert!(self.client().call::<bool>(method, times).await.unwrap());
    }
}
