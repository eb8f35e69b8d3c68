//! When arguments are dropped.

use crate::common::{Flaky, assert_third};
use retry_runtime::retry;
use std::io;
use std::sync::{Arc, Mutex};

/// Says when it is dropped.
struct Noisy(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[retry]
async fn dropping(
    server: Flaky,
    first: Noisy,
    _: Noisy,
    (third, fourth): (Noisy, Noisy),
    _unused: Noisy,
) -> io::Result<()> {
    let _borrowed = (&first, &third, &fourth);
    server.call_later().await?;
    first.1.lock().unwrap().push("body");
    Ok(())
}

async fn dropping_by_hand(
    server: Flaky,
    first: Noisy,
    _: Noisy,
    (third, fourth): (Noisy, Noisy),
    _unused: Noisy,
) -> io::Result<()> {
    let _borrowed = (&first, &third, &fourth);
    server.call_later().await?;
    first.1.lock().unwrap().push("body");
    Ok(())
}

#[retry]
fn dropping_sync(
    server: Flaky,
    first: Noisy,
    _: Noisy,
    (third, fourth): (Noisy, Noisy),
    _unused: Noisy,
) -> io::Result<()> {
    let _borrowed = (&first, &third, &fourth);
    server.call()?;
    first.1.lock().unwrap().push("body");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn arguments_are_dropped_once_and_in_their_order() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let noisy = |name| Noisy(name, log.clone());
    let pair = || (noisy("third"), noisy("fourth"));
    let expected = {
        let server = Flaky::failing(0);
        let call = dropping_by_hand(
            server,
            noisy("first"),
            noisy("second"),
            pair(),
            noisy("unused"),
        );
        call.await.unwrap();
        std::mem::take(&mut *log.lock().unwrap())
    };
    let server = Flaky::failing(2);
    let call = dropping(
        server.clone(),
        noisy("first"),
        noisy("second"),
        pair(),
        noisy("unused"),
    );
    assert_third(&server, call.await, ());
    assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected);

    let server = Flaky::failing(2);
    let pair = pair();
    let call = tokio::task::spawn_blocking({
        let (server, first, second, unused) = (
            server.clone(),
            noisy("first"),
            noisy("second"),
            noisy("unused"),
        );
        move || dropping_sync(server, first, second, pair, unused)
    });
    assert_third(&server, call.await.unwrap(), ());
    assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected);
}
