//! Prometheus and its tools, as processes.

use serde_json::Value;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

/// A file of `docs/operating`.
pub(crate) fn operating(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/operating")
        .join(file)
}

/// Whether Prometheus can be had here. Says where not that the test is skipped.
pub(crate) fn is_installed(test: &str) -> bool {
    let runs = |tool| Command::new(tool).arg("--version").output().is_ok();
    let is_installed = runs("promtool") && runs("prometheus");
    let is_required = env::var_os("RETRY_REQUIRE_SERVERS").is_some_and(|set| set == "1");
    assert!(
        is_installed || !is_required,
        "Debian's package `prometheus` is missing"
    );
    if !is_installed {
        println!("{test} is skipped: Debian's package `prometheus` is missing");
    }
    is_installed
}

/// A folder of its own, which goes when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("retry-operating-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.0.join(file);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `promtool`, which has to succeed.
pub(crate) fn promtool(arguments: &[&str]) {
    let output = Command::new("promtool").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "promtool {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// An address that nobody has.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// A Prometheus that runs until it is dropped.
pub(crate) struct Prometheus {
    process: Child,
    address: SocketAddr,
}

impl Prometheus {
    /// With what is in `data`, and what it scrapes of `target`.
    pub(crate) fn start(folder: &Folder, data: &Path, target: Option<SocketAddr>) -> Self {
        let target = target.map_or(String::new(), |target| format!("'{target}'"));
        let config = folder.write(
            "prometheus.yml",
            &format!(
                "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
                 rule_files: ['{}']\n\
                 scrape_configs: [{{job_name: shop, static_configs: [{{targets: [{target}]}}]}}]\n",
                operating("alerts.yml").display()
            ),
        );
        let address = free_address();
        let process = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--log.level=error")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let prometheus = Self { process, address };
        let give_up = Instant::now() + Duration::from_secs(60);
        while prometheus.get("/-/ready").is_err() {
            assert!(Instant::now() < give_up, "Prometheus does not start");
            thread::sleep(Duration::from_millis(100));
        }
        prometheus
    }

    /// What an expression is now: the results, each a labelled value.
    pub(crate) fn query(&self, expression: &str) -> Vec<Value> {
        self.results(&format!("/api/v1/query?query={}", encoded(expression)))
    }

    /// What it was from one second since 1970 to another.
    pub(crate) fn query_range(&self, expression: &str, from: u64, to: u64) -> Vec<Value> {
        let query = encoded(expression);
        self.results(&format!(
            "/api/v1/query_range?query={query}&start={from}&end={to}&step=15"
        ))
    }

    fn results(&self, path: &str) -> Vec<Value> {
        let body = self.get(path).unwrap();
        let answer: Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}"));
        assert_eq!(answer["status"], "success", "{path}: {body}");
        answer["data"]["result"].as_array().unwrap().clone()
    }

    /// By HTTP/1.0: the answer ends where the connection does, and is in one piece.
    fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        match answer.split_once("\r\n\r\n") {
            Some((head, body)) if head.contains(" 200 ") || path.starts_with("/api") => {
                Ok(body.to_owned())
            }
            _ => Err(io::Error::other(answer)),
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}
