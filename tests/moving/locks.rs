//! Locks and other calls that block, in functions without a future.

use crate::support::{Calls, Fault, asked, ms, skip};
use crate::{Log, Server};
use retry_runtime::{Backoff, Jitter, Policy, retry};
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, Instant};

/// A lock file, which goes where its owner does.
#[derive(Debug)]
struct Lock(PathBuf);

impl Lock {
    /// Waits for its owner, however long that takes: nobody's load.
    #[retry(max = unlimited, budget = none, backoff = fixed(2ms), jitter = none,
        on = |error| error.kind() == io::ErrorKind::AlreadyExists)]
    fn wait(path: PathBuf, tries: &Calls) -> io::Result<Lock> {
        tries.next();
        File::create_new(&path)?;
        Ok(Lock(path.clone()))
    }

    /// Waits for so long, and tells who has it then.
    #[retry(retry_for = time, budget = none, backoff = fixed(5ms), jitter = none,
        on = |error| error.kind() == io::ErrorKind::AlreadyExists,
        fallback = |error, end| Err(io::Error::new(
            error.kind(),
            format!("{} is locked, {} tries", path.display(), end.attempts),
        )))]
    fn wait_for(path: &PathBuf, time: Duration, tries: &Calls) -> io::Result<Lock> {
        assert!(tries.next() < 100, "it does not end");
        File::create_new(path)?;
        Ok(Lock(path.clone()))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("retry-moving-{name}-{}", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

#[test]
fn a_lock_file_without_an_end() {
    let path = scratch("unlimited");
    let first = Lock::wait(path.clone(), &Calls::new()).unwrap();
    let tries = Calls::new();
    let second = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| Lock::wait(path.clone(), &tries));
        while tries.count() < 12 && !waiting.is_finished() {
            std::thread::yield_now();
        }
        drop(first);
        waiting.join().unwrap()
    });
    assert!(second.is_ok() && tries.count() >= 12);
    // A folder that is not there is no lock that is held.
    let tries = Calls::new();
    let missing = Lock::wait(path.join("none"), &tries).unwrap_err();
    assert_ne!(missing.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(tries.count(), 1);
}

#[test]
fn a_lock_file_that_is_given_up() {
    let (path, tries) = (scratch("timed"), Calls::new());
    let _held = Lock::wait_for(&path, ms(20), &tries).unwrap();
    let (start, tries) = (Instant::now(), Calls::new());
    let error = Lock::wait_for(&path, ms(20), &tries).unwrap_err();
    assert!(start.elapsed() >= ms(15), "{:?}", start.elapsed());
    // At 0, 5, 10, 15 and 20 ms, or fewer on a machine that is busy.
    assert!((2..=5).contains(&tries.count()), "{}", tries.count());
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    let told = format!("is locked, {} tries", tries.count());
    assert!(error.to_string().ends_with(&told), "{error}");
}

/// Whether the lock was free, and what is behind it then.
#[retry(until = Option::is_some, max = 3, backoff = exp(1ms, 2, 10ms), jitter = none, sleep = skip)]
fn try_read(value: &Mutex<u32>, tries: &Calls) -> Option<u32> {
    tries.next();
    match value.try_lock() {
        Ok(value) => Some(*value),
        Err(TryLockError::WouldBlock | TryLockError::Poisoned(_)) => None,
    }
}

#[test]
fn a_mutex_that_is_tried() {
    let (value, tries) = (Mutex::new(7), Calls::new());
    assert_eq!(try_read(&value, &tries), Some(7));
    assert!(asked().is_empty());
    let held = value.lock().unwrap();
    assert_eq!(try_read(&value, &tries), None);
    assert_eq!((tries.count(), asked()), (1 + 4, vec![ms(1), ms(2), ms(4)]));
    drop(held);
}

/// A client that blocks, with a closure where the call is made.
struct Agent {
    server: Server<u16, Fault>,
    policy: Policy,
    log: Log,
}

impl Agent {
    fn get(&self, path: &str) -> Result<String, Fault> {
        let status = self
            .policy
            .run_blocking(|attempt| {
                self.log.add(format!("{path} {}", attempt.number()));
                self.server.call()
            })
            .on(|error| matches!(error, Fault::Down(_)))
            .call()?;
        Ok(format!("{path} {status}"))
    }
}

fn agent(failures: usize) -> Agent {
    let wait = Backoff::fixed(ms(1)).expect("1 ms is a wait");
    Agent {
        server: Server::failing(failures, Fault::Down(0), 200),
        policy: Policy::DEFAULT.with_backoff(wait).with_jitter(Jitter::NONE),
        log: Log::default(),
    }
}

#[test]
fn a_closure_that_blocks() {
    let flaky = agent(2);
    assert_eq!(flaky.get("/users").unwrap(), "/users 200");
    assert_eq!(flaky.log.lines(), ["/users 1", "/users 2", "/users 3"]);
    let down = agent(99);
    assert_eq!(down.get("/users"), Err(Fault::Down(0)));
    assert_eq!(down.server.calls(), 4);
}

/// The same, off the threads of the runtime.
async fn get_aside(agent: Agent) -> Result<String, Fault> {
    let task = tokio::task::spawn_blocking(move || agent.get("/aside"));
    task.await.expect("the task does not panic")
}

#[tokio::test]
async fn a_closure_that_blocks_beside_the_runtime() {
    assert_eq!(get_aside(agent(1)).await.unwrap(), "/aside 200");
    assert_eq!(get_aside(agent(99)).await, Err(Fault::Down(0)));
}

/// A command that is run again by what it says at its end.
#[retry(max = 2, backoff = fixed(1ms), jitter = none, on_ok = |status| status.code() == Some(75),
    on = |_| false, sleep = skip)]
fn run(exits_with: &Server<i32, Fault>) -> io::Result<ExitStatus> {
    let code = exits_with.call().map_err(|_| io::ErrorKind::Other)?;
    exit_status(code)
}

#[cfg(unix)]
fn exit_status(code: i32) -> io::Result<ExitStatus> {
    use std::os::unix::process::ExitStatusExt;
    Ok(ExitStatus::from_raw(code << 8))
}

#[cfg(windows)]
fn exit_status(code: i32) -> io::Result<ExitStatus> {
    use std::os::windows::process::ExitStatusExt;
    Ok(ExitStatus::from_raw(code.unsigned_abs()))
}

#[test]
fn a_command_that_asks_for_another_try() {
    let code = |script: Vec<_>| {
        let server = Server::new(script);
        let status = run(&server).unwrap();
        (status.code(), server.calls())
    };
    assert_eq!(code(vec![Ok(75), Ok(75), Ok(0)]), (Some(0), 3));
    assert_eq!(code(vec![Ok(75), Ok(1)]), (Some(1), 2));
    // At the end the last status comes back as it is.
    assert_eq!(code(vec![Ok(75)]), (Some(75), 3));
}
