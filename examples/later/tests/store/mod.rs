//! The stores that the tests run with.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An empty store of one test; it ends with the test.
pub(crate) struct Store {
    /// What `--store` is told.
    pub(crate) name: String,
    server: Option<Child>,
}

impl Store {
    /// A file of `SQLite` that is not there yet.
    pub(crate) fn sqlite(test: &str) -> Self {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.sqlite"));
        let name = file.display().to_string();
        for suffix in ["", "-shm", "-wal"] {
            let _ = std::fs::remove_file(format!("{name}{suffix}"));
        }
        Self { name, server: None }
    }

    /// A Redis of its own on loopback, which writes no files.
    pub(crate) fn redis(_test: &str) -> Self {
        // The port is free when it is chosen; another process may be faster.
        (0..5)
            .find_map(|_| Self::redis_at(free_port()))
            .expect("Redis starts on one of five free ports")
    }

    /// Redis loses all that it knew, and all its connections.
    pub(crate) fn restart(&mut self) {
        let (_, port) = self.name.rsplit_once(':').expect("it is a Redis");
        let port = port.parse().expect("its address ends in the port");
        self.end();
        *self = Self::redis_at(port).expect("Redis starts where it has been before");
    }

    /// Nothing is answered, and no connection lost, until it goes on.
    pub(crate) fn stall(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let server = self.server.as_ref().expect("it is a Redis");
        let sent = Command::new("kill")
            .args([signal, &server.id().to_string()])
            .status();
        assert!(sent.expect("`kill` is everywhere").success());
    }

    fn redis_at(port: u16) -> Option<Self> {
        let server = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .args(["--dir", env!("CARGO_TARGET_TMPDIR")])
            .stdout(Stdio::null())
            .spawn()
            .expect("Redis is needed here: install Debian's `redis-server`");
        let mut store = Self {
            name: format!("redis://127.0.0.1:{port}"),
            server: Some(server),
        };
        store.answers(port).then_some(store)
    }

    /// Whether it is this server that listens, in the end.
    fn answers(&mut self, port: u16) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            let connected = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
            let ended = self
                .server
                .as_mut()
                .is_none_or(|server| server.try_wait().is_ok_and(|status| status.is_some()));
            if connected || ended {
                return !ended;
            }
            sleep(Duration::from_millis(10));
        }
        false
    }

    fn end(&mut self) {
        if let Some(mut server) = self.server.take() {
            // Where it is dead already there is nothing to do.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.end();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
