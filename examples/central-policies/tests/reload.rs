//! What a new file, and a wrong one, do to the calls.

use example_central_policies::{Central, UserClient, UserPolicies};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

/// A file of its own for each test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let file = Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name));
        file.write(text);
        file
    }

    /// By a rename, so that nobody reads a half.
    fn write(&self, text: &str) {
        let draft = self.0.with_extension("draft");
        fs::write(&draft, text).unwrap();
        fs::rename(draft, &self.0).unwrap();
    }

    fn read(&self) -> Arc<Central<UserPolicies>> {
        Arc::new(Central::read(&self.0).unwrap())
    }
}

async fn attempts(users: &UserClient) -> (u32, u32) {
    users.get(7).await.unwrap_err();
    let get = users.attempts();
    users.list().await.unwrap_err();
    (get, users.attempts())
}

#[tokio::test(start_paused = true)]
async fn each_method_has_the_policy_of_its_entry() {
    let example = include_str!("../policies.toml");
    let users = UserClient::new(File::new("example.toml", example).read());
    assert_eq!(attempts(&users).await, (6, 2));
    let users = UserClient::new(File::new("empty.toml", "").read());
    assert_eq!(attempts(&users).await, (4, 4), "the defaults");
}

#[tokio::test(start_paused = true)]
async fn a_new_file_is_read_while_calls_are_made() {
    let file = File::new("new.toml", "get = 'max = 1'");
    let policies = file.read();
    let users = UserClient::new(Arc::clone(&policies));
    let reports = Mutex::new(Vec::new());
    let calls = async {
        assert_eq!(attempts(&users).await, (2, 4));
        file.write("list = 'max = 2'\n[get]\nmax = 5\n");
        sleep(Duration::from_secs(11)).await;
        assert_eq!(attempts(&users).await, (6, 3));
        file.write("get = 'max = -1'");
        sleep(Duration::from_secs(31)).await;
        assert_eq!(attempts(&users).await, (6, 3), "the old ones stay");
        file.write("");
        sleep(Duration::from_secs(11)).await;
        assert_eq!(attempts(&users).await, (4, 4));
    };
    let report = |result: Result<(), _>| reports.lock().unwrap().push(result.is_ok());
    tokio::select! {
        () = calls => {}
        () = policies.watch(Duration::from_secs(10), report) => {}
    }
    // The fault once, however often the file was read meanwhile.
    assert_eq!(*reports.lock().unwrap(), [true, false, true]);
}

#[test]
fn an_invalid_file_is_refused_with_a_message_for_its_author() {
    let file = File::new("invalid.toml", "get = 'max = 5'");
    let policies = file.read();
    for (text, expected) in [
        ("get = 'max = 1'\n[gte]\nmax = 1", "unknown field `gte`"),
        ("[get]\nretries = 1", "`retries`"),
        ("[get]\ntimeout = '10'", "`10` has no unit"),
        ("[get]\nbackoff = 'exp(1s, 0.5, 2s)'", "0.5"),
        ("[get]\ntimeout = '5s'\ndeadline = '1s'", "deadline"),
        ("[get\nmax = 1", "TOML parse error at line 1"),
    ] {
        file.write(text);
        let message = policies.reload().unwrap_err().to_string();
        assert!(message.contains(expected), "{text:?} gave {message:?}");
        assert!(message.contains("invalid.toml"), "{message}");
        assert!(policies.load().get.to_string().starts_with("max = 5"));
        assert!(Central::<UserPolicies>::read(&file.0).is_err());
    }
    fs::remove_file(&file.0).unwrap();
    assert!(policies.reload().is_err());
    assert!(policies.load().get.to_string().starts_with("max = 5"));
}
