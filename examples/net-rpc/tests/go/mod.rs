//! Builds `server/main.go` once, and starts and kills it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A server that runs until it is killed or dropped.
pub(crate) struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts it at a free port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(binary())
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server that was just built starts");
        let mut address = String::new();
        let output = process.stdout.take().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut address)
            .expect("its first line is its address");
        assert!(!address.is_empty(), "the server ended at once");
        Self {
            process,
            address: address.trim_end().to_string(),
        }
    }

    /// Where it listens, or has listened.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// SIGKILL: connections break, nothing is said.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it is a process of our own");
        self.process.wait().expect("it is a process of our own");
    }

    /// Starts another one at the same address.
    pub(crate) fn restart(&mut self) {
        *self = Self::start(&["-listen", &self.address.clone()]);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it is dead already there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let binary = target.join("net-rpc-server");
        let built = Command::new("go")
            .args(["build", "-o"])
            .arg(&binary)
            .arg("main.go")
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("server"))
            .env("GOCACHE", target.join("go-cache"))
            .env("CGO_ENABLED", "0")
            .status()
            .expect("Go builds the server: install Debian's `golang-go`");
        assert!(built.success(), "`go build` failed: see its output");
        binary
    })
}
